"""A site that an earlier run wrote: whether it is still what would be written, and every file as it was left.

Plain Python alone is imported here, since a site of which nothing changed is looked at before anything is loaded.
"""

import marshal
import os
import stat
import time
from _blake2 import blake2b
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from qafiles.cache.store import Store

TEMPORARY = ".qafiles-site.tmp"
"""Where files are written before they are put in place; what a run leaves here that was ended, the next one removes."""
_FORMAT = b"site 2\n"
_PREFIX = "site-"
_MOST_SITES = 8
_DIGEST_SIZE = 20
_FINE = 50_000_000
_COARSE = 2_000_000_000
"""Nanoseconds within which a file may change again without another time, where the file system counts parts of seconds or not."""
_BY_TIMES = b""
"""In place of the digest of a file that times tell from any other."""


class Site(NamedTuple):
    """What a site is made of and into which folder: the digest of its inputs, its name and its environment."""

    folder: str
    inputs: bytes
    name: str | None = None
    environment: str | None = None

    @property
    def key(self) -> bytes:
        """What stands for all of that."""
        return _FORMAT + repr(tuple(self)).encode("utf-8", "surrogatepass")

    @property
    def place(self) -> str:
        """The name under which a store keeps what is known of the folder."""
        real = os.fsencode(os.path.realpath(self.folder))
        return _PREFIX + blake2b(real, digest_size=8).hexdigest()


class Left(NamedTuple):
    """What an earlier run left: the number of its files without the manifest, and the sentences about what it was made without."""

    files: int
    sentences: tuple[str, ...]


def left_before(store: Store, site: Site, *, is_alone: bool = False) -> Left | None:
    """Return what an earlier run left, where another one would find nothing to do; None where it has to look.

    A file that was changed, replaced or deleted since is noticed by the times, the size and the number that the file system gives it,
    or by its bytes where it was written a moment before it was looked at. One process looks where `is_alone`, as while git is at work.
    """
    body = store.read(site.place, site.key)
    if body is None or os.path.lexists(f"{site.folder}/{TEMPORARY}"):
        return None
    files, sentences = marshal.loads(body)  # noqa: S302  # the store gives what was written, or nothing
    certain = [item for item in files.items() if item[1][-1] == _BY_TIMES]
    uncertain = [(name, facts[-1]) for name, facts in files.items() if facts[-1] != _BY_TIMES]
    if not all(_are_as_left(site.folder, certain, is_alone=is_alone)):
        return None
    if uncertain:
        looked_at = dict(zip(dict(uncertain), _compared(site.folder, uncertain), strict=True))
        if None in looked_at.values():
            return None
        _write(store, site, {**files, **looked_at}, sentences)
    return Left(len(files) - 1, tuple(sentences))


def keep(store: Store, site: Site, written: Mapping[str, bytes], sentences: Sequence[str]) -> None:
    """Keep that a folder holds a site: files with the digests of what was written, the manifest among them."""
    files = dict(zip(written, _compared(site.folder, [*written.items()]), strict=True))
    if None not in files.values():
        _write(store, site, files, sentences)


def digest_of(data: bytes) -> bytes:
    """Return what stands for the bytes of a file."""
    return blake2b(data, digest_size=_DIGEST_SIZE).digest()


def _are_as_left(
    folder: str, files: Sequence[tuple[str, tuple[Any, ...]]], *, is_alone: bool
) -> Iterable[bool]:
    """Return of each file whether the file system says of it what it said."""

    def compare(share: Sequence[tuple[str, tuple[Any, ...]]]) -> Iterator[bool]:
        for name, facts in share:
            yield _facts(folder, name) == facts[:-1]

    if is_alone:
        return compare(files)
    from qafiles.processes import map_in_processes  # noqa: PLC0415  # slow to import, and one process needs none of it

    return map_in_processes(compare, files)


def _compared(folder: str, digests: Sequence[tuple[str, bytes]]) -> Iterator[tuple[Any, ...] | None]:
    """Return what is known of each file that holds bytes with a digest, and that digest where times don't tell; None for another one."""

    def compare(share: Sequence[tuple[str, bytes]]) -> Iterator[tuple[Any, ...] | None]:
        for name, digest in share:
            facts = _facts(folder, name)
            if facts is None or _digest(folder, name) != digest:
                yield None
                continue
            _, modified, changed, _ = facts
            age = time.time_ns() - max(changed, modified)
            is_certain = age > (_FINE if changed % 1_000_000_000 else _COARSE)
            yield (*facts, _BY_TIMES if is_certain else digest)

    from qafiles.processes import map_in_processes  # noqa: PLC0415  # as above

    return map_in_processes(compare, digests)


def _write(store: Store, site: Site, files: dict[str, Any], sentences: Sequence[str]) -> None:
    store.write(site.place, site.key, marshal.dumps((files, [*sentences])))
    store.keep_latest(_PREFIX, _MOST_SITES)


def _facts(folder: str, name: str) -> tuple[int, int, int, int] | None:
    """Return what the file system says of a file: its size, two times and its number; None where it is none."""
    try:
        status = os.lstat(f"{folder}/{name}")
    except OSError:
        return None
    if not stat.S_ISREG(status.st_mode):
        return None
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino


def _digest(folder: str, name: str) -> bytes:
    try:
        with open(f"{folder}/{name}", "rb", buffering=0) as file:
            return digest_of(file.readall())
    except OSError:
        return b""
