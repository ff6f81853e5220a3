"""Writing a file all at once: readers see the old content or the new, whatever ends the writer."""

import contextlib
import os
import stat
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_TRIES: Final = 10
_PAUSE_SECONDS: Final = 0.02


def write_atomically(  # noqa: PLR0913  # each is what one kind of file needs
    place: str | os.PathLike[str],
    content: bytes | tuple[bytes, ...],
    *,
    part: str | os.PathLike[str] | None = None,
    mode: int | None = None,
    follow_links: bool = False,
    sync: bool = False,
) -> None:
    """Put content, in one piece or in several, into a file as a whole or not at all; raises OSError, and then the old file is as it was.

    `part` is where the content lies until it is complete, on the file system of `place`; by default a hidden name beside
    it. `mode` are the permission bits; by default those of the file that is replaced, and of any new file otherwise.
    With `follow_links` the file that a symbolic link leads to is replaced, and a pipe or a device is written to; without,
    the link itself is replaced. With `sync` the content is on the disk before it has the file's name.
    """
    final = os.fspath(place)
    try:
        status = os.stat(final, follow_symlinks=follow_links)  # noqa: PTH116  # thousands of files: a Path for each costs more
    except FileNotFoundError:
        status = None
    if follow_links:
        if status is not None and not stat.S_ISREG(status.st_mode):
            with _named(final):
                Path(final).write_bytes(b"".join(_pieces(content)))
            return
        final = os.path.realpath(final)
    if mode is None and status is not None and stat.S_ISREG(status.st_mode):
        mode = stat.S_IMODE(status.st_mode)
    # A name made of the file's own could be longer than the file system allows.
    waiting = os.fspath(part) if part is not None else _beside(final)
    try:
        with _named(final):
            _write(waiting, _pieces(content), mode, sync=sync)
        _replace(waiting, final)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(waiting)  # noqa: PTH108  # as above
        raise


@contextlib.contextmanager
def _named(final: str) -> Iterator[None]:
    """Say of which file it is that the system refuses something, which it does not say where a disk is full."""
    try:
        yield
    except OSError as error:
        if error.filename is None:
            error.filename = final
        raise


def _beside(final: str) -> str:
    return os.path.join(os.path.dirname(final), f".{os.urandom(8).hex()}.part")  # noqa: PTH118, PTH120  # as above


def _pieces(content: bytes | tuple[bytes, ...]) -> tuple[bytes, ...]:
    return content if isinstance(content, tuple) else (content,)


def _write(waiting: str, pieces: tuple[bytes, ...], mode: int | None, *, sync: bool) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
    descriptor = os.open(waiting, flags, 0o666 if mode is None else mode & 0o666 | stat.S_IWUSR)
    with open(descriptor, "wb", buffering=0) as file:  # noqa: PTH123  # it is open
        for piece in pieces:
            rest = memoryview(piece)
            while rest:
                rest = rest[file.write(rest) :]
        if sync:
            os.fsync(file.fileno())
    if mode is not None:
        os.chmod(waiting, mode)  # noqa: PTH101  # as above


def _replace(waiting: str, final: str) -> None:
    for left in range(_TRIES, 0, -1):
        try:
            os.replace(waiting, final)  # noqa: PTH105  # as above
        except PermissionError:
            # Windows replaces no file while another process, such as a virus scanner, has it open.
            if os.name != "nt" or left == 1:
                raise
            time.sleep(_PAUSE_SECONDS)
        else:
            return
