"""Many secrets at once: each costs a process of SOPS, and threads that wait for those keep all cores busy."""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")

Counted = Callable[[int, int], None]
"""What is told how many of how many are done."""


def unseen(done: int, total: int) -> None:
    """Do nothing."""
    del done, total


def in_threads(work: Callable[[T], R], items: Sequence[T], progress: Counted = unseen) -> Iterator[R]:
    """Yield what `work` returns for each item, in order; what was not begun is given up when the caller ends early."""
    cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    # One more than there are cores, so that none waits while this process looks at a result.
    pool = ThreadPoolExecutor(min(cores + 1, max(len(items), 1)))
    try:
        for done, result in enumerate(pool.map(work, items), 1):
            progress(done, len(items))
            yield result
    finally:
        pool.shutdown(cancel_futures=True)
