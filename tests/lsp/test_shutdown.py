"""The end of the server, at any moment of its work."""

import json
import random
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from tests.benchmarks.generate import write
from tests.conftest import committed, samples
from tests.lsp.conftest import keep_verdict

_IN_RUST = """
import sys, threading
from typing import Annotated
from pydantic import AfterValidator, TypeAdapter
numbers = TypeAdapter(list[Annotated[int, AfterValidator(lambda value: sum(range(9)) + value)]])
def work():
    while True:
        numbers.validate_python([*range(10000)])
threading.Thread(target=work, daemon=True).start()
sys.argv = ["qafiles", "explain", "QF401"]
from qafiles.__main__ import main
main()
"""


def _message(method: str, params: object = None, **more: object) -> bytes:
    content = json.dumps({"jsonrpc": "2.0", "method": method, "params": params, **more}).encode()
    return b"Content-Length: %d\r\n\r\n%b" % (len(content), content)


def _shutdown(root: Path, sample: int) -> tuple[int, bytes]:
    """Return exit code and stderr of a server that is told to end at some moment after it was told to begin."""
    process = subprocess.Popen(
        [sys.executable, "-m", "qafiles", "lsp"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    folders = [{"uri": root.as_uri(), "name": "qa"}]
    begin: dict[str, object] = {
        "processId": None,
        "rootUri": None,
        "capabilities": {},
        "workspaceFolders": folders,
    }
    process.stdin.write(_message("initialize", begin, id=1))
    process.stdin.flush()
    assert process.stdout.readline().startswith(b"Content-Length")
    tag = next(root.rglob("tags/*.yaml"))
    text = {"uri": tag.as_uri(), "languageId": "yaml", "version": 1, "text": tag.read_text(encoding="utf-8")}
    process.stdin.write(
        _message("initialized", {}) + _message("textDocument/didOpen", {"textDocument": text})
    )
    process.stdin.flush()
    end = _message("shutdown", id=2) + _message("exit")
    wait = random.Random(sample).uniform(0, 1)  # noqa: S311  # a moment, not a secret
    try:
        process.wait(wait)
    except subprocess.TimeoutExpired:
        _, errors = process.communicate(end, 60)
        return process.returncode, errors
    return process.returncode, b"ended by itself"


@pytest.mark.slow
def test_a_thread_in_rust_does_not_abort_the_process_at_its_end() -> None:
    def run(_: int) -> tuple[int, bytes]:
        ended = subprocess.run([sys.executable, "-c", _IN_RUST], capture_output=True, check=False)
        return ended.returncode, ended.stderr

    with ThreadPoolExecutor(2) as pool:
        assert {*pool.map(run, range(10))} == {(0, b"")}


@pytest.mark.slow
def test_a_polite_end_has_exit_code_0_whatever_the_server_is_at(tmp_path: Path) -> None:
    write(tmp_path, 2000)
    committed(tmp_path, {"users/faulty.yaml": "id: x\n"})
    keep_verdict(tmp_path)
    with ThreadPoolExecutor(3) as pool:
        ends = [*pool.map(partial(_shutdown, tmp_path), range(samples(500, 8)))]
    assert {*ends} == {(0, b"")}


@pytest.mark.slow
@pytest.mark.parametrize("closed", [False, True], ids=["stderr", "no stderr"])
@pytest.mark.parametrize(
    ("how", "code"),
    [
        ("end of stdin", 1),
        ("exit alone", 1),
        ("polite exit", 0),
        ("Ctrl-C", 130),
        ("SIGTERM", -signal.SIGTERM),
    ],
)
def test_every_other_end_has_its_exit_code_at_once(
    tmp_path: Path, how: str, code: int, *, closed: bool
) -> None:
    write(tmp_path, 300)
    committed(tmp_path, {"users/faulty.yaml": "id: x\n"})
    keep_verdict(tmp_path)
    command = [sys.executable, "-m", "qafiles", "lsp"]
    if closed:
        command = ["bash", "-c", 'exec "$@" 2>&-', "bash", *command]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        assert server.stderr is not None
        folders = [{"uri": tmp_path.as_uri(), "name": "qa"}]
        begin: dict[str, object] = {
            "processId": None,
            "rootUri": None,
            "capabilities": {},
            "workspaceFolders": folders,
        }
        server.stdin.write(_message("initialize", begin, id=1) + _message("initialized", {}))
        server.stdin.flush()
        assert server.stdout.readline().startswith(b"Content-Length")
        if how == "end of stdin":
            server.stdin.close()
        elif how == "exit alone":
            server.stdin.write(_message("exit"))
        elif how == "polite exit":
            server.stdin.write(_message("shutdown", id=2) + _message("exit"))
        else:
            server.send_signal(signal.SIGINT if how == "Ctrl-C" else signal.SIGTERM)
        if not server.stdin.closed:
            server.stdin.flush()
        # stdin stays open: an editor that asks for the end need not close it.
        assert server.wait(60) == code
        said = b"\nqafiles: interrupted\n" if how == "Ctrl-C" and not closed else b""
        assert server.stderr.read() in {said, said.removeprefix(b"\n")}
