"""The bytes and the text of a result file: opened so that nothing waits or grows, read in pieces."""

import codecs
import errno
import hashlib
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from qafiles.results.formats.collected import UnreadableFile
from qafiles.results.result import FilePlace

CHUNK: Final = 2**18

_UTF_16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class OpenedFile:
    """A file that is open: its first bytes to tell the format by, and its bytes in order."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._digest = hashlib.sha256()
        self.head = self._take(CHUNK)
        self._head_given = False

    @property
    def digest(self) -> str:
        """The SHA-256 of the bytes read so far."""
        return self._digest.hexdigest()

    def read(self) -> bytes:
        """The next bytes, none at the end."""
        if not self._head_given:
            self._head_given = True
            return self.head
        return self._take(CHUNK)

    def _take(self, size: int) -> bytes:
        try:
            data = os.read(self._descriptor, size)
        except OSError as error:
            raise UnreadableFile(f"it cannot be read: {(error.strerror or 'error').lower()}") from error
        self._digest.update(data)
        return data


@contextmanager
def opened(path: Path) -> Iterator[OpenedFile]:
    """Yield the file, opened; raises `UnreadableFile` for what is no file, such as a folder or a pipe."""
    # A pipe would wait for a writer otherwise.
    flags = (
        os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)
    )
    try:
        descriptor = os.open(path, flags)
    except (OSError, ValueError) as error:
        raise _unopened(path, error) from error
    try:
        mode = os.fstat(descriptor).st_mode
        if not stat.S_ISREG(mode):
            raise UnreadableFile(*_NO_FILE[stat.S_ISDIR(mode)])
        yield OpenedFile(descriptor)
    finally:
        os.close(descriptor)


_NO_FILE: Final = {
    True: ("it is a folder", None, "give the files in it: `FOLDER/*.xml`"),
    False: ("it is a pipe or a device, not a file", None, "write it to a file first"),
}


def _unopened(path: Path, error: OSError | ValueError) -> UnreadableFile:
    if isinstance(error, ValueError):
        return UnreadableFile("no file can have this name")
    # Windows opens no folder.
    if isinstance(error, PermissionError) and path.is_dir():
        return UnreadableFile(*_NO_FILE[True])
    if error.errno == errno.ENXIO:
        return UnreadableFile(*_NO_FILE[False])
    return UnreadableFile(f"it cannot be opened: {(error.strerror or 'error').lower()}")


def text_of(file: OpenedFile, hint: str = "write the file as UTF-8") -> Callable[[int], str]:
    """Return a function that gives the next characters, "" at the end.

    UTF-8, with or without a BOM, and UTF-16 with one, as PowerShell redirects output; raises `UnreadableFile` at the line
    of what is neither.
    """
    encoding = "utf-16" if file.head.startswith(_UTF_16) else "utf-8-sig"
    decoder = codecs.getincrementaldecoder(encoding)()
    line = 1

    def read(size: int) -> str:
        nonlocal line
        pieces: list[str] = []
        while size > 0:
            data = file.read()
            try:
                piece = decoder.decode(data, final=not data)
            except UnicodeDecodeError as error:
                place = FilePlace(line + error.object[: error.start].count(b"\n"))
                raise UnreadableFile(
                    f"byte 0x{error.object[error.start]:02x} is no {encoding[:6].rstrip('-').upper()}",
                    place,
                    hint,
                ) from None
            line += piece.count("\n")
            pieces.append(piece)
            size -= len(piece)
            if not data:
                break
        return "".join(pieces)

    return read
