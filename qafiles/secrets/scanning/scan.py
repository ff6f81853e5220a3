"""Folders searched for the values of secrets: what was found, and what could not be searched."""

import os
import stat
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from qafiles.errors import UsageError
from qafiles.secrets.plaintext import Plaintext
from qafiles.secrets.scanning.archives import base64_parser, parser_for
from qafiles.secrets.scanning.content import CHUNK, Content, Exhausted, Hit, Parsers, Search, Unsearched
from qafiles.secrets.scanning.search import Needles
from qafiles.secrets.threads import Counted, unseen

_LEAST_UNPACKED: Final = 256 << 20
_MOST_RATIO: Final = 200
"""A file may unpack to so many bytes, or to so many times its size; a bomb of archives unpacks to more."""
_MOST_TOLD: Final = 1000
"""Findings that are kept of one file."""


class Stamp(NamedTuple):
    """What changes when a file is written: https://docs.python.org/3/library/os.html#os.stat_result."""

    inode: int
    size: int
    mtime: int
    ctime: int


@dataclass(frozen=True, slots=True)
class Scanned:
    """What a search came to: the names of the secrets, by number; hits and what was not searched, sorted by path."""

    secrets: tuple[str, ...]
    too_short: tuple[str, ...]
    files: int
    hits: tuple[Hit, ...]
    unsearched: tuple[Unsearched, ...]


def stamps(folder: Path) -> dict[Path, Stamp]:
    """Return the files of a folder, each with what changes when it is written; nothing for a folder that is not there."""
    return {path: _stamp(path) for path, reason in _files(folder) if reason is None}


def scan(
    place: Path,
    values: Mapping[str, Plaintext],
    *,
    before: Mapping[Path, Stamp] | None = None,
    progress: Counted = unseen,
) -> Scanned:
    """Return where in a file, or in the files of a folder, values of secrets stand; `values` are by the name to tell.

    With `before`, only what was written since then is searched. Links to folders are not followed. Raises UsageError where
    there is nothing at the place.
    """
    if not place.exists() and before is None:
        raise UsageError(f"{place} is not there: name a file or a folder that was written")
    needles = Needles([*values.values()])
    hits: list[Hit] = []
    unsearched: list[Unsearched] = []
    paths: list[Path] = []
    for path, reason in _files(place):
        if before is not None and reason is None and before.get(path) == _stamp(path):
            continue
        if reason is not None:
            unsearched.append(Unsearched(os.fspath(path), (), reason))
        else:
            paths.append(path)
    for number, path in enumerate(sorted(paths), 1):
        search = _searched(path, needles)
        hits += _innermost(search.hits.values())
        unsearched += [*search.unsearched.values()][:_MOST_TOLD]
        progress(number, len(paths))
    names = tuple(values)
    return Scanned(
        names,
        tuple(names[number] for number in needles.too_short),
        len(paths),
        tuple(hits),
        tuple(sorted(unsearched)),
    )


def joined(parts: Sequence[Scanned]) -> Scanned:
    """Return the searches of several places for the same values as one."""
    return Scanned(
        parts[0].secrets,
        parts[0].too_short,
        sum(part.files for part in parts),
        tuple(hit for part in parts for hit in part.hits),
        tuple(item for part in parts for item in part.unsearched),
    )


def _searched(path: Path, needles: Needles) -> Search:
    """Return what was found in one file, of which a chunk at a time is read."""
    search = Search(needles, Parsers(parser_for, base64_parser), os.fspath(path), _LEAST_UNPACKED)
    try:
        with path.open("rb", buffering=0) as file:
            search.left = max(_LEAST_UNPACKED, _MOST_RATIO * os.fstat(file.fileno()).st_size)
            content = Content(search)
            while chunk := file.read(CHUNK):
                content.feed(chunk)
            content.close()
    except OSError as error:
        search.tell((), f"it can't be read: {error.strerror}")
    except Exhausted:
        search.tell(
            (), f"it unpacks to more than {_MOST_RATIO} times its size, and the rest was not searched"
        )
    return search


def _innermost(hits: Collection[Hit]) -> Iterator[Hit]:
    """Yield the hits without those of an archive as a whole, where a member of it has the value, too."""
    around: set[tuple[int, tuple[str, ...]]] = set()
    for hit in hits:
        around.update((hit.secret, hit.members[:end]) for end in range(len(hit.members)))
    yield from sorted(hit for hit in hits if (hit.secret, hit.members) not in around)


def _stamp(path: Path) -> Stamp:
    try:
        status = path.stat()
    except OSError:
        return Stamp(0, 0, 0, 0)
    return Stamp(status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)


def _files(place: Path) -> Iterator[tuple[Path, str | None]]:
    """Yield the files in a folder, or a file itself; with a reason, what can't be searched."""
    if place.is_file():
        yield place, None
        return
    folders = [place]
    while folders:
        folder = folders.pop()
        try:
            with os.scandir(folder) as entries:
                listed: Sequence[os.DirEntry[str]] = [*entries]
        except FileNotFoundError:
            continue
        except OSError as error:
            yield folder, f"it can't be read: {error.strerror}"
            continue
        for entry in listed:
            path = Path(entry.path)
            if entry.is_dir(follow_symlinks=False):
                folders.append(path)
            elif entry.is_dir():
                yield path, "it is a link to a folder, which is not followed"
            elif entry.is_file():
                yield path, None
            elif entry.is_symlink():
                continue  # to nothing
            elif not stat.S_ISSOCK(entry.stat(follow_symlinks=False).st_mode):
                yield path, "it is no file"
