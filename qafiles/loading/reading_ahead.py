"""A process that gets ready to read a few files while this one still learns what is known of the others.

To import what reads one file takes longer than to read a hundred, and no longer where another core does it meanwhile.
"""

import _signal  # type: ignore[import-not-found]  # `signal` takes as long to import as Python to start
import contextlib
import marshal
import os
import struct
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from qafiles.kinds import Kind
from qafiles.processes import cores, let_go_of_handlers, may_fork

MOST_FILES: Final = 16
"""Files from which on they are read as others are."""
_MOST_BYTES: Final = 1 << 20
_PIECE: Final = 1 << 20

_LENGTH: Final = struct.Struct("!Q")

Task = tuple[tuple[Any, ...], Sequence[tuple[str, Kind, str, bytes]]]
"""The custom fields as plain values, and path, kind, handle and content of each file."""


class ReadingAhead:
    """A process that is ready to read files, or gets so."""

    def __init__(self, prepared: Callable[[], Callable[[Task], Iterable[Any]]]) -> None:
        """Start it: it calls `prepared`, and what that returns for its task. Raises OSError."""
        self._task = self._result = self._process = -1
        self._owner = os.getpid()
        task, self._task = os.pipe()
        try:
            self._result, result = os.pipe()
        except OSError:
            os.close(task)
            self._close()
            raise
        # Ctrl-C must not reach it before it has let go of this process's handlers.
        before = _signal.pthread_sigmask(_signal.SIG_BLOCK, {_signal.SIGINT})
        try:
            self._process = os.fork()
            if self._process == 0:
                os.close(self._task)
                os.close(self._result)
                _work(prepared, task, result, before)
        except OSError:
            self._close()
            raise
        finally:
            os.close(task)
            os.close(result)
            _signal.pthread_sigmask(_signal.SIG_SETMASK, before)

    @classmethod
    def begun(cls, prepared: Callable[[], Callable[[Task], Iterable[Any]]]) -> "ReadingAhead | None":
        """Return one that has been started; None where it can't be, or would share a core with this process."""
        if cores() < 2 or not may_fork():
            return None
        with contextlib.suppress(OSError):  # no process or no pipe to be had
            return cls(prepared)
        return None

    def ask(self, task: Task) -> bool:
        """Return whether it was given its task, the only one: not where that is too large, nor by another process."""
        fields, files = task
        if self._task < 0 or len(files) > MOST_FILES or sum(len(file[3]) for file in files) > _MOST_BYTES:
            return False
        if os.getpid() != self._owner:
            return False  # each of them would take the one answer for its own
        plain = marshal.dumps((fields, [*files]))
        # Its end is told by its length, as another process may hold a copy of this one's descriptor.
        words = memoryview(_LENGTH.pack(len(plain)) + plain)
        try:
            while words:
                words = words[os.write(self._task, words) :]
        except OSError:
            return False  # it has died
        finally:
            os.close(self._task)
            self._task = -1
        return True

    def answer(self) -> list[tuple[str, Any]] | None:
        """Return the path and the result of each file, once they are there; None where it has none."""
        parts = []
        while part := os.read(self._result, _PIECE):
            parts.append(part)
        try:
            results = marshal.loads(b"".join(parts))  # noqa: S302  # from our own child
        except (ValueError, EOFError, TypeError):
            return None
        are_pairs = isinstance(results, list) and all(isinstance(pair, tuple) for pair in results)
        return results if are_pairs and {*map(len, results)} <= {2} else None

    def end(self) -> None:
        """End it, which has nothing to do any more, and wait for it."""
        self._close()
        process, self._process = self._process, -1
        if process > 0 and os.getpid() == self._owner:
            with contextlib.suppress(ProcessLookupError, ChildProcessError):
                os.kill(process, _signal.SIGKILL)
                os.waitpid(process, 0)

    def _close(self) -> None:
        for descriptor in (self._task, self._result):
            if descriptor >= 0:
                os.close(descriptor)
        self._task = self._result = -1

    def __del__(self) -> None:
        """End what nobody asked."""
        if hasattr(self, "_owner"):
            self.end()


def _work(
    prepared: Callable[[], Callable[[Task], Iterable[Any]]],
    task: int,
    result: int,
    signals: set[int],
) -> None:
    """Do the task and leave the process at once: a forked process must not run its parent's clean-up."""
    status = 1
    try:
        let_go_of_handlers(signals)
        function = prepared()
        plain = _whole(task)
        if plain is not None:
            words = memoryview(marshal.dumps([*function(marshal.loads(plain))]))  # noqa: S302  # from our own parent
            while words:
                words = words[os.write(result, words) :]
        status = 0
    except BaseException:  # noqa: BLE001, S110  # the parent sees that there are no results, and reads the files itself
        pass
    finally:
        os._exit(status)


def _whole(task: int) -> bytes | None:
    """Return the words of a task; None where there is none."""
    words = b""
    while len(words) < _LENGTH.size or len(words) < _LENGTH.size + _LENGTH.unpack_from(words)[0]:
        part = os.read(task, _PIECE)
        if not part:
            return None
        words += part
    return words[_LENGTH.size :]
