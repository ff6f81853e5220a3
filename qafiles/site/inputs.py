"""What the pages of a site depend on, as one digest: the bytes of the files, git's index, history and settings, and the program."""

import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from qafiles.cache.git_answer import git_on_path
from qafiles.cache.programs import programs
from qafiles.errors import GitError
from qafiles.git import GitRepository
from qafiles.git.process import finish
from qafiles.layout import ENTITY_FOLDERS
from qafiles.processes import map_in_processes
from qafiles.sources import FolderSource, GitObjectSource, Source, SourceEntry
from qafiles.sources.source import MAX_READ

_PAGES: Final = ("manual", "pages", "site")
"""Folders of the program that pages are made by."""
_MOST_OTHERS: Final = 20_000
"""Files beside the entities up to which all are read; where there are more, the data root is a product's whole repository."""
_OF_GIT: Final = (
    "HEAD",
    "commondir",
    "shallow",
    "info/attributes",
    "info/exclude",
    "info/grafts",
    "info/sparse-checkout",
)
_ABOVE: Final = (".gitattributes", ".mailmap", ".sops.yaml")
"""What counts in the folders above a data root."""
_VARIABLES: Final = ("GIT_", "HOME", "LANG", "LC_", "QAFILES_", "TZ", "XDG_")
"""How the names of variables begin that git or qafiles may look at."""


def inputs(source: Source, options: Sequence[str | None]) -> bytes | None:
    """Return the digest of all that a site of a source depends on, options included; None where that can't be told.

    Nothing is told by times of files: their bytes are read.
    """
    repository = source.repository if isinstance(source, FolderSource | GitObjectSource) else None
    git = git_on_path()
    if repository is None or git is None:
        return None
    entries = source.entries()
    others = sum(entry.path.partition("/")[0] not in ENTITY_FOLDERS for entry in entries)
    if others > _MOST_OTHERS or any(entry.path.endswith("/") for entry in entries):
        return None
    variables = sorted(item for item in os.environ.items() if item[0].startswith(_VARIABLES))
    digest = hashlib.sha256(programs(git, _PAGES))
    for part in (options, source.revision, source.root, source.unchecked, variables):
        digest.update(repr(part).encode("utf-8", "surrogatepass") + b"\0")
    try:
        for text in _of_git(repository, "" if source.root == "." else source.root):
            digest.update(b"%d " % len(text) + text)
    except GitError:
        return None
    for entry, content in zip(entries, _digests(source, entries), strict=True):
        digest.update(repr(entry).encode("utf-8", "surrogatepass") + b"\0" + content)
    return digest.digest()


def _of_git(repository: GitRepository, root: str) -> Iterator[bytes]:
    """Yield what git knows beside the files: commits, the index, settings, and what hides or replaces something."""
    folder = ["--", root] if root else []
    commands = (
        ("for-each-ref", "--format=%(refname) %(objectname) %(symref)"),
        ("config", "--list", "-z"),
        ("ls-files", "--stage", "-v", "-z", "--full-name", *folder),
    )
    running = [repository.start(*command) for command in commands]
    answers = []
    failure: GitError | None = None
    for process, command in zip(running, commands, strict=True):
        try:
            answers.append(finish(process, command[0]))
        except GitError as error:
            failure = error
    if failure is not None:
        raise failure
    if b"mailmap." in answers[1].lower():
        raise GitError("people are named in a file that is not looked at here")
    yield from answers
    for name in _OF_GIT:
        yield _bytes_of(repository.git_dir / name)
        yield _bytes_of(repository.common_dir / name)
    place = repository.top
    for part in ("", *root.split("/")) if place is not None else ():
        place = Path(place or "", part)
        for name in _ABOVE:
            yield _bytes_of(place / name)


def _bytes_of(place: Path) -> bytes:
    with suppress(OSError):
        return place.read_bytes()
    return b""


def _digests(source: Source, entries: Sequence[SourceEntry]) -> Iterator[bytes]:
    """Yield what stands for the content of each entry; nothing where git names it already."""

    def read(share: Sequence[SourceEntry]) -> Iterator[bytes]:
        contents = source.read([entry for entry in share if not entry.blob])
        for entry in share:
            content = None if entry.blob else next(contents)
            if isinstance(content, bytes):
                whole = hashlib.sha256(content)
                if len(content) >= MAX_READ and isinstance(source, FolderSource):
                    with (source.folder / entry.path).open("rb") as file:
                        whole = hashlib.file_digest(file, "sha256")
                yield whole.digest()
            else:
                yield repr(content).encode("utf-8", "surrogatepass")
        next(contents, None)

    return map_in_processes(read, entries)
