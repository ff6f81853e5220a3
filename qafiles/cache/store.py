"""A store of bytes between runs, under a name and a key: in git's own folder, else in the user's cache folder.

    store = Store.of(repository.common_dir)
    body = store.read("verdict-3f2a", key)         # None: missing, damaged, of another key, or somebody else's
    store.write("verdict-3f2a", key, body)         # all at once; False where that is impossible, or after Ctrl-C
    store.keep_latest("verdict-", count=8, size=64 << 20)

The name is a file's, and says what is replaced by what; the key says everything that the bytes depend on, the format and
`qafiles.cache.release` among it, in any length: a file of another key is none. Only a folder and a file count that belong to the user
and that nobody else can write, and no link does. Writers need no lock: a file is there whole or not at all. Nothing raises.

Plain Python alone is imported here, since what is kept is asked for before anything else is loaded.
"""

import contextlib
import os
import stat
import sys
from _blake2 import blake2b
from contextvars import ContextVar

from qafiles.cache.ctrl_c import is_interrupted

_MAX_BYTES = 256 << 20
_CHECKSUM_LENGTH = 65
_LARGE = 1 << 20
"""Bytes from which on a checksum is the quick one of zlib, which no byte or run of four bytes escapes that is another."""
_IN_GIT = "qafiles"
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH
_READING = ("O_RDONLY", "O_NOFOLLOW", "O_NONBLOCK", "O_BINARY", "O_CLOEXEC")
_FLAGS = sum(getattr(os, name, 0) for name in _READING)


_is_empty = ContextVar("is_empty", default=False)


class NothingKept:
    """A block in which every store is empty and keeps nothing, where that is asked for."""

    __slots__ = ("_is_asked", "_token")

    def __init__(self, *, is_asked: bool) -> None:
        self._is_asked = is_asked

    def __enter__(self) -> None:
        self._token = _is_empty.set(self._is_asked)

    def __exit__(self, *_error: object) -> None:
        _is_empty.reset(self._token)


class Store:
    """The files of one repository's cache, in the first of some folders that can be used."""

    __slots__ = ("folders",)

    def __init__(self, folders: tuple[str, ...]) -> None:
        """Take the folders, the best one first."""
        self.folders = folders

    @classmethod
    def of(cls, git_folder: "str | os.PathLike[str]") -> "Store":
        """Return that of a repository, given the git folder that all its working trees share; an empty one among `NothingKept`."""
        if _is_empty.get():
            return cls(())
        common = os.fspath(git_folder)
        own = blake2b(os.fsencode(os.path.realpath(common)), digest_size=8).hexdigest()
        user = _user_folder()
        return cls((os.path.join(common, _IN_GIT), *((os.path.join(user, own),) if user is not None else ())))

    def read(self, name: str, key: bytes) -> bytes | None:
        """Return what was written under a name and a key; None for anything that is not exactly that."""
        return next((body for f in self.folders if (body := _read(f, name, key)) is not None), None)

    def write(self, name: str, key: bytes, *body: bytes) -> bool:
        """Return whether bytes, in one piece or in several, are kept now: not where they are too many, no folder can be written, or after Ctrl-C."""
        if sum(map(len, body)) > _MAX_BYTES or is_interrupted():
            return False
        content = _checksum(name, key, *body), *body
        return any(_write(folder, name, content) for folder in self.folders)

    def written(self, name: str) -> int:
        """Return when what is kept under a name was written, in nanoseconds; 0 where nothing is."""
        return max((time for f in self.folders for time, own, _ in _ages(f, name) if own == name), default=0)

    def names(self, prefix: str) -> set[str]:
        """Return the names that begin so, under which something may be kept."""
        return {name for folder in self.folders for name in _listed(folder, prefix)}

    def keep_latest(self, prefix: str, count: int, size: int = _MAX_BYTES) -> None:
        """Delete, of the files that begin so, the oldest ones beyond a number or a size in bytes, in every folder.

        What a killed writer has left begins as its file would have, and so is found, too.
        """
        for folder in self.folders:
            files = sorted(_ages(folder, prefix), reverse=True)
            used = 0
            for number, (_, name, length) in enumerate(files):
                used += length
                if number >= count or used > size:
                    _delete(os.path.join(folder, name))


def _checksum(name: str, key: bytes, *body: bytes) -> bytes:
    """Return the line that a file begins with: a checksum of what it holds, and of what it is read for."""
    digest = blake2b(digest_size=32, person=b"qafiles cache 2")
    for part in (os.fsencode(name), key):
        digest.update(b"%d " % len(part) + part)
    size = sum(map(len, body))
    if size < _LARGE:
        digest.update(b"".join(body))
    else:
        from zlib import crc32  # most of what is kept is small

        checksum = 0
        for part in body:
            checksum = crc32(part, checksum)
        digest.update(b"%d %d" % (size, checksum))
    return digest.hexdigest().encode("ascii") + b"\n"


def _is_own(status: os.stat_result) -> bool:
    """Return whether something belongs to the user, and nobody else can write it."""
    if os.name == "nt":
        return True
    return status.st_uid == os.geteuid() and not status.st_mode & _OTHERS_WRITE


def _is_own_folder(folder: str) -> bool:
    try:
        status = os.lstat(folder)
    except (OSError, ValueError):
        return False
    return stat.S_ISDIR(status.st_mode) and _is_own(status)


def _read(folder: str, name: str, key: bytes) -> bytes | None:
    if not _is_own_folder(folder):
        return None
    try:
        descriptor = os.open(os.path.join(folder, name), _FLAGS)
    except (OSError, ValueError):
        return None
    try:
        status = os.fstat(descriptor)
        # Another name for it could lie where somebody else put it.
        if not stat.S_ISREG(status.st_mode) or not _is_own(status) or status.st_nlink > 1:
            return None
        if not _CHECKSUM_LENGTH <= status.st_size <= _MAX_BYTES + _CHECKSUM_LENGTH:
            return None
        checksum, body = os.read(descriptor, _CHECKSUM_LENGTH), b""
        size = status.st_size - _CHECKSUM_LENGTH
        while len(body) <= size and (part := os.read(descriptor, size + 1)):
            body = body + part if body else part  # a large one is not copied
    except OSError:
        return None
    finally:
        os.close(descriptor)
    return body if checksum == _checksum(name, key, body) else None


def _write(folder: str, name: str, content: tuple[bytes, ...]) -> bool:
    from qafiles.atomic_write import write_atomically  # who reads needs no more than this module

    try:
        if os.path.basename(folder) == _IN_GIT:
            # Others who share the repository keep the lock of their edits there, as its owner lets them.
            os.makedirs(folder, exist_ok=True)
        else:
            os.makedirs(folder, mode=0o700, exist_ok=True)
            # Files that others have put there remain theirs, and do not count.
            _close_to_others(folder)
        if not _is_own_folder(folder):
            return False
        # The name of a part begins as the file's does, so that what a killed process leaves is found.
        part = os.path.join(folder, f"{name}.{os.urandom(8).hex()}")
        write_atomically(os.path.join(folder, name), content, part=part, mode=0o600)
    except (OSError, ValueError):
        return False
    return True


def _close_to_others(folder: str) -> None:
    status = os.lstat(folder)
    if stat.S_ISDIR(status.st_mode) and os.name != "nt" and status.st_uid == os.geteuid():
        os.chmod(folder, 0o700)


def _listed(folder: str, prefix: str) -> list[str]:
    if not _is_own_folder(folder):
        return []
    try:
        return [name for name in os.listdir(folder) if name.startswith(prefix)]
    except OSError:
        return []


def _ages(folder: str, prefix: str) -> list[tuple[int, str, int]]:
    """Return the time of each file that begins so, its name and its size."""
    ages = []
    for name in _listed(folder, prefix):
        try:
            status = os.lstat(os.path.join(folder, name))
        except OSError:
            continue
        ages.append((status.st_mtime_ns, name, status.st_size))
    return ages


def _delete(place: str) -> None:
    with contextlib.suppress(OSError):  # another process may have deleted it
        os.unlink(place)


def _user_folder() -> str | None:
    """Return where programs of the user keep what can be made again; None where that is no absolute path.

    https://specifications.freedesktop.org/basedir-spec/latest/
    """
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or "~/AppData/Local"
    elif sys.platform == "darwin":
        base = "~/Library/Caches"
    else:
        base = os.environ.get("XDG_CACHE_HOME") or ""
        base = base if os.path.isabs(base) else "~/.cache"
    folder = os.path.join(os.path.expanduser(base), "qafiles")
    # Without a home it would be one below the current folder, which may be the data root.
    return folder if os.path.isabs(folder) else None
