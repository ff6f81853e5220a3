"""Command lines in a copy of this process, which is there in a tenth of the time that a new Python takes to import qafiles."""

import os
import sys
import traceback
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from subprocess import CompletedProcess
from tempfile import TemporaryFile

from qafiles.__main__ import run


def answer(
    arguments: Sequence[str],
    stdin: bytes,
    environment: Mapping[str, str],
    *,
    folder: Path | None = None,
    together: bool = False,
) -> CompletedProcess[bytes]:
    """Return the exit code, stdout and stderr of one command line, as a process of its own gives them.

    It runs in `folder`, by default that of this process; where the streams go `together`, stdout holds both. How a Python
    starts (its locale, its PYTHON… variables) is not that of `environment`.
    """
    with TemporaryFile() as given, TemporaryFile() as out, TemporaryFile() as said:
        given.write(stdin)
        given.seek(0)
        with warnings.catch_warnings():
            # The threads of pytest-xdist hold nothing that the copy needs.
            warnings.simplefilter("ignore", DeprecationWarning)
            pid = os.fork()
        if pid == 0:
            code = 70
            try:
                if folder is not None:
                    os.chdir(folder)
                for number, stream in enumerate((given, out, out if together else said)):
                    os.dup2(stream.fileno(), number)
                os.environ.clear()
                os.environ.update(environment)
                sys.stdin, sys.stdout, sys.stderr = (
                    os.fdopen(number, mode, encoding="utf-8", closefd=False)
                    for number, mode in enumerate(("r", "w", "w"))
                )
                code = run([*arguments])
                sys.stdout.flush()
            except BaseException:  # noqa: BLE001  # as an interpreter does
                traceback.print_exc()
            finally:
                sys.stderr.flush()
                os._exit(code)
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        out.seek(0)
        said.seek(0)
        return CompletedProcess([*arguments], status, out.read(), said.read())
