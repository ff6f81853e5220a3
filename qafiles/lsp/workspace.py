"""The data roots that editors have open, by the files that lie in them."""

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from qafiles.diagnostics import Diagnostic
from qafiles.layout import SETTINGS_FILE
from qafiles.lsp.begun import NOTHING_BEGUN, Begun
from qafiles.lsp.encoding import Encoding
from qafiles.lsp.lookups import Texts
from qafiles.lsp.outside import pause_after
from qafiles.lsp.positions import Document
from qafiles.lsp.roots import root_of, roots_in
from qafiles.lsp.session import Session
from qafiles.lsp.uris import to_path, to_uri
from qafiles.lsp.worker import Worker
from qafiles.snapshot import Snapshot


class File(NamedTuple):
    """A file of a data root that is being asked about: its path there, its text, and all other files."""

    session: Session
    path: str
    snapshot: Snapshot
    document: Document
    texts: Texts


class Workspace:
    """All data roots of one editor; `publish` is called with the URI and what is to be shown of a file.

    `watch` asks the editor to tell of changes in a data root, and returns whether it will. `begun` is what was done
    with data roots before.
    """

    encoding: Encoding = "utf-16"

    def __init__(
        self,
        publish: Callable[[Session, str, Sequence[Diagnostic]], None],
        tell: Callable[[str], None],
        watch: Callable[[Path], bool],
        begun: Mapping[Path, Begun] = MappingProxyType({}),
    ) -> None:
        self.sessions: dict[Path, Session] = {}
        self.reading = Worker()
        self._checking = Worker()
        self._publish = publish
        self._tell = tell
        self._watch = watch
        self._begun = dict(begun)
        self._folders: set[Path] = set()
        self._uris: dict[Path, str] = {}
        self._elsewhere: dict[Path, str] = {}

    async def add_folder(self, folder: Path) -> None:
        """Load the data roots in or around a folder."""
        self._folders.add(folder)
        await self._find(folder)

    async def seek(self) -> None:
        """Look for data roots that appear, for as long as the editor is there, in folders that have none."""
        lasted = 0.0
        while True:
            await asyncio.sleep(pause_after(lasted))
            began = time.monotonic()
            for folder in [*self._folders]:
                loaded = (root for root, session in self.sessions.items() if session.state is not None)
                if not any(root.is_relative_to(folder) or folder.is_relative_to(root) for root in loaded):
                    await self._find(folder)
            lasted = time.monotonic() - began

    async def _find(self, folder: Path) -> None:
        for root in await self.reading.run(lambda: roots_in(folder)):
            self._session(root)

    def remove_folder(self, folder: Path) -> None:
        """Let go of the data roots that no other folder leads to, unless a file of theirs is open."""
        self._folders.discard(folder)
        for root, session in [*self.sessions.items()]:
            near = (left.is_relative_to(root) or root.is_relative_to(left) for left in self._folders)
            if not session.buffers and not any(near):
                self.sessions.pop(root).stop()

    def place(self, uri: str) -> tuple[Session, str] | None:
        """Return the data root that a file lies in and its path there, or None."""
        path = to_path(uri)
        if path is None:
            return None
        root = next((root for root in self.sessions if path.is_relative_to(root)), None) or root_of(path)
        return None if root is None else (self._session(root), path.relative_to(root).as_posix())

    def open(self, uri: str, text: str) -> None:
        """Take the text of a file that was opened."""
        place, path = self.place(uri), to_path(uri)
        if path is None:
            return
        self._uris[path] = uri
        if place is None:
            self._elsewhere[path] = text
        else:
            place[0].open(place[1], text)

    def change(self, uri: str, text: str) -> None:
        """Take the text of a file that was changed."""
        place, path = self.place(uri), to_path(uri)
        if place is not None:
            place[0].change(place[1], text)
        elif path is not None:
            self._elsewhere[path] = text

    def close(self, uri: str) -> None:
        """Forget the text of a file that was closed."""
        place, path = self.place(uri), to_path(uri)
        if path is None:
            return
        self._elsewhere.pop(path, None)
        if place is not None:
            place[0].close(place[1])
        self._uris.pop(path, None)

    def on_disk(self, uris: Iterable[str]) -> None:
        """Look again at files that were changed, made or deleted on disk."""
        by_session: dict[Path, list[str]] = {}
        for uri in uris:
            path = to_path(uri)
            if (
                path is not None
                and path.name == SETTINGS_FILE
                and path.parent in self.sessions
                and not path.exists()
            ):
                self._leave(path.parent)
            elif (place := self.place(uri)) is not None:
                by_session.setdefault(place[0].folder, []).append(place[1])
        for root, paths in by_session.items():
            self.sessions[root].reload(paths)

    async def file(self, uri: str) -> File | None:
        """Return a file of a data root, once that is loaded; None for all other files."""
        place = self.place(uri)
        if place is None:
            return None
        session, path = place
        await session.loaded.wait()
        if session.state is None:
            return None
        snapshot = session.state.snapshot
        document = Document(session.text(path), self.encoding)
        return File(session, path, snapshot, document, Texts(snapshot, self.encoding))

    def uri(self, session: Session, path: str) -> str:
        """Return the URI of a file: the editor's own where it is open."""
        place = session.folder / path
        return self._uris.get(place) or to_uri(place)

    def _session(self, root: Path) -> Session:
        session = self.sessions.get(root)
        if session is None:
            watched = self._watch(root)
            begun = self._begun.pop(root, NOTHING_BEGUN)
            session = Session(root, self._checking, self._publish, self._tell, watched=watched, begun=begun)
            self.sessions[root] = session
            for path in [path for path in self._elsewhere if path.is_relative_to(root)]:
                session.open(path.relative_to(root).as_posix(), self._elsewhere.pop(path))
        return session

    def _leave(self, root: Path) -> None:
        """Let go of a data root that is none any more; what is open in it is kept, since it may come back."""
        session = self.sessions.pop(root)
        self._elsewhere.update({root / path: session.text(path) for path in session.buffers})
        session.stop()
