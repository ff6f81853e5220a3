"""What a data root shows while reading and checking take their time."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from qafiles.diagnostics import Diagnostic
from qafiles.lsp.session import Session
from qafiles.lsp.worker import Worker

T = TypeVar("T")


class _SlowWorker(Worker):
    """A worker whose results come when they are let through, each after its job is done."""

    def __init__(self) -> None:
        super().__init__()
        self.done = asyncio.Event()
        self.let_through = asyncio.Event()

    async def run(self, job: Callable[[], T]) -> T:
        try:
            return await super().run(job)
        finally:
            self.done.set()
            await self.let_through.wait()
            self.let_through.clear()

    async def step(self) -> None:
        """Wait until a job is done, and let its result through."""
        await asyncio.wait_for(self.done.wait(), 30)
        self.done.clear()
        self.let_through.set()
        await asyncio.sleep(0.05)


class _Shown:
    """What an editor shows: the messages of each path's findings, and what was told in a window."""

    def __init__(self) -> None:
        self.findings: dict[str, list[str]] = {}
        self.told: list[str] = []

    def publish(self, session: Session, path: str, diagnostics: Sequence[Diagnostic]) -> None:
        del session
        self.findings[path] = [found.message for found in diagnostics]


def test_that_settings_are_refused_stays_while_rules_that_began_before_come_to_their_end(acme: Path) -> None:
    async def run() -> None:
        worker, shown = _SlowWorker(), _Shown()
        session = Session(acme, worker, shown.publish, shown.told.append)
        await worker.step()  # listed
        await asyncio.wait_for(worker.done.wait(), 30)  # checked, and not yet told
        session.change("qafiles.yaml", "version: 2\n")
        (said,) = shown.findings["qafiles.yaml"]
        await worker.step()
        assert shown.findings["qafiles.yaml"] == [said]
        assert "`version: 2`" in said
        session.change("qafiles.yaml", "version: 1\n")
        assert shown.findings["qafiles.yaml"] == []
        session.stop()

    asyncio.run(run())


def test_a_change_on_disk_takes_nothing_back_while_the_editor_has_settings_that_are_refused(
    acme: Path,
) -> None:
    async def run() -> None:
        worker, shown = _SlowWorker(), _Shown()
        session = Session(acme, worker, shown.publish, shown.told.append)
        await worker.step()
        await worker.step()
        session.change("qafiles.yaml", "version: 2\n")
        session.reload(())
        await worker.step()
        assert shown.told == []
        assert len(shown.findings["qafiles.yaml"]) == 1
        assert session.state is not None
        session.change("qafiles.yaml", "version: 1\n")
        await worker.step()
        assert shown.findings["qafiles.yaml"] == []
        session.stop()

    asyncio.run(run())


def test_nothing_is_answered_from_a_listing_that_is_outdated_before_it_ends(acme: Path) -> None:
    settings = acme / "qafiles.yaml"

    async def run() -> None:
        worker, shown = _SlowWorker(), _Shown()
        session = Session(acme, worker, shown.publish, shown.told.append)
        await worker.step()
        await worker.step()
        settings.write_text("version: 3\n", encoding="utf-8")
        session.reload(["qafiles.yaml"])
        await asyncio.wait_for(worker.done.wait(), 30)  # listed, and refused
        settings.write_text("version: 1\n", encoding="utf-8")
        session.reload(["qafiles.yaml"])
        await worker.step()
        await asyncio.wait_for(session.loaded.wait(), 30)
        assert session.state is not None
        await worker.step()
        assert session.state is not None
        assert shown.told == []
        session.stop()

    asyncio.run(run())


def test_settings_that_come_back_while_they_are_missed_are_not_told_to_be_missing(acme: Path) -> None:
    async def run() -> None:
        settings = acme / "qafiles.yaml"
        text = settings.read_text(encoding="utf-8")
        settings.unlink()
        worker, shown = _SlowWorker(), _Shown()
        session = Session(acme, worker, shown.publish, shown.told.append)
        await asyncio.wait_for(worker.done.wait(), 30)  # missed, and not yet told
        settings.write_text(text, encoding="utf-8")
        await worker.step()
        await worker.step()  # listed again, though no event tells that it is back
        assert session.state is not None
        assert shown.told == []
        session.stop()

    asyncio.run(run())
