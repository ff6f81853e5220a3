"""Commands on a terminal of their own, whose questions are answered."""

import os
import pty
import select
import sys
import time
from pathlib import Path


def on_terminal(
    root: Path, answers: list[tuple[bytes, bytes]], *arguments: str, **variables: str
) -> tuple[int, bytes]:
    """Return the exit code of a command on a terminal of its own, and what it showed; each question gets its answer."""
    pid, ours = pty.fork()
    if pid == 0:
        command = [sys.executable, "-m", "qafiles", "-C", str(root), *arguments]
        os.execve(sys.executable, command, {**os.environ, **variables})  # noqa: S606  # in the child
    shown = b""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if not select.select([ours], [], [], 0.2)[0]:
            continue
        try:
            part = os.read(ours, 4096)
        except OSError:
            break
        if not part:
            break
        shown += part
        if answers and answers[0][0] in shown:
            os.write(ours, answers.pop(0)[1])
    _, status = os.waitpid(pid, 0)
    os.close(ours)
    assert not answers, shown
    return os.waitstatus_to_exitcode(status), shown
