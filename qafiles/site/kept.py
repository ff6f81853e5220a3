"""A site that an earlier run wrote: whether it is still what would be written, and every file as it was left."""

import hashlib
import marshal
import os
import stat
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from qafiles.cache.store import Store
from qafiles.diagnostics import LeftOut
from qafiles.processes import map_in_processes
from qafiles.site.output import TEMPORARY, Written, digest_of
from qafiles.sources import FolderSource, GitObjectSource, Source

_FORMAT: Final = b"site 1\n"
_PREFIX: Final = "site-"
_MOST_SITES: Final = 8
_FINE: Final = 50_000_000
_COARSE: Final = 2_000_000_000
"""Nanoseconds within which a file may change again without another time, where the file system counts parts of seconds or not."""


class _File(NamedTuple):
    """A file as it was left: what the file system says of it, and the digest of its bytes where that is not enough."""

    size: int
    modified: int
    changed: int
    number: int
    digest: bytes = b""


def written_before(source: Source, folder: Path, inputs: bytes) -> Written | None:
    """Return what a run would say that finds nothing to do; None where it has to look.

    `inputs` is their digest. A file that was changed, replaced or deleted since is noticed by the times, the size and the number
    that the file system gives it, or by its bytes where it was written a moment before it was looked at.
    """
    store = _store(source)
    body = store.read(_name(folder), _FORMAT + inputs) if store is not None else None
    if store is None or body is None or os.path.lexists(folder / TEMPORARY):
        return None
    plain, sentences = marshal.loads(body)  # noqa: S302  # the store gives what was written, or nothing
    files = {name: _File(*facts) for name, facts in plain.items()}
    uncertain = {name: file.digest for name, file in files.items() if file.digest}
    if not all(_are_as_left(folder, [item for item in files.items() if item[0] not in uncertain])):
        return None
    if uncertain:
        looked_at = dict(zip(uncertain, _compared(folder, [*uncertain.items()]), strict=True))
        if None in looked_at.values():
            return None
        _write(store, folder, inputs, {**plain, **looked_at}, sentences)
    return Written(len(plain) - 1, 0, 0, LeftOut(tuple(sentences)))


def keep(
    source: Source, folder: Path, inputs: bytes, written: Mapping[str, bytes], left_out: LeftOut
) -> None:
    """Keep that a folder holds the site of inputs with a digest: files with the digests of what was written, the manifest among them."""
    store = _store(source)
    if store is None or left_out.is_missing:
        return
    files = dict(zip(written, _compared(folder, [*written.items()]), strict=True))
    if None not in files.values():
        _write(store, folder, inputs, files, left_out.sentences)


def _are_as_left(folder: Path, files: Sequence[tuple[str, _File]]) -> Iterator[bool]:
    """Yield of each file whether the file system says of it what it said."""

    def compare(share: Sequence[tuple[str, _File]]) -> Iterator[bool]:
        for name, file in share:
            yield _looked_at(folder, name) == file

    return map_in_processes(compare, files)


def _compared(folder: Path, digests: Sequence[tuple[str, bytes]]) -> Iterator[tuple[Any, ...] | None]:
    """Yield what is known of each file that holds bytes with a digest; None for one that does not."""

    def compare(share: Sequence[tuple[str, bytes]]) -> Iterator[tuple[Any, ...] | None]:
        for name, digest in share:
            file = _looked_at(folder, name)
            if file is None or _digest(folder, name) != digest:
                yield None
                continue
            age = time.time_ns() - max(file.changed, file.modified)
            is_certain = age > (_FINE if file.changed % 1_000_000_000 else _COARSE)
            yield tuple(file if is_certain else file._replace(digest=digest))

    return map_in_processes(compare, digests)


def _write(
    store: Store, folder: Path, inputs: bytes, files: dict[str, Any], sentences: Sequence[str]
) -> None:
    store.write(_name(folder), _FORMAT + inputs, marshal.dumps((files, [*sentences])))
    store.keep_latest(_PREFIX, _MOST_SITES)


def _looked_at(folder: Path, name: str) -> _File | None:
    """Return what the file system says of a file; None where it is none."""
    try:
        status = os.lstat(f"{folder}/{name}")
    except OSError:
        return None
    if not stat.S_ISREG(status.st_mode):
        return None
    return _File(status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)


def _digest(folder: Path, name: str) -> bytes:
    try:
        with open(f"{folder}/{name}", "rb", buffering=0) as file:  # noqa: PTH123  # thousands of files
            return digest_of(file.readall())
    except OSError:
        return b""


def _name(folder: Path) -> str:
    return _PREFIX + hashlib.sha256(os.fsencode(os.path.realpath(folder))).hexdigest()[:16]


def _store(source: Source) -> Store | None:
    repository = source.repository if isinstance(source, FolderSource | GitObjectSource) else None
    return Store.of(repository.common_dir) if repository is not None else None
