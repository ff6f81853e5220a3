"""A process that was started ahead reads what this one would, and is missed by nobody where it can't be had."""

import gc
import os
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from qafiles.layout import KINDS, Place
from qafiles.loading import reading_ahead
from qafiles.loading.read_rows import Placed, Reading, ReadRow, read_rows, rows_ahead, rows_of_task
from qafiles.loading.reading_ahead import MOST_FILES, ReadingAhead, Task
from qafiles.models.settings import settings_of
from qafiles.rules.file_rules import late_examiner
from qafiles.snapshot.entity_fields import fields_at_hand
from qafiles.sources import Content, MemorySource, SourceEntry, Unreadable
from tests.conftest import children
from tests.hang import no_hang

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="without fork there is one process only")

_DECLARED = settings_of({"fields": {"tag": {"x-risk": {"enum": ["low", "high"]}}}}).fields
_FILES = {
    "organizations/acme/projects/shop/tags/smoke.yaml": b"id: hpf9gcnqfrzhyrucbqzy0gvn\nname: smoke\nx-risk: low\n",
    "organizations/acme/projects/shop/tags/wrong.yaml": b"id: x\nname: [smoke\nx-risk: none\n",
    "users/ada.yaml": b"id: bkbo8cvd1kdbhggqr1urjrbn\nname: Ada\nemail: nobody\n",
}


@pytest.fixture(autouse=True)
def _as_a_process_of_its_own(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let neither threads of other tests count nor how many cores there are, and let no process be left."""
    monkeypatch.setattr(threading, "active_count", lambda: 1)
    monkeypatch.setattr(reading_ahead, "cores", lambda: 2)
    before = children()
    yield
    assert not {*children()}.difference(before)


def _prepared() -> Callable[[Task], Iterable[Any]]:
    examine = late_examiner()
    return lambda task: rows_of_task(task, examine)


def _placed(files: dict[str, bytes]) -> list[Placed]:
    kinds = {path: "user" if path.startswith("users/") else "tag" for path in files}
    return [(SourceEntry(path), Place(kinds[path], path[:-5])) for path in sorted(files)]


def _read(files: dict[str, bytes], ahead: ReadingAhead | None) -> list[ReadRow | None]:
    numbers = {kind: fields_at_hand(kind, _DECLARED) for kind in KINDS}
    elsewhere = (lambda batch: rows_ahead(ahead, _DECLARED, batch)) if ahead is not None else None
    reading = Reading(_DECLARED, numbers, late_examiner(), elsewhere=elsewhere)
    return [*read_rows(MemorySource(files), _placed(files), reading, lambda _path, _name: None)]


def _begun(prepared: Callable[[], Callable[[Task], Iterable[Any]]] = _prepared) -> ReadingAhead:
    ahead = ReadingAhead.begun(prepared)
    assert ahead is not None
    return ahead


def test_rows_are_the_same_whoever_reads_the_files() -> None:
    ahead = _begun()
    rows = _read(_FILES, ahead)
    ahead.end()
    assert rows == _read(_FILES, None)
    assert all(row is not None and row.body for row in rows)


def test_the_other_process_has_read_them() -> None:
    ahead = _begun(
        lambda: lambda task: [(file[0], ("x" * 24, 0, b"", "by another process", ())) for file in task[1]]
    )
    rows = _read(_FILES, ahead)
    ahead.end()
    assert {row.title for row in rows if row is not None} == {"by another process"}


def test_a_file_that_is_gone_keeps_the_others_from_nothing() -> None:
    gone = _placed({"users/eve.yaml": b"", "organizations/acme/projects/shop/tags/gone.yaml": b""})
    placed = sorted([*_placed(_FILES), *gone])
    contents = [_FILES.get(entry.path) for entry, _ in placed]
    ahead = _begun()
    rows = rows_ahead(ahead, _DECLARED, [*zip(placed, contents, strict=True)])
    ahead.end()
    assert rows is not None
    assert [row is None for row in rows] == [content is None for content in contents]
    ahead = _begun(_fails)
    assert rows_ahead(ahead, _DECLARED, [(place, None) for place in gone]) == [None, None]
    ahead.end()


def _fails() -> Callable[[Task], Iterable[Any]]:
    raise ValueError


def _dies() -> Callable[[Task], Iterable[Any]]:
    os.kill(os.getpid(), signal.SIGKILL)
    return lambda _: ()


@pytest.mark.parametrize(
    "prepared",
    [
        _fails,
        _dies,
        lambda: lambda _: [],
        lambda: lambda _: [object()],
        lambda: lambda _: [1, 2, 3],
        lambda: lambda task: [("users/other.yaml", None)] * len(task[1]),
        lambda: lambda _: 1 / 0,
    ],
    ids=[
        "fails",
        "dies",
        "reads too few",
        "has no values",
        "has other values",
        "reads others",
        "fails at its task",
    ],
)
def test_where_it_fails_this_process_reads_the_files(prepared: Any) -> None:
    ahead = _begun(prepared)
    assert _read(_FILES, ahead) == _read(_FILES, None)
    ahead.end()


def test_it_has_one_task() -> None:
    ahead = _begun()
    assert _read(_FILES, ahead) == _read(_FILES, ahead)
    ahead.end()


def test_in_another_process_it_is_asked_nothing() -> None:
    ahead = _begun()
    pid = os.fork()
    if pid == 0:
        task: Task = (_DECLARED.to_plain(), [("users/ada.yaml", "user", "ada", b"name: Ada\n")])
        os._exit(int(ahead.ask(task)))
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    assert _read(_FILES, ahead) == _read(_FILES, None)
    ahead.end()


def test_a_task_ends_though_another_process_holds_its_descriptor() -> None:
    ahead = _begun()
    pid = os.fork()
    if pid == 0:
        time.sleep(600)
        os._exit(0)
    try:
        assert _read(_FILES, ahead) == _read(_FILES, None)
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        ahead.end()


def test_what_nobody_asked_ends_with_who_held_it() -> None:
    ahead = _begun(_sleeps)
    assert children()
    del ahead
    gc.collect()


def test_many_files_and_large_ones_are_read_here() -> None:
    many = {f"users/u{number}.yaml": b"name: x\n" for number in range(MOST_FILES + 1)}
    large = {"users/ada.yaml": b"name: x\n" + b"# comment\n" * 200_000}
    for files in (many, large):
        ahead = _begun(_fails)
        assert _read(files, ahead) == _read(files, None)
        ahead.end()


def test_what_has_no_bytes_is_told_here() -> None:
    ahead = _begun(_fails)
    batch: Sequence[tuple[Placed, Content]] = [
        (_placed({"users/ada.yaml": b""})[0], Unreadable("QF101", "can't be read", "hint"))
    ]
    assert rows_ahead(ahead, _DECLARED, batch) is None
    ahead.end()


def test_none_is_begun_on_one_core_or_beside_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(reading_ahead, "cores", lambda: 1)
        assert ReadingAhead.begun(_prepared) is None
    with monkeypatch.context() as patch:
        patch.setattr(threading, "active_count", lambda: 2)
        assert ReadingAhead.begun(_prepared) is None


def _refused() -> int:
    raise OSError


def test_where_no_process_can_be_had_no_descriptor_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    place = Path("/proc/self/fd")
    if not place.is_dir():
        pytest.skip("descriptors are not listed here")
    before = len([*place.iterdir()])
    monkeypatch.setattr(os, "fork", _refused)
    assert ReadingAhead.begun(_prepared) is None
    assert len([*place.iterdir()]) == before


def _sleeps() -> Callable[[Task], Iterable[Any]]:
    time.sleep(600)
    return _prepared()


def test_one_that_is_not_needed_is_ended_at_once() -> None:
    ahead = _begun(_sleeps)
    with no_hang(time.monotonic):
        ahead.end()
