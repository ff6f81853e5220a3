"""A call that is made while something else is done."""

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Generic, TypeVar

T = TypeVar("T")


class Meanwhile(Generic[T]):
    """A call that is made in a thread, while another does something else. No process is forked before it has ended."""

    def __init__(self, call: Callable[[], T]) -> None:
        """Begin to call."""
        self._call = call
        self._results: list[T] = []
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        # What goes wrong here goes wrong once more where the result is asked for.
        with suppress(Exception):
            self._results.append(self._call())

    def wait(self) -> None:
        """Wait for the end."""
        self._thread.join()

    def result(self) -> T:
        """Return what the call returned; raises what it raises."""
        self.wait()
        if not self._results:
            self._results.append(self._call())
        return self._results[0]
