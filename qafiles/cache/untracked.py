"""What git does not track, known again without a walk through the tree where no folder has changed since git told it.

A folder whose times, number and device are as they were has the entries that it had: https://man7.org/linux/man-pages/man7/inode.7.html
says that making, renaming or deleting one sets its times, of which nobody can choose that of the last change. What git tells
also depends on ignore files, which count with their content, and on other repositories in the tree, with which git walks.
"""

import marshal
import os
import sys
from _blake2 import blake2b
from typing import NamedTuple

from qafiles.cache.contents import content_of

_RECENT = 3_000_000_000
"""Nanoseconds within which a folder may change twice at what a file system takes for one time that knows whole seconds."""
_JUST_NOW = 20_000_000
"""The same for other file systems, whose times follow ticks of the clock of up to 10 ms."""
_KNOWN = frozenset({"bcachefs", "btrfs", "ext2", "ext3", "ext4", "f2fs", "overlay", "tmpfs", "xfs", "zfs"})
"""File systems whose folders have such times; those of a network's or of another system's may lag behind."""
_MOST_FOLDERS = 50_000
_AT_ONCE = 2000
_MOST_IGNORING = 200
_IGNORING = b".gitignore"


def is_at_rest(changed: int, now: int) -> bool:
    """Return whether what has changed at a time, in nanoseconds, has not changed after `now`, and its time would tell if it did."""
    return changed < now - (_JUST_NOW if changed % 1_000_000_000 else _RECENT)


class Outside(NamedTuple):
    """The ignore files that lie elsewhere than in a data root: their places, and git's configuration with what they say."""

    places: tuple[str, ...]
    words: bytes


class Folders(NamedTuple):
    """The folders of a data root, told by one digest, its ignore files, and what git did not track in them.

    `rules` is a digest of all ignore files. Without a `stamp`, the folders can't be told from each other by their times.
    """

    rules: bytes
    ignoring: tuple[bytes, ...]
    paths: bytes
    stamp: bytes
    others: tuple[bytes, ...]

    @classmethod
    def of(cls, root: str, outside: Outside | None, others: list[bytes], begun: int) -> "Folders | None":
        """Return those of a data root of which git began to tell at a time in nanoseconds, `outside` being other ignore files.

        None where a folder or an ignore file has changed just then.
        """
        try:
            walked = _walk(os.fsencode(root), begun) if _is_on_known_system(root) else None
        except _ChangedError:
            return None
        except (OSError, ValueError):
            walked = None
        if walked is None or outside is None or any(path.endswith(b"/") for path in others):
            return cls(b"", (), b"", b"", ())
        paths, stamp, ignoring = walked
        rules = _rules(root, outside, ignoring)
        # What was written since git read it, be it before it was read here, would stand for what git has read.
        within = [f"{root}/{os.fsdecode(path)}" for path in ignoring]
        if any(_is_recent(place, begun - _RECENT) for place in (*outside.places, *within)):
            return None
        return cls(rules, ignoring, paths, stamp, tuple(others))

    def are_as_they_were(self, root: str, outside: Outside | None) -> bool:
        """Return whether git would tell the same of the data root again."""
        if not self.stamp or outside is None or self.rules != _rules(root, outside, self.ignoring):
            return False
        try:
            return _stamp(root, self.paths.split(b"\0")) == self.stamp
        except OSError:
            return False


def folders_of(plain: object) -> Folders | None:
    """Return the folders that plain values stand for, None for others."""
    if not isinstance(plain, tuple) or len(plain) != len(Folders._fields):
        return None
    rules, ignoring, paths, stamp, others = plain
    lists = (ignoring, others)
    if not all(isinstance(part, bytes) for part in (rules, paths, stamp)):
        return None
    if not all(isinstance(part, tuple) and all(isinstance(path, bytes) for path in part) for part in lists):
        return None
    return Folders(rules, ignoring, paths, stamp, others)


def outside_of(top: str, prefix: str, common_dir: str, config: bytes) -> Outside | None:
    """Return the ignore files that lie elsewhere: above a data root, in git's folder and at the user's.

    None where the configuration names one in a way that git alone reads.
    """
    above = prefix.split("/") if prefix else []
    places = [os.path.join(top, *above[:count], ".gitignore") for count in range(len(above))]
    places.append(os.path.join(common_dir, "info", "exclude"))
    named = [
        value
        for name, _, value in (entry.partition(b"\n") for entry in config.split(b"\0"))
        if name.lower() == b"core.excludesfile"
    ]
    if named:
        place = os.path.expanduser(os.fsdecode(named[-1]))
        if not os.path.isabs(place):
            return None
        places.append(place)
    else:
        base = os.environ.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config")
        places.append(os.path.join(base, "git", "ignore"))
    # Git reads them through links, as dotfiles often are.
    parts = [config, *(content_of(os.path.realpath(place)) for place in places)]
    return Outside(tuple(places), b"".join(b"%d " % len(part) + part for part in parts))


def _is_recent(place: str, time: int) -> bool:
    """Return whether a file, what a link in its place leads to, or the folder that would hold it changed at a time or later."""
    for path in (place, os.path.realpath(place)):
        there = path
        while not os.path.lexists(there) and there != os.path.dirname(there):
            there = os.path.dirname(there)
        status = os.lstat(there)
        if max(status.st_mtime_ns, status.st_ctime_ns) >= time:
            return True
    return False


def _rules(root: str, outside: Outside, ignoring: tuple[bytes, ...]) -> bytes:
    digest = blake2b(outside.words, digest_size=20)
    for path in ignoring:
        content = content_of(os.fsencode(root) + b"/" + path)
        digest.update(b"%s\0%d\0" % (path, len(content)) + content)
    return digest.digest()


def _walk(root: bytes, begun: int) -> tuple[bytes, bytes, tuple[bytes, ...]] | None:
    """Return every folder, the root as `.`, what tells them apart, and the ignore files; None where git alone can tell.

    Raises _ChangedError where a folder or an ignore file has changed just before a time or later, and OSError.
    """
    paths: list[bytes] = []
    ignoring: list[bytes] = []
    stamps = _Stamps()
    pending = [b"."]
    while pending:
        path = pending.pop()
        paths.append(path)
        status = os.stat(root + b"/" + path, follow_symlinks=False)
        stamps.add(status)
        if not is_at_rest(max(status.st_mtime_ns, status.st_ctime_ns), begun):
            raise _ChangedError
        prefix = b"" if path == b"." else path + b"/"
        with os.scandir(root + b"/" + path) as listing:
            for item in listing:
                name = item.name.lower()
                if item.is_dir(follow_symlinks=False) and name != b".git":
                    pending.append(prefix + item.name)
                elif (name == b".git" and prefix) or (name == _IGNORING and item.is_symlink()):
                    return None
                elif name == _IGNORING:
                    status = item.stat(follow_symlinks=False)
                    if max(status.st_mtime_ns, status.st_ctime_ns) >= begun - _RECENT:
                        raise _ChangedError  # git may have read another one
                    ignoring.append(prefix + item.name)
        if len(paths) > _MOST_FOLDERS or len(ignoring) > _MOST_IGNORING:
            return None
    if len(stamps.devices) > 1:
        return None  # another device
    return b"\0".join(paths), stamps.digest(), tuple(ignoring)


class _ChangedError(Exception):
    """A folder has changed while it was looked at, or just before."""


def _stamp(root: str, paths: list[bytes]) -> bytes:
    """Return what tells folders apart from what they were at another time."""
    descriptor = os.open(root, os.O_RDONLY | os.O_CLOEXEC)
    try:
        stamps = _Stamps()
        for path in paths:
            stamps.add(os.stat(path, dir_fd=descriptor, follow_symlinks=False))
        return stamps.digest()
    finally:
        os.close(descriptor)


class _Stamps:
    """What tells folders apart, one after the other, of which no more than some are held at a time."""

    def __init__(self) -> None:
        self.devices: set[int] = set()
        self._some: list[int] = []
        self._digest = blake2b(digest_size=20)

    def add(self, status: os.stat_result) -> None:
        self._some += status.st_mtime_ns, status.st_ctime_ns, status.st_ino, status.st_dev
        self.devices.add(status.st_dev)
        if len(self._some) >= _AT_ONCE:
            self._take()

    def _take(self) -> None:
        # Of this version, since later ones write equal values in several ways.
        self._digest.update(marshal.dumps(self._some, 2))
        self._some.clear()

    def digest(self) -> bytes:
        """Return the digest of all; nothing can be added then."""
        self._take()
        return self._digest.digest()


def _is_on_known_system(root: str) -> bool:
    """Return whether a folder lies on a file system whose folders have times by which their entries are known."""
    if sys.platform != "linux":
        return False
    device = os.stat(root).st_dev
    own = b"%d:%d" % (os.major(device), os.minor(device))
    with open("/proc/self/mountinfo", "rb") as file:
        mounts = [line.split(b" ") for line in file.read().splitlines()]
    systems = {mount[mount.index(b"-") + 1] for mount in mounts if mount[2] == own}
    return bool(systems) and all(os.fsdecode(system) in _KNOWN for system in systems)
