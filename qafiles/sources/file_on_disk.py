"""The bytes of a file on disk, or why it can't be read."""

import errno
import os
import stat
from typing import Final

from qafiles.sources.source import MAX_READ, SYMLINK, Content, Unreadable

# Each of them is missing on some system; O_NONBLOCK keeps the opening of a pipe from waiting for a writer.
_FLAGS: Final = sum(getattr(os, name, 0) for name in ("O_RDONLY", "O_NOFOLLOW", "O_NONBLOCK", "O_BINARY"))

_NO_FILE: Final = Unreadable(
    "QF101", "the path is a pipe, socket or device, not a file", "replace it with the entity's YAML file"
)


def read_file(path: str) -> Content:
    """Return the bytes of a file, or why it can't be read; None where there is none. No link is followed to it."""
    try:
        descriptor = os.open(path, _FLAGS)
    except OSError as error:
        if error.errno in {errno.ENOENT, errno.ENOTDIR}:
            return None
        if error.errno == errno.ELOOP:
            return SYMLINK
        if error.errno == errno.ENXIO:
            return _NO_FILE
        return unreadable("file", error)
    try:
        status = os.fstat(descriptor)
        if stat.S_ISDIR(status.st_mode):
            return None  # a submodule, or a folder in place of a deleted file: no file in any source
        if not stat.S_ISREG(status.st_mode):
            return _NO_FILE
        # One byte more than the file has: less is read only at its end, or by a file system that may do so.
        wanted = min(status.st_size + 1, MAX_READ)
        content = os.read(descriptor, wanted)
        while wanted - 1 != len(content) < MAX_READ and (more := os.read(descriptor, MAX_READ)):
            content += more
        return content[:MAX_READ]
    except OSError as error:
        return unreadable("file", error)
    finally:
        os.close(descriptor)


def unreadable(what: str, error: OSError) -> Unreadable:
    """Return why something can't be read, as the system says."""
    return Unreadable(
        "QF101", f"the {what} can't be read: {error.strerror}", "check its permissions and the disk"
    )
