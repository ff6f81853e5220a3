"""Work split over the cores by fork, with the same result as without."""

import contextlib
import gc
import marshal
import os
import select
import signal
import struct
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, TypeVar

T = TypeVar("T")

WORTHWHILE: Final = 400
"""Items below which starting a second process costs more than it saves."""

_BATCH: Final = 64
_HEADER: Final = struct.Struct("!Q")
_PIPE_SIZE: Final = 1 << 20
"""Bytes that a process may be ahead of the one that takes its results, where the system allows so many."""


def map_in_processes(
    function: Callable[[Sequence[T]], Iterator[Any]], items: Sequence[T], *, processes: int | None = None
) -> list[Any]:
    """Return what the function yields, one result for each item, in the order of the items.

    The function gets a slice of the items in each process; results must be plain values that `marshal` can carry.
    Where a process fails, dies or can't be started, this one does its share.
    """
    count = min(processes or _cores(), len(items) // (WORTHWHILE // 2))
    if count < 2 or not hasattr(os, "fork") or threading.active_count() > 1:
        return list(function(items))
    with collector_paused():  # a collection in a child would copy every page that it shares with this process
        return _map(function, items, count)


@contextlib.contextmanager
def collector_paused() -> Iterator[None]:
    """Let nothing be searched for cycles meanwhile, which takes long where millions of values are made and kept."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


def _map(function: Callable[[Sequence[T]], Iterator[Any]], items: Sequence[T], count: int) -> list[Any]:
    results: list[Any] = [None] * len(items)
    children: dict[int, _Child] = {}
    try:
        for number in range(1, count):
            with contextlib.suppress(OSError):  # no process or no pipe to be had
                children[number] = _Child(function, items[number::count])
        mine: list[Any] = []
        for result in function(items[0::count]):
            mine.append(result)
            if len(mine) % _BATCH == 0:
                for child in children.values():
                    child.receive(wait=False)
        results[0::count] = mine
        for number in range(1, count):
            share = items[number::count]
            answers = children[number].answers() if number in children else []
            results[number::count] = answers if len(answers) == len(share) else list(function(share))
    finally:
        for child in children.values():
            child.end()
    return results


class _Child:
    """A forked process that works on a share and sends its results through a pipe, in batches."""

    def __init__(self, function: Callable[[Sequence[T]], Iterator[Any]], share: Sequence[T]) -> None:
        self.buffer = bytearray()
        self.open = True
        self.results: list[Any] = []
        self.reader, writer = os.pipe()
        # Ctrl-C must not reach a child before it has let go of this process's handlers, or it would go on as a second
        # parent.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            self.pid = os.fork()
            if self.pid == 0:
                _work(function, share, writer, before)
        except OSError:
            os.close(self.reader)
            raise
        finally:
            os.close(writer)
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def receive(self, *, wait: bool) -> None:
        """Take what has arrived; with `wait`, until the child closes its end."""
        while self.open and (wait or select.select([self.reader], [], [], 0)[0]):
            data = os.read(self.reader, _PIPE_SIZE)
            if not data:
                self.open = False
            self.buffer += data
            self._unpack()

    def _unpack(self) -> None:
        while len(self.buffer) >= _HEADER.size:
            (size,) = _HEADER.unpack_from(self.buffer)
            end = _HEADER.size + size
            if len(self.buffer) < end:
                return
            self.results.extend(marshal.loads(self.buffer[_HEADER.size : end]))  # noqa: S302  # from our own child
            del self.buffer[:end]

    def answers(self) -> list[Any]:
        """Return all results once the child has ended; fewer than its share when it failed."""
        self.receive(wait=True)
        return self.results

    def end(self) -> None:
        """End the child, which has nothing to do any more or works for nobody, and wait for it."""
        os.close(self.reader)
        with contextlib.suppress(ProcessLookupError, ChildProcessError):
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)


def _work(
    function: Callable[[Sequence[T]], Iterator[Any]],
    share: Sequence[T],
    writer: int,
    signals: "set[int | signal.Signals]",
) -> None:
    """Do the share and leave the process at once: a forked process must not run its parent's clean-up."""
    status = 1
    try:
        if callable(signal.getsignal(signal.SIGINT)):
            signal.signal(signal.SIGINT, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_SETMASK, signals)
        batch: list[Any] = []
        for result in function(share):
            batch.append(result)
            if len(batch) == _BATCH:
                _send(writer, batch)
                batch = []
        _send(writer, batch)
        status = 0
    except BaseException:  # noqa: BLE001, S110  # the parent sees the missing results and does the share itself
        pass
    finally:
        os._exit(status)


def _send(writer: int, batch: list[Any]) -> None:
    data = marshal.dumps(batch)
    message = memoryview(_HEADER.pack(len(data)) + data)
    while message:
        message = message[os.write(writer, message) :]
