"""Work beside the event loop, on a thread that never keeps the process from ending."""

import asyncio
import queue
import threading
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")


class Worker:
    """One daemon thread that does one job after the other."""

    def __init__(self) -> None:
        self._jobs: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    async def run(self, job: Callable[[], T]) -> T:
        """Return what the job returns, or raise what it raises, while the event loop goes on."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="qafiles", daemon=True)
            self._thread.start()
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()

        def settle(method: Callable[[Any], None], value: Any) -> None:
            if not future.done():
                method(value)

        def work() -> None:
            try:
                result = job()
            except Exception as error:  # noqa: BLE001  # raised again where the job was asked for
                loop.call_soon_threadsafe(settle, future.set_exception, error)
            else:
                loop.call_soon_threadsafe(settle, future.set_result, result)

        self._jobs.put(work)
        return await future

    def _work(self) -> None:
        while True:
            try:
                self._jobs.get()()
            except RuntimeError:
                return  # the event loop is closed: the server ends
