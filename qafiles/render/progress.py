"""Progress of what takes over a second: one line on stderr, on a terminal only."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

_PATIENCE: Final = 1.0
"""Seconds before anything is said."""

_PACE: Final = 0.5
"""Seconds from which a pace says something about the rest."""

_CLEAR: Final = "\r\x1b[2K"


class _Line:
    """The line on the terminal: nothing is written before the second is over, and it is wiped out in the end."""

    def __init__(self) -> None:
        self.start = time.monotonic()
        self.begun: dict[str, float] = {}
        self.shown = False

    def tell(self, what: str, done: int, total: int) -> None:
        now = time.monotonic()
        since = self.begun.setdefault(what, now)
        if now - self.start < _PATIENCE or not sys.stderr.isatty():
            return
        self.shown = True
        sys.stderr.write(f"{_CLEAR}{line(what, done, total, now - since)}")
        sys.stderr.flush()

    def wipe(self) -> None:
        if self.shown:
            self.shown = False
            sys.stderr.write(_CLEAR)
            sys.stderr.flush()


@contextmanager
def progress() -> Iterator[Callable[[str, int, int], None]]:
    """Yield a function that is told what is done, how much of it, and how much there is of it; 0 where nobody knows."""
    shown = _Line()
    try:
        yield shown.tell
    finally:
        shown.wipe()


def counted(what: str) -> Callable[[int, int], None]:
    """Return a function that is told how many of some things are done and how many there are; the last one ends the line."""
    shown = _Line()

    def count(done: int, total: int) -> None:
        if done < total:
            shown.tell(what, done, total)
        else:
            shown.wipe()

    return count


def line(what: str, done: int, total: int, seconds: float) -> str:
    """Return what is shown: counts where they are known, and the time that is left at the pace so far."""
    if not total:
        return f"{what} …"
    left = f", {seconds / done * (total - done):.0f} s left" if done > 0 and seconds >= _PACE else ""
    return f"{what}: {done:,} of {total:,}{left}"
