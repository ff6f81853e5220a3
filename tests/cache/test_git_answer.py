"""What a git prints that runs beside this process, and what stays of one whose answer nobody reads."""

import os
import resource
import shutil
from pathlib import Path

import pytest

from qafiles.__main__ import run as run_program
from qafiles.cache.git_answer import Answer
from qafiles.lsp.incoming import Incoming
from qafiles.processes import WORTHWHILE, map_in_processes
from tests.conftest import committed
from tests.rules.data_root import data_root

_MESSAGE = b'{"jsonrpc": "2.0", "method": "exit"}'


def _descriptors() -> list[str]:
    return sorted(path.name for path in Path("/dev/fd").iterdir())


def _answer(*words: str) -> Answer:
    return Answer([shutil.which(words[0]) or words[0], *words[1:]], dict(os.environ))


def test_what_is_read_is_what_was_printed() -> None:
    assert _answer("echo", "text").read() == b"text\n"


def test_what_failed_says_nothing() -> None:
    assert _answer("false").read() is None


@pytest.mark.parametrize("words", [("true",), ("sleep", "60"), ("yes",)], ids=" ".join)
def test_what_nobody_reads_leaves_no_descriptor_and_no_process(words: tuple[str, ...]) -> None:
    before = _descriptors()
    answer = _answer(*words)
    pid = answer.pid
    del answer
    assert _descriptors() == before
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_program_that_checks_again_and_again_has_as_many_descriptors_as_before(tmp_path: Path) -> None:
    root = committed(tmp_path / "qa", data_root())
    run_program(["-C", str(root), "show", "ada"])
    before = _descriptors()
    for command in ("show", "refs", "set", "rm"):
        run_program(["-C", str(root), command, "ada"])
    assert _descriptors() == before


@pytest.mark.skipif(
    resource.getrlimit(resource.RLIMIT_NOFILE)[0] < 1100,
    reason="a process may have no 1,100 descriptors here",
)
def test_a_program_with_very_many_descriptors_forks_and_reads_as_any_other() -> None:
    reader, writer = os.pipe()
    others = [os.dup(reader) for _ in range(1050)]
    try:
        assert [*map_in_processes(iter, range(WORTHWHILE), processes=2)] == [*range(WORTHWHILE)]
        high = os.dup(reader)
        os.write(writer, b"Content-Length: %d\r\n\r\n" % len(_MESSAGE) + _MESSAGE)
        message = Incoming(high).next(None)
        os.close(high)
    finally:
        for descriptor in (reader, writer, *others):
            os.close(descriptor)
    assert high > 1023
    assert message is not None
    assert message["method"] == "exit"
