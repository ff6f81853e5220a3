"""What tells folders apart from what they were at another time: their times, numbers and devices.

A folder of which these are as they were has the entries that it had: https://man7.org/linux/man-pages/man7/inode.7.html says that
making, renaming or deleting one sets its times, of which nobody can choose that of the last change.
"""

import marshal
import os
import sys
from collections.abc import Iterable, Sequence

_TOGETHER = 500
"""Folders that are kept in one piece, as one value is compared in less time than many."""
_VALUES = 4
_GONE = (0, 0, 0, 0)
_PLAIN = 2
"""The version of `marshal` in which equal values are equal bytes."""
_KNOWN = frozenset({"bcachefs", "btrfs", "ext2", "ext3", "ext4", "f2fs", "overlay", "tmpfs", "xfs", "zfs"})
"""File systems whose folders have such times; those of a network's or of another system's may lag behind."""

Stamp = tuple[int, int, int, int]


def stamp_of(status: os.stat_result) -> Stamp:
    """Return that of one folder."""
    return status.st_mtime_ns, status.st_ctime_ns, status.st_ino, status.st_dev


class Stamps:
    """Those of folders, one after the other, of which no more than some are held unpacked at a time."""

    def __init__(self, stamps: Iterable[Stamp] = ()) -> None:
        """Take the first ones."""
        self.devices: set[int] = set()
        self._some: list[int] = []
        self._pieces: list[bytes] = []
        for stamp in stamps:
            self.add(stamp)

    def add(self, stamp: Stamp) -> None:
        """Take one more."""
        self._some += stamp
        self.devices.add(stamp[-1])
        if len(self._some) == _TOGETHER * _VALUES:
            self._pack()

    def packed(self) -> tuple[bytes, ...]:
        """Return them as they are kept; none can be added then."""
        if self._some:
            self._pack()
        return tuple(self._pieces)

    def _pack(self) -> None:
        self._pieces.append(marshal.dumps(self._some, _PLAIN))
        self._some.clear()


def unpacked(pieces: Iterable[bytes]) -> list[Stamp]:
    """Return stamps that were kept. Raises ValueError, EOFError or TypeError for what is none."""
    stamps: list[Stamp] = []
    for piece in pieces:
        values = marshal.loads(piece)  # noqa: S302  # the user's own, and whole
        stamps += zip(*[iter(values)] * _VALUES, strict=True)
    return stamps


def changed(root: str, paths: Sequence[bytes], pieces: Sequence[bytes]) -> list[bytes]:
    """Return the folders below a root that are not as they were when their stamps were taken, those that are gone among them.

    Raises OSError where one can't be looked at, and ValueError for stamps of other folders.
    """
    if len(pieces) != -(-len(paths) // _TOGETHER):
        raise ValueError(len(pieces))
    found: list[bytes] = []
    descriptor = os.open(root, os.O_RDONLY | os.O_CLOEXEC)
    try:
        for number, piece in enumerate(pieces):
            some = paths[number * _TOGETHER : (number + 1) * _TOGETHER]
            now: list[int] = []
            for path in some:
                try:
                    status = os.stat(path, dir_fd=descriptor, follow_symlinks=False)
                except (FileNotFoundError, NotADirectoryError):
                    now += _GONE
                else:
                    now += status.st_mtime_ns, status.st_ctime_ns, status.st_ino, status.st_dev
            if marshal.dumps(now, _PLAIN) != piece:
                stamps = zip(*[iter(now)] * _VALUES, strict=True)
                then = unpacked([piece])
                found += [path for path, stamp, old in zip(some, stamps, then, strict=True) if stamp != old]
    finally:
        os.close(descriptor)
    return found


def is_on_known_system(root: str) -> bool:
    """Return whether a folder lies on a file system whose folders have times by which their entries are known."""
    if sys.platform != "linux":
        return False
    device = os.stat(root).st_dev
    own = b"%d:%d" % (os.major(device), os.minor(device))
    with open("/proc/self/mountinfo", "rb") as file:
        mounts = [line.split(b" ") for line in file.read().splitlines()]
    systems = {mount[mount.index(b"-") + 1] for mount in mounts if mount[2] == own}
    return bool(systems) and all(os.fsdecode(system) in _KNOWN for system in systems)
