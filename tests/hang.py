"""How long a test lets something take: as long as no machine needs, since how quick things are is for the benchmarks to tell."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

HANG = 60
"""Seconds that only a hang takes, or a time that grows with the square of what is large in these tests."""


@contextmanager
def no_hang(clock: Callable[[], float] = time.process_time) -> Iterator[None]:
    """Fail where what is done inside took as many seconds of a clock, the processor's as a rule, as no machine needs.

    What never ends is ended by whoever runs the tests.
    """
    start = clock()
    yield
    assert clock() - start < HANG
