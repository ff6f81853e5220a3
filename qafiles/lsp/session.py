"""One data root while editors work on it: its state, and when which rules run."""

import asyncio
import logging
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Final

from qafiles.diagnostics import START, Diagnostic, Span
from qafiles.errors import DataRootError, QafilesError
from qafiles.layout import SETTINGS_FILE
from qafiles.lsp.begun import NOTHING_BEGUN, Begun
from qafiles.lsp.lookups import text_of
from qafiles.lsp.outside import Outside, pause_after
from qafiles.lsp.own_findings import is_own, own_findings, shifted
from qafiles.lsp.positions import Document, to_bytes
from qafiles.lsp.state import Findings, RootState, all_findings, opened, refreshed, with_files
from qafiles.lsp.worker import Worker

PAUSE: Final = 0.3
"""Seconds without a keystroke after which all rules run."""

_BATCH: Final = 0.1
"""Seconds in which changes on disk are collected: switching a branch makes many."""

_log = logging.getLogger("qafiles.lsp")

Publish = Callable[["Session", str, Sequence[Diagnostic]], None]


class Session:
    """The state of a data root, renewed at once for what is typed and after a pause for everything else."""

    def __init__(  # noqa: PLR0913  # what it is about, and what it tells
        self,
        folder: Path,
        worker: Worker,
        publish: Publish,
        tell: Callable[[str], None],
        *,
        watched: bool = True,
        begun: Begun = NOTHING_BEGUN,
    ) -> None:
        self.folder = folder
        self.state: RootState | None = begun.state
        self.published: dict[str, tuple[Diagnostic, ...]] = dict(begun.published)
        self.buffers: dict[str, bytes] = {}
        self.loaded = asyncio.Event()
        if begun.state is not None:
            self.loaded.set()
        self._worker = worker
        self._publish = publish
        self._tell = tell
        self._last_error = ""
        self._refusal: tuple[Diagnostic, ...] = ()
        self._checked: Findings = begun.checked
        self._lines: dict[str, list[str]] = {}
        self._touched: set[str] = set()
        self._suspects: set[str] = set()
        self._list_again = self._check_again = self._was_there = True
        self._quiet_at = 0.0
        self._wake = asyncio.Event()
        self._wake.set()
        # The first look comes before the first listing, so that nothing is changed unseen in between.
        work = (self._work,) if watched else (self._look, self._work)
        self._tasks = [asyncio.ensure_future(task()) for task in work]

    def open(self, path: str, text: str) -> None:
        """Take the text of a file that an editor has opened; one that is new on disk is listed soon."""
        if (
            self.state is not None
            and path not in self.state.snapshot.entries
            and (self.folder / path).exists()
        ):
            self.reload([path])
        self.change(path, text)

    def change(self, path: str, text: str) -> None:
        """Take the text that an editor has of a file, and publish what can be said of it at once."""
        self.buffers[path] = to_bytes(text)
        self._renew([path])

    def close(self, path: str) -> None:
        """Forget an editor's text: what is on disk counts again."""
        self.buffers.pop(path, None)
        self._renew([path])

    def reload(self, paths: Iterable[str]) -> None:
        """Look at the disk again soon, and read these files anew whatever their time stamps say."""
        self._suspects.update(paths)
        self._list_again = True
        if self.state is None:
            self.loaded.clear()
        self._later(_BATCH)

    def stop(self) -> None:
        """Let go of the data root, and take back what was published."""
        for task in self._tasks:
            task.cancel()
        self.state = None
        self.loaded.set()
        for path in [*self.published]:
            self._show(path, ())

    def text(self, path: str) -> str:
        """Return the text of a file as the editor has it, else as it is on disk."""
        if path in self.buffers:
            return self.buffers[path].decode("utf-8", "surrogatepass")
        return text_of(self.state.snapshot, path) if self.state is not None else ""

    def diagnostics(self, path: str) -> tuple[Diagnostic, ...]:
        """Return what is published of a file."""
        return self.published.get(path, ())

    def _renew(self, paths: list[str]) -> None:
        self._touched.update(paths)
        if self.state is None:
            self._list_again = True  # a mended qafiles.yaml may bring it back
            self._later(_BATCH)
            return
        try:
            self.state = with_files(self.state, paths, self._visible(self.state))
        except QafilesError as error:
            self._refuse(error)
            return
        self._refusal = ()
        self._check_again = True
        self._later(PAUSE)
        # Declared fields may have changed, and with them what is wrong in each open file.
        for path in [*paths, *(self.buffers.keys() - {*paths} if SETTINGS_FILE in paths else ())]:
            self._show(path, self._at_once(self.state, path))

    def _visible(self, state: RootState) -> dict[str, bytes]:
        """Return the editors' texts, without those of files that git ignores: they are on disk and not listed."""
        return {
            path: text
            for path, text in self.buffers.items()
            if path in state.snapshot.entries or not (self.folder / path).exists()
        }

    def _at_once(self, state: RootState, path: str) -> tuple[Diagnostic, ...]:
        """Return a file's own findings, and those of the last run of all rules, moved with their lines."""
        if path == SETTINGS_FILE and self._refusal:
            return self._refusal
        if path not in state.snapshot.entries:
            return ()
        file = state.snapshot.files.get(path)
        other_findings = [
            diagnostic for diagnostic in self._checked.get(path, ()) if not is_own(diagnostic, file)
        ]
        lines = Document(self.text(path)).lines
        moved = shifted(other_findings, self._lines.get(path, lines), lines)
        return tuple(sorted([*own_findings(state, path), *moved], key=_order))

    def _later(self, seconds: float) -> None:
        self._quiet_at = asyncio.get_running_loop().time() + seconds
        self._wake.set()

    async def _work(self) -> None:
        """Load, then run all rules after each pause, until the session stops; an error ends one turn and no more."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            while (left := self._quiet_at - asyncio.get_running_loop().time()) > 0:  # noqa: ASYNC110  # it moves on
                await asyncio.sleep(left)
            try:
                if self._list_again:
                    await self._list()
                if self._check_again and self.state is not None and not self._wake.is_set():
                    await self._check(self.state)
            except QafilesError as error:
                # Where the disk is to be listed again, this is about what it held before.
                if not self._list_again:
                    self._fail(error)
            except Exception:  # noqa: BLE001  # the server outlives a bug in a rule
                _log.exception("%s could not be checked", self.folder)
            if self.state is not None or not self._list_again:
                self.loaded.set()

    async def _list(self) -> None:
        state, buffers, suspects = self.state, dict(self.buffers), self._suspects
        self._list_again, self._suspects, self._touched = False, set(), set()
        self._was_there = (self.folder / SETTINGS_FILE).exists()
        if state is None:
            renewed = await self._worker.run(lambda: opened(self.folder, buffers))
        else:
            renewed = await self._worker.run(lambda: refreshed(state, buffers, suspects))
        self.state = renewed
        if self._touched:
            self.state = with_files(renewed, self._touched, self._visible(renewed))
        self._last_error, self._refusal = "", ()
        self._check_again = True
        self.loaded.set()

    async def _look(self) -> None:
        """Look for changes on disk for as long as the session lasts, so seldom that it costs next to nothing."""
        outside = Outside(self.folder)

        def look() -> tuple[bool, float]:
            state, began = self.state, time.monotonic()
            differs = outside.look(state.signatures if state is not None else {})
            return differs, time.monotonic() - began

        _, lasted = await self._worker.run(look)
        while True:
            await asyncio.sleep(pause_after(lasted))
            differs, lasted = await self._worker.run(look)
            if differs:
                self.reload(())

    async def _check(self, state: RootState) -> None:
        self._check_again = False
        self._touched = set()
        lines = {path: Document(self.text(path)).lines for path in self.buffers}
        findings = await self._worker.run(lambda: all_findings(state))
        if self.state is None:
            return
        self._checked, self._lines = findings, lines
        for path in sorted({*findings, *self.published}):
            newer = path in self._touched or path == SETTINGS_FILE
            self._show(path, self._at_once(self.state, path) if newer else findings.get(path, ()))

    def _show(self, path: str, diagnostics: tuple[Diagnostic, ...]) -> None:
        """Publish the findings of a file, unless it is closed and they are as before."""
        if diagnostics == self.published.get(path, ()) and (not diagnostics or path not in self.buffers):
            return
        if diagnostics:
            self.published[path] = diagnostics
        else:
            del self.published[path]
        self._publish(self, path, diagnostics)

    def _refuse(self, error: QafilesError) -> None:
        """Show that qafiles.yaml, as an editor has it, can't be read by this release; what was known stays."""
        span = error.span if isinstance(error, DataRootError) else None
        place = Span(*span) if span is not None else START
        self._refusal = (Diagnostic("", "", "error", str(error), SETTINGS_FILE, place),)
        self._show(SETTINGS_FILE, self._refusal)

    def _fail(self, error: QafilesError) -> None:
        """Take back all findings: there is no data root any more, or none that this release can read."""
        if self.state is not None and SETTINGS_FILE in self.buffers:
            self._list_again = True  # when it can be read again
            self._refuse(error)
            return
        self.state, self._checked = None, {}
        for path in [*self.published]:
            self._show(path, ())
        is_there = (self.folder / SETTINGS_FILE).exists()
        if is_there and not self._was_there:
            self.reload(())  # it came back while it was missed
        elif is_there and str(error) != self._last_error:
            self._last_error = str(error)
            self._tell(self._last_error)


def _order(diagnostic: Diagnostic) -> tuple[int, int, str, str]:
    return diagnostic.line, diagnostic.column, diagnostic.code, diagnostic.message
