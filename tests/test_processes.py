import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from qafiles.processes import WORTHWHILE, map_in_processes
from tests.conftest import children, committed, samples, write
from tests.hang import HANG
from tests.rules.data_root import data_root

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="without fork there is one process only")


def squares(share: Sequence[int]) -> Iterator[Any]:
    for number in share:
        yield number, number**2, str(number)


def in_child(act: Callable[[], object]) -> Callable[[Sequence[int]], Iterator[Any]]:
    """Return a function that does something in the middle of a child's share."""
    parent = os.getpid()

    def function(share: Sequence[int]) -> Iterator[Any]:
        for position, result in enumerate(squares(share)):
            if position == len(share) // 2 and os.getpid() != parent:
                act()
            yield result

    return function


def descriptors() -> set[int]:
    return {number for number in range(256) if _is_open(number)}


def _is_open(descriptor: int) -> bool:
    try:
        os.fstat(descriptor)
    except OSError:
        return False
    return True


@pytest.fixture(autouse=True)
def _threads_of_other_tests_do_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    count = threading.active_count
    others = count() - 1
    monkeypatch.setattr(threading, "active_count", lambda: count() - others)


@pytest.fixture(autouse=True)
def _nothing_is_left_behind() -> Iterator[None]:
    before = descriptors(), children()
    yield
    # Other tests may have left some that are closed meanwhile.
    assert descriptors() <= before[0]
    assert children() <= before[1]


@pytest.mark.parametrize("count", [0, 1, 2, WORTHWHILE - 1, WORTHWHILE, WORTHWHILE + 1, 5000])
@pytest.mark.parametrize("processes", [None, 1, 2, 3, 7])
def test_the_result_is_the_same_as_in_one_process(count: int, processes: int | None) -> None:
    items = [*range(count)]
    assert [*map_in_processes(squares, items, processes=processes)] == [*squares(items)]


@pytest.mark.parametrize("processes", [1, 2])
def test_a_caller_that_stops_early_leaves_no_process_behind(processes: int) -> None:
    results = map_in_processes(squares, [*range(4000)], processes=processes)
    assert [next(results), next(results)] == [(0, 0, "0"), (1, 1, "1")]
    results.close()  # type: ignore[attr-defined]  # it is a generator


def pids(share: Sequence[int]) -> Iterator[Any]:
    for _ in share:
        time.sleep(0.0005)  # so that no process is done before the others have begun
        yield os.getpid()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("count", "processes", "expected"),
    [(WORTHWHILE - 1, 8, 1), (WORTHWHILE, 2, 2), (WORTHWHILE, 8, 2), (5000, 4, 4), (5000, 1, 1)],
)
def test_the_work_is_split_as_far_as_it_is_worth_a_process(count: int, processes: int, expected: int) -> None:
    assert len({*map_in_processes(pids, [*range(count)], processes=processes)}) == expected


class Named(NamedTuple):
    number: int


@pytest.mark.parametrize("processes", [1, 2, 3])
def test_values_arrive_as_what_they_were_and_none_as_none(processes: int) -> None:
    def function(share: Sequence[int]) -> Iterator[Named | None]:
        for number in share:
            yield Named(number) if number % 3 else None

    results = [
        *map_in_processes(
            function, [*range(1000)], to_plain=tuple, from_plain=Named._make, processes=processes
        )
    ]
    assert results == [*function(range(1000))]
    assert {type(result) for result in results} == {Named, type(None)}


def test_values_are_made_plain_in_other_processes_only() -> None:
    parent = os.getpid()

    def to_plain(number: int) -> tuple[int, bool]:
        return number, os.getpid() == parent

    def from_plain(plain: tuple[int, bool]) -> tuple[int, bool]:
        assert os.getpid() == parent
        return plain

    results = [*map_in_processes(pids, [*range(1000)], to_plain=to_plain, from_plain=from_plain, processes=2)]
    carried = [result for result in results if isinstance(result, tuple)]
    assert 0 < len(carried) < len(results)
    assert not any(in_parent for _, in_parent in carried)


def test_what_marshal_cannot_carry_is_worked_out_by_the_parent() -> None:
    def function(share: Sequence[int]) -> Iterator[Any]:
        for number in share:
            yield Path(str(number))

    assert [*map_in_processes(function, [*range(500)], processes=2)] == [Path(str(n)) for n in range(500)]


def fail() -> None:
    raise OSError("in the child")


@pytest.mark.parametrize(
    "act",
    [
        lambda: os.kill(os.getpid(), signal.SIGKILL),
        lambda: os.kill(os.getpid(), signal.SIGTERM),
        lambda: os._exit(0),
        lambda: sys.exit(0),
        fail,
    ],
    ids=["killed", "terminated", "left", "exited", "raised"],
)
@pytest.mark.parametrize("processes", [2, 3])
def test_the_parent_does_the_share_of_a_child_that_fails(act: Callable[[], object], processes: int) -> None:
    items = [*range(1000)]
    assert [*map_in_processes(in_child(act), items, processes=processes)] == [*squares(items)]


@pytest.mark.parametrize("processes", [1, 2, 3, 5])
def test_what_the_function_raises_is_raised_while_children_still_write(processes: int) -> None:
    def function(share: Sequence[int]) -> Iterator[Any]:
        for number in share:
            yield "x" * 10_000
            if number == 0:
                raise ValueError("in the parent")

    with pytest.raises(ValueError, match="in the parent"):
        list(map_in_processes(function, [*range(2000)], processes=processes))


def test_what_the_function_raises_in_a_child_is_raised_in_the_parent() -> None:
    def function(share: Sequence[int]) -> Iterator[Any]:
        for number in share:
            yield 1 / (number - 999)

    with pytest.raises(ZeroDivisionError):
        list(map_in_processes(function, [*range(1000)], processes=2))


@pytest.mark.parametrize("processes", [2, 4])
def test_a_hundred_megabytes_of_results_do_not_deadlock(processes: int) -> None:
    def function(share: Sequence[int]) -> Iterator[Any]:
        for number in share:
            yield bytes([number % 256]) * 100_000

    results = [*map_in_processes(function, [*range(1000)], processes=processes)]
    assert [result[0] for result in results] == [number % 256 for number in range(1000)]
    assert sum(map(len, results)) == 100_000_000


def test_one_result_larger_than_any_pipe_arrives() -> None:
    def function(share: Sequence[int]) -> Iterator[Any]:
        for number in share:
            yield "x" * 5_000_000 if number == 1 else ""

    assert len([*map_in_processes(function, [*range(400)], processes=2)][1]) == 5_000_000


def test_without_a_second_process_this_one_does_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    started = []

    def fork() -> int:
        started.append(1)
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(os, "fork", fork)
    items = [*range(1000)]
    assert [*map_in_processes(squares, items, processes=3)] == [*squares(items)]
    assert len(started) == 2


@pytest.mark.slow
def test_with_other_threads_there_is_one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    done = threading.Event()
    thread = threading.Thread(target=done.wait)
    thread.start()
    try:
        assert {*map_in_processes(pids, [*range(1000)], processes=4)} == {os.getpid()}
    finally:
        done.set()
        thread.join()
    assert len({*map_in_processes(pids, [*range(1000)], processes=4)}) == 4
    monkeypatch.delattr(os, "fork")
    assert {*map_in_processes(pids, [*range(1000)], processes=4)} == {os.getpid()}


def test_a_child_runs_none_of_its_parents_clean_up(tmp_path: Path) -> None:
    program = (
        "import atexit, os, sys\n"
        "from qafiles.processes import map_in_processes\n"
        "atexit.register(lambda: print('clean-up'))\n"
        "print('buffered', end=' ')\n"
        "try:\n"
        "    print(len([*map_in_processes(lambda share: iter(share), [*range(1000)], processes=3)]))\n"
        "finally:\n"
        "    print('finally')\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert result.stdout == "buffered 1000\nfinally\nclean-up\n"


_CLOSED = (
    "import os, sys\n"
    "from qafiles.processes import map_in_processes\n"
    "assert sys.stdout is None\n"
    "os._exit(len([*map_in_processes(lambda share: iter(share), [*range(1000)], processes=2)]) - 1000)\n"
)


def test_closed_standard_streams_do_no_harm() -> None:
    command = f"exec '{sys.executable}' -c \"$0\" <&- >&- 2>&-"
    assert subprocess.run(["/bin/sh", "-c", command, _CLOSED], check=False).returncode == 0


def _group(process: "subprocess.Popen[str]") -> list[str]:
    """Return the processes of a process's group."""
    found = []
    for place in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = place.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if fields[2] == str(process.pid) and fields[0] != "Z":
            found.append(place.parent.name)
    return found


_SENTENCE = "\nqafiles: interrupted\n"
_MAIN = (
    "import os, qafiles.__main__ as program\n"
    "code = program._code\n"
    "program._code = lambda *values: os.write(2, b'begun') and code(*values)\n"
    "program.main()\n"
)


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are listed from /proc")
@pytest.mark.parametrize(
    "line",
    [
        ["validate"],
        ["validate", "--format", "json"],
        ["validate", "--no-cache"],
        ["show", "acme/shop"],
        ["set", "acme/shop", "name=Other", "--dry-run"],
    ],
    ids=" ".join,
)
def test_ctrl_c_at_any_moment_gives_the_one_sentence_or_the_whole_answer(
    line: list[str], tmp_path: Path
) -> None:
    folder = committed(tmp_path / "data", data_root())
    command = [sys.executable, "-c", _MAIN, "-C", str(folder), *line]
    begun = time.monotonic()
    whole = subprocess.run(command, capture_output=True, text=True, check=False)
    took = time.monotonic() - begun
    count = samples(40, 6)
    seen = []
    for number in range(count + 1):
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
        )
        assert process.stderr is not None
        assert process.stderr.read(5) == "begun"
        time.sleep(took * number / count)
        # A terminal sends it to all of its processes, `kill` to one alone.
        (os.killpg if number % 2 else os.kill)(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=120)
        said = whole.stderr.removeprefix("begun")
        if process.returncode == 130:
            assert out in {"", whole.stdout}
            assert err in {_SENTENCE, said + _SENTENCE}, number
        else:
            assert (process.returncode, out, err) == (whole.returncode, whole.stdout, said), number
        seen.append(process.returncode)
        end = time.monotonic() + HANG
        while _group(process) and time.monotonic() < end:
            time.sleep(0.01)
        assert _group(process) == []
    assert 130 in seen


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are listed from /proc")
@pytest.mark.parametrize(
    "choice", [[], pytest.param(["--rev", "HEAD"], marks=pytest.mark.slow)], ids=["tree", "revision"]
)
def test_ctrl_c_ends_every_process_before_there_is_a_result(choice: list[str], tmp_path: Path) -> None:
    prose = "content: |\n" + "  All work and no play.\n" * 300
    documents = "organizations/acme/projects/shop/documents"
    files = data_root({f"{documents}/d-{number}.yaml": f"id: {number}\n{prose}" for number in range(2000)})
    folder = (committed if choice else write)(tmp_path / "data", files)
    wanted = 1 + (len(os.sched_getaffinity(0)) > 1) + bool(choice)
    for _ in range(5):
        process = subprocess.Popen(
            [sys.executable, "-m", "qafiles", "-C", folder, "validate", *choice],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        end = time.monotonic() + HANG
        while len(_group(process)) < wanted and process.poll() is None and time.monotonic() < end:
            time.sleep(0.002)
        if process.poll() is None:
            break
        process.communicate()  # this machine had no time to look while it was at work
    assert process.poll() is None
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=120)
    # click ends the line on which a terminal shows ^C.
    assert (process.returncode, out, err) == (130, "", _SENTENCE)
    while _group(process) and time.monotonic() < end:
        time.sleep(0.01)
    assert _group(process) == []


def test_a_program_that_ignores_ctrl_c_goes_on_ignoring_it(tmp_path: Path) -> None:
    program = (
        "import os, signal, time\n"
        "from qafiles.processes import map_in_processes\n"
        "signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
        "def function(share):\n"
        "    for item in share:\n"
        "        os.kill(os.getpid(), signal.SIGINT)\n"
        "        time.sleep(0.001)\n"
        "        yield os.getpid()\n"
        "print(len({*map_in_processes(function, [*range(400)], processes=2)}))\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert result.stdout == "2\n"


@pytest.mark.slow
def test_validating_in_a_pipeline_that_ends_early_hangs_nowhere(tmp_path: Path) -> None:
    users = {f"users/user-{number}.yaml": "[" for number in range(1500)}
    folder = write(tmp_path, data_root(users))
    command = f"'{sys.executable}' -m qafiles -C '{folder}' validate --format concise | head -1"
    result = subprocess.run(
        ["/bin/sh", "-c", command], capture_output=True, text=True, timeout=120, check=True
    )
    assert len(result.stdout.splitlines()) == 1
    assert result.stderr == ""


def test_something_else_is_done_once_while_another_process_works_and_not_where_none_does() -> None:
    numbers = range(2 * WORTHWHILE)
    pids: list[int] = []
    results = map_in_processes(squares, numbers, processes=2, meanwhile=lambda: pids.append(os.getpid()))
    assert [*results] == [*squares(numbers)]
    assert pids == [os.getpid()]
    assert len([*map_in_processes(squares, numbers, processes=1, meanwhile=pids.clear)]) == len(numbers)
    assert pids == [os.getpid()]
