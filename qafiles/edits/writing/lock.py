"""The write lock of a working tree: one edit at a time, and a dead owner never blocks."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, NamedTuple

from qafiles.cache.untracked import is_at_rest
from qafiles.errors import EditFailedError

PATIENCE: Final = 120.0
"""Seconds for which an edit waits for those before it."""

_LOCK_VARIABLE: Final = "QAFILES_HELD_LOCK"
_PAUSE: Final = 0.02
_LONGEST_PAUSE: Final = 0.25

if sys.platform == "win32":
    import msvcrt

    def _try(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

    def _release(descriptor: int) -> None:
        """Do nothing: the lock ends with its only descriptor."""
else:
    import fcntl

    def _try(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _release(descriptor: int) -> None:
        """Release the lock for all who inherited it: a hook may have started a process that never ends."""
        fcntl.flock(descriptor, fcntl.LOCK_UN)


class Held(NamedTuple):
    """A lock that is held: its descriptor, which a child process may inherit, and when its file was changed before, and by this.

    `changed_before` is None where somebody held it just now, or has died with it.
    """

    descriptor: int
    changed_before: int | None
    changed: int

    def is_first_in(self, duration: int) -> bool:
        """Return whether nobody else has held the lock in the last so many nanoseconds.

        Only times of the file system are compared with each other, whose clock may be another one.
        """
        before = self.changed_before
        return before is not None and is_at_rest(before, self.changed - duration)


def lock_variables(place: Path) -> dict[str, str]:
    """Return the variables by which the processes that the holder of a lock starts and waits for know of it."""
    return {_LOCK_VARIABLE: os.path.realpath(place)}


def is_lock_inherited() -> bool:
    """Return whether this process was started by the holder of some lock, or by what that has started."""
    return _LOCK_VARIABLE in os.environ


def is_locked_by_caller(place: Path) -> bool:
    """Return whether this process runs in a hook of an edit that holds the lock, and waiting would never end."""
    if os.environ.get(_LOCK_VARIABLE) != os.path.realpath(place):
        return False
    try:
        with locked(place, patience=0):
            return False  # it was started in a hook, and has outlived it
    except EditFailedError:
        return True


@contextmanager
def locked(
    place: Path, patience: float = PATIENCE, waiting: Callable[[str], None] = lambda _: None
) -> Iterator[Held]:
    """Hold the lock and yield it.

    `waiting` is told once who holds it. The system releases the lock when its last holder ends, however that happens.
    Raises EditFailedError after so many seconds, or when the lock's file can't be written.
    """
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(place, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o666)
    except OSError as error:
        raise EditFailedError(
            f"the lock for writing, {place}, can't be made: {error.strerror}; nothing was written"
        ) from error
    try:
        has_waited = _wait(descriptor, place, patience, waiting)
        status = os.fstat(descriptor)
        # Who ends without dying leaves it empty, and changed.
        before = status.st_ctime_ns if not has_waited and not status.st_size else None
        with suppress(OSError):  # on a full disk the lock holds without a name
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, str(os.getpid()).encode(), 0) if hasattr(os, "pwrite") else None
        try:
            yield Held(descriptor, before, os.fstat(descriptor).st_ctime_ns)
        finally:
            # The number of a process that is gone would be published with a site.
            with suppress(OSError):
                os.ftruncate(descriptor, 0)
            _release(descriptor)
    finally:
        os.close(descriptor)


def _wait(descriptor: int, place: Path, patience: float, waiting: Callable[[str], None]) -> bool:
    """Return whether somebody else held the lock, once that is over."""
    end = time.monotonic() + patience
    pause, is_announced = _PAUSE, False
    while True:
        try:
            _try(descriptor)
        except OSError:
            if time.monotonic() >= end:
                raise EditFailedError(
                    f"{_holder(place)} has been editing here for {patience:.0f} seconds; nothing was written, try again"
                ) from None
        else:
            return pause > _PAUSE
        if not is_announced and pause == _LONGEST_PAUSE:
            waiting(f"waiting for {_holder(place)}, which edits here")
            is_announced = True
        time.sleep(pause)
        pause = min(pause * 1.5, _LONGEST_PAUSE)


def _holder(place: Path) -> str:
    try:
        return f"process {int(place.read_bytes()[:20])}"
    except (OSError, ValueError):
        return "another process"
