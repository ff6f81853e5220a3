"""What git does not track, known again without a walk through the tree where no folder has changed since git told it.

A folder whose times, number and device are as they were has the entries that it had. What git tells also depends on ignore files,
which count with their content, and on other repositories in the tree, with which git walks. Where a few folders have changed, git
is asked about those alone.
"""

import os
import stat
from _blake2 import blake2b
from collections.abc import Collection, Iterable
from typing import NamedTuple

from qafiles.cache.contents import content_of
from qafiles.cache.folder_stamps import Stamps, changed, is_on_known_system, stamp_of, unpacked

_RECENT = 3_000_000_000
"""Nanoseconds within which a folder may change twice at what a file system takes for one time that knows whole seconds."""
_JUST_NOW = 20_000_000
"""The same for other file systems, whose times follow ticks of the clock of up to 10 ms."""
_MOST_FOLDERS = 50_000
_MOST_CHANGED = 64
"""Changed folders from which on git looks through all of them in no more time."""
_MOST_IGNORING = 200
_IGNORING = b".gitignore"
_TOP = b"."


def is_at_rest(changed: int, now: int) -> bool:
    """Return whether what has changed at a time, in nanoseconds, has not changed after `now`, and its time would tell if it did."""
    return changed < now - (_JUST_NOW if changed % 1_000_000_000 else _RECENT)


class Outside(NamedTuple):
    """The ignore files that lie elsewhere than in a data root: their places, and git's configuration with what they say."""

    places: tuple[str, ...]
    words: bytes


class Folders(NamedTuple):
    """The folders of a data root, what tells them apart, its ignore files, and what git did not track in them.

    `rules` is a digest of all ignore files. Without `stamps`, the folders can't be told from each other by their times.
    """

    rules: bytes
    ignoring: tuple[bytes, ...]
    paths: bytes
    stamps: tuple[bytes, ...]
    others: tuple[bytes, ...]

    @classmethod
    def of(
        cls, root: str, outside: Outside | None, others: Collection[bytes], begun: int
    ) -> "Folders | None":
        """Return those of a data root of which git began to tell at a time in nanoseconds, `outside` being other ignore files.

        None where a folder or an ignore file has changed just then.
        """
        look = _Look(os.fsencode(root), begun)
        try:
            is_whole = is_on_known_system(root) and look.walk([_TOP])
        except _ChangedError:
            return None
        except (OSError, ValueError):
            is_whole = False
        if not is_whole or outside is None or any(path.endswith(b"/") for path in others):
            return cls(b"", (), b"", (), ())
        return cls._at_rest(root, outside, look.ignoring, (look.paths, look.stamps), others, begun=begun)

    @classmethod
    def _at_rest(  # noqa: PLR0913  # all that git's words depend on
        cls,
        root: str,
        outside: Outside,
        ignoring: Iterable[bytes],
        folders: tuple[Iterable[bytes], Stamps],
        others: Iterable[bytes],
        *,
        begun: int,
    ) -> "Folders | None":
        """Return folders; None where an ignore file has changed when git began to read them."""
        ignoring = tuple(sorted(ignoring))
        rules = _rules(root, outside, ignoring)
        # What was written since git read it, be it before it was read here, would stand for what git has read.
        within = [f"{root}/{os.fsdecode(path)}" for path in ignoring]
        if any(_is_recent(place, begun - _RECENT) for place in (*outside.places, *within)):
            return None
        paths, stamps = folders
        return cls(rules, ignoring, b"\0".join(paths), stamps.packed(), tuple(others))

    def changed(self, root: str, outside: Outside | None) -> list[bytes] | None:
        """Return the folders in which git may tell of others now, and that are gone; None where it may do so in all of them."""
        if not self.stamps or outside is None or self.rules != _rules(root, outside, self.ignoring):
            return None
        try:
            found = changed(root, self.paths.split(b"\0"), self.stamps)
        except (OSError, ValueError, EOFError, TypeError):
            return None
        return found if len(found) <= _MOST_CHANGED and _TOP not in found else None

    def with_changes(
        self, root: str, outside: Outside, folders: Collection[bytes], others: Collection[bytes], begun: int
    ) -> "Folders | None":
        """Return the folders as they are, where git began at a time to tell of `others` in those that have changed, and below them.

        None where one of these, or an ignore file, has changed just then, and where git walks with another repository.
        """
        look = _Look(os.fsencode(root), begun)
        stamps = dict(zip(self.paths.split(b"\0"), unpacked(self.stamps), strict=True))
        gone = {path for path in folders if not look.is_there(path)}
        if any(_parent(path) not in folders for path in gone):
            return None

        def is_gone(path: bytes) -> bool:
            # A link in the place of a folder may lead to where that went.
            return path in gone or _is_below(path, gone)

        there = {path: stamp for path, stamp in stamps.items() if not is_gone(path)} if gone else stamps
        try:
            if not look.walk([path for path in folders if not is_gone(path)], there):
                return None
        except (_ChangedError, OSError):
            return None
        now = there | dict(zip(look.paths, unpacked(look.stamps.packed()), strict=True))
        stamps_now = Stamps(now.values())
        if len(stamps_now.devices) > 1:
            return None
        before = [path for path in self.ignoring if _parent(path) not in folders and not is_gone(path)]
        remaining = [path for path in self.others if not _is_below(path, folders)]
        others = sorted([*remaining, *others])
        return self._at_rest(root, outside, (*before, *look.ignoring), (now, stamps_now), others, begun=begun)


def folders_of(plain: object) -> Folders | None:
    """Return the folders that plain values stand for, None for others."""
    if not isinstance(plain, tuple) or len(plain) != len(Folders._fields):
        return None
    rules, ignoring, paths, stamps, others = plain
    lists = (ignoring, stamps, others)
    if not all(isinstance(part, bytes) for part in (rules, paths)):
        return None
    if not all(isinstance(part, tuple) and all(isinstance(path, bytes) for path in part) for part in lists):
        return None
    return Folders(rules, ignoring, paths, stamps, others)


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


class _ChangedError(Exception):
    """A folder has changed while it was looked at, or just before."""


class _Look:
    """A look into folders after git has told of them, which began at a time in nanoseconds: their stamps, and the ignore files in them."""

    def __init__(self, root: bytes, begun: int) -> None:
        self._root = root
        self._begun = begun
        self.paths: list[bytes] = []
        self.stamps = Stamps()
        self.ignoring: list[bytes] = []

    def is_there(self, path: bytes) -> bool:
        """Return whether a path is a folder."""
        try:
            return stat.S_ISDIR(os.lstat(self._root + b"/" + path).st_mode)
        except OSError:
            return False

    def walk(self, pending: list[bytes], known: Collection[bytes] = ()) -> bool:
        """Look into folders and those below them, but not through ones that are known; return whether git's words are told by them.

        Raises _ChangedError where a folder or an ignore file has changed just before the time or later, and OSError.
        """
        pending = [*pending]
        while pending:
            path = pending.pop()
            status = os.stat(self._root + b"/" + path, follow_symlinks=False)
            self.paths.append(path)
            self.stamps.add(stamp_of(status))
            if not is_at_rest(max(status.st_mtime_ns, status.st_ctime_ns), self._begun):
                raise _ChangedError
            prefix = b"" if path == _TOP else path + b"/"
            with os.scandir(self._root + b"/" + path) as listing:
                for item in listing:
                    name = item.name.lower()
                    if item.is_dir(follow_symlinks=False) and name != b".git":
                        if prefix + item.name not in known:
                            pending.append(prefix + item.name)
                    elif (name == b".git" and prefix) or (name == _IGNORING and item.is_symlink()):
                        return False
                    elif name == _IGNORING:
                        status = item.stat(follow_symlinks=False)
                        if max(status.st_mtime_ns, status.st_ctime_ns) >= self._begun - _RECENT:
                            raise _ChangedError  # git may have read another one
                        self.ignoring.append(prefix + item.name)
            if len(self.paths) > _MOST_FOLDERS or len(self.ignoring) > _MOST_IGNORING:
                return False
        return len(self.stamps.devices) == 1  # else there is another one


def _parent(path: bytes) -> bytes:
    return path.rpartition(b"/")[0] or _TOP


def _is_below(path: bytes, folders: Collection[bytes]) -> bool:
    """Return whether a path lies in one of some folders, or below it."""
    while path != _TOP:
        path = _parent(path)
        if path in folders:
            return True
    return False
