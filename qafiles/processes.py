"""Work split over the cores by fork, with the same result as without."""

import _signal  # type: ignore[import-not-found]  # `signal` takes as long to import as Python to start
import contextlib
import gc
import marshal
import os
import select
import struct
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, NamedTuple, TypeVar

if sys.platform == "linux":
    import fcntl

T = TypeVar("T")
R = TypeVar("R")

WORTHWHILE: Final = 400
"""Items below which starting a second process costs more than it saves."""

_HEADER: Final = struct.Struct("!QQ")
_NUMBER: Final = struct.Struct("!H")
_BATCHES: Final = 8
"""Batches for each process: enough that all end at nearly the same time, and few enough to start git for each."""
_MESSAGE: Final = 64
"""Results that are sent at once."""
_PIPE_SIZE: Final = 1 << 20
"""Bytes that a process may be ahead of the one that takes its results, where the system allows so many."""


def map_in_processes(  # noqa: PLR0913  # one parameter for each choice
    function: Callable[[Sequence[T]], Iterator[R]],
    items: Sequence[T],
    *,
    to_plain: Callable[[Any], Any] | None = None,
    from_plain: Callable[[Any], R] | None = None,
    processes: int | None = None,
    meanwhile: Callable[[], object] | None = None,
) -> Iterator[R]:
    """Yield what the function yields, one result for each item, in the order of the items and as soon as it is there.

    The function gets a slice of the items in each process. Results come from another process by `marshal`, which knows
    no classes: `to_plain` makes plain values of them there and `from_plain` makes them again here; None is carried as it
    is. Where a process fails, dies or can't be started, this one does its share. `meanwhile` is called while another process
    is at work, and not where none is.
    """
    count = min(processes or cores(), len(items) // (WORTHWHILE // 2))
    if count < 2 or not may_fork():
        yield from function(items)
        return
    with collector_paused():  # a collection in a child would copy every page that it shares with this process
        yield from _map(function, items, count, _Carriage(to_plain, from_plain), meanwhile)


def may_fork() -> bool:
    """Return whether this process can be forked: not where a thread may hold a lock that nobody would let go of in the other one."""
    threading = sys.modules.get("threading")
    return hasattr(os, "fork") and (threading is None or threading.active_count() == 1)


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


def let_go_of_handlers(signals: set[int]) -> None:
    """Let Ctrl-C end a process that was forked, where it ended its parent; `signals` are those that were blocked before."""
    if callable(_signal.getsignal(_signal.SIGINT)):
        _signal.signal(_signal.SIGINT, _signal.SIG_DFL)
    _signal.pthread_sigmask(_signal.SIG_SETMASK, signals)


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


class _Carriage(NamedTuple):
    """How results get from one process into another."""

    to_plain: Callable[[Any], Any] | None
    from_plain: Callable[[Any], Any] | None

    def dumps(self, results: list[Any]) -> bytes:
        """Return results as bytes."""
        if (make := self.to_plain) is not None:
            results = [None if item is None else make(item) for item in results]
        return marshal.dumps(results)

    def loads(self, data: bytes | bytearray) -> list[Any]:
        """Return the results that bytes stand for."""
        plain: list[Any] = marshal.loads(data)  # noqa: S302  # from our own child
        make = self.from_plain
        return plain if make is None else [None if item is None else make(item) for item in plain]


def _map(
    function: Callable[[Sequence[T]], Iterator[Any]],
    items: Sequence[T],
    count: int,
    carriage: _Carriage,
    meanwhile: Callable[[], object] | None,
) -> Iterator[Any]:
    size = -(-len(items) // (_BATCHES * count))
    batches = [items[start : start + size] for start in range(0, len(items), size)]
    results: list[list[Any] | None] = [None] * len(batches)
    children: list[_Child] = []
    queue = _Queue(len(batches))
    delivered = 0
    try:
        for _ in range(1, count):
            with contextlib.suppress(OSError):  # no process or no pipe to be had
                children.append(_Child(function, batches, queue, carriage))
        if children and meanwhile is not None:
            meanwhile()
        for number in queue:
            mine = results[number] = []
            for result in function(batches[number]):
                mine.append(result)
                if len(mine) % _MESSAGE == 0:  # a child waits while its pipe is full
                    for child in children:
                        child.receive(results, wait=False)
            # What the caller does with these is done while the children go on.
            while delivered <= number and len(results[delivered] or ()) == len(batches[delivered]):
                yield from results[delivered] or ()
                results[delivered] = None
                delivered += 1
        for child in children:
            child.receive(results, wait=True)
    finally:
        queue.close()
        for child in children:
            child.end()
    for batch, done in zip(batches[delivered:], results[delivered:], strict=True):
        yield from done if done is not None and len(done) == len(batch) else function(batch)


class _Queue:
    """The numbers of the batches, of which each is taken by one process only: whoever is quicker does more."""

    def __init__(self, count: int) -> None:
        self.reader, writer = os.pipe()
        os.write(writer, b"".join(map(_NUMBER.pack, range(count))))
        os.close(writer)

    def __iter__(self) -> Iterator[int]:
        while data := os.read(self.reader, _NUMBER.size):
            yield _NUMBER.unpack(data)[0]

    def close(self) -> None:
        os.close(self.reader)


class _Child:
    """A forked process that works on batches and sends their results through a pipe."""

    def __init__(
        self,
        function: Callable[[Sequence[T]], Iterator[Any]],
        batches: Sequence[Sequence[T]],
        queue: _Queue,
        carriage: _Carriage,
    ) -> None:
        self.carriage = carriage
        self.buffer = bytearray()
        self.open = True
        self.reader, writer = os.pipe()
        if sys.platform == "linux":
            with contextlib.suppress(OSError):
                fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, _PIPE_SIZE)
        # Ctrl-C must not reach a child before it has let go of this process's handlers, or it would be a second parent.
        before = _signal.pthread_sigmask(_signal.SIG_BLOCK, {_signal.SIGINT})
        try:
            self.pid = os.fork()
            if self.pid == 0:
                _work(function, batches, queue, _Sender(writer, carriage), before)
        except OSError:
            os.close(self.reader)
            raise
        finally:
            os.close(writer)
            _signal.pthread_sigmask(_signal.SIG_SETMASK, before)
        # `select` refuses descriptors above 1023, of which a long-lived program may have more.
        self._ready = select.poll()
        self._ready.register(self.reader, select.POLLIN)

    def receive(self, results: list[list[Any] | None], *, wait: bool) -> None:
        """Put what has arrived among the results; with `wait`, until the child closes its end."""
        while self.open and (wait or self._ready.poll(0)):
            data = os.read(self.reader, _PIPE_SIZE)
            self.open = bool(data)
            self.buffer += data
            self._unpack(results)

    def _unpack(self, results: list[list[Any] | None]) -> None:
        while len(self.buffer) >= _HEADER.size:
            number, size = _HEADER.unpack_from(self.buffer)
            end = _HEADER.size + size
            if len(self.buffer) < end:
                return
            part = self.carriage.loads(self.buffer[_HEADER.size : end])
            results[number] = [*(results[number] or ()), *part]
            del self.buffer[:end]

    def end(self) -> None:
        """End the child, which has nothing to do any more or works for nobody, and wait for it."""
        os.close(self.reader)
        with contextlib.suppress(ProcessLookupError, ChildProcessError):
            os.kill(self.pid, _signal.SIGKILL)
            os.waitpid(self.pid, 0)


def _work(
    function: Callable[[Sequence[T]], Iterator[Any]],
    batches: Sequence[Sequence[T]],
    queue: _Queue,
    sender: "_Sender",
    signals: set[int],
) -> None:
    """Do a share and leave the process at once: a forked process must not run its parent's clean-up."""
    status = 1
    try:
        let_go_of_handlers(signals)
        for number in queue:
            part: list[Any] = []
            for result in function(batches[number]):
                part.append(result)
                if len(part) == _MESSAGE:
                    sender.send(number, part)
                    part = []
            sender.send(number, part)
        status = 0
    except BaseException:  # noqa: BLE001, S110  # the parent sees the missing results and does the share itself
        pass
    finally:
        os._exit(status)


class _Sender(NamedTuple):
    """A child's end of the pipe to its parent."""

    writer: int
    carriage: _Carriage

    def send(self, number: int, results: list[Any]) -> None:
        """Send results of the batch with a number."""
        data = self.carriage.dumps(results)
        message = memoryview(_HEADER.pack(number, len(data)) + data)
        while message:
            message = message[os.write(self.writer, message) :]
