"""What lies at a place in the file system, as bytes that differ where anything of it does."""

import os
import stat

MOST_BYTES = 64 << 20
"""Bytes from which the content of a file is not told."""

TOO_LARGE = b">"
"""What is told of such a file begins with this, and goes on with its size and its times."""

_CHECKSUM = 32
"""Bytes of the longest checksum, that of SHA-256; one of SHA-1 has 20 of them."""

_PIECE = 1 << 20
_READING = ("O_RDONLY", "O_NOFOLLOW", "O_NONBLOCK", "O_BINARY", "O_CLOEXEC")
_FLAGS = sum(getattr(os, name, 0) for name in _READING)


def content_of(place: str | bytes) -> bytes:
    """Return what lies at a place: a letter for what it is, and the bytes of a file, or the target of a link."""
    try:
        descriptor = os.open(place, _FLAGS)
    except OSError as error:
        return b"!%d " % (error.errno or 0) + kind_of(place)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            return b"?%d" % stat.S_IFMT(status.st_mode)
        if status.st_size > MOST_BYTES:
            stamp = (status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)
            return b"%s%d %d %d %d" % (TOO_LARGE, *stamp)
        parts = [b"="]
        while part := os.read(descriptor, _PIECE):
            parts.append(part)
        return b"".join(parts)
    except OSError as error:
        return b"!%d" % (error.errno or 0)
    finally:
        os.close(descriptor)


def kind_of(place: str | bytes) -> bytes:
    """Return what kind of thing lies at a place, and where a link leads."""
    try:
        status = os.lstat(place)
        link = os.readlink(os.fsencode(place)) if stat.S_ISLNK(status.st_mode) else b""
    except OSError as error:
        return b"-%d" % (error.errno or 0)
    return b"%d %s" % (stat.S_IFMT(status.st_mode), link)


def stamp_of(place: str | bytes) -> bytes:
    """Return the times, the size and the number of what lies at a place, by which a change of it is seen."""
    try:
        status = os.lstat(place)
    except OSError as error:
        return b"-%d" % (error.errno or 0)
    stamp = (status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)
    return b"%d %d %d %d" % stamp


def changed_at(place: str | bytes) -> int:
    """Return when what lies at a place was changed last, in nanoseconds; 0 where nothing does."""
    try:
        return os.lstat(place).st_ctime_ns
    except OSError:
        return 0


def end_of_index(place: str | bytes) -> bytes:
    """Return what tells an index of git from others: the checksum of its content at its end, its size and its times.

    Its content where it has no checksum, https://git-scm.com/docs/git-config#Documentation/git-config.txt-indexskipHash
    """
    try:
        descriptor = os.open(place, _FLAGS)
    except OSError:
        return content_of(place)
    try:
        status = os.fstat(descriptor)
        end = b""
        if stat.S_ISREG(status.st_mode) and status.st_size > _CHECKSUM:
            os.lseek(descriptor, -_CHECKSUM, os.SEEK_END)
            end = os.read(descriptor, _CHECKSUM)
    except OSError:
        end = b""
    finally:
        os.close(descriptor)
    if len(end) != _CHECKSUM or not end[12:].strip(b"\0"):
        return content_of(place)
    stamp = (status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)
    return b"#%d %d %d %d " % stamp + end
