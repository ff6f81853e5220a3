"""What the pages of a site depend on, as one digest: the bytes of the files, git's index, history and settings, and the program."""

import hashlib
import os
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from qafiles.cache.git_answer import git_on_path
from qafiles.cache.programs import programs
from qafiles.errors import GitError
from qafiles.git import GitRepository
from qafiles.git.process import finish
from qafiles.layout import ENTITY_FOLDERS
from qafiles.processes import map_in_processes
from qafiles.site.beside import PROGRAM, REFS, files_beside, variables
from qafiles.sources import FolderSource, GitObjectSource, Source, SourceEntry
from qafiles.sources.source import MAX_READ, NESTED, SYMLINK

_MOST_OTHERS: Final = 20_000
"""Files beside the entities up to which all are read; where there are more, the data root is a product's whole repository."""


class Inputs(NamedTuple):
    """The digest of what a site depends on, options aside, and the paths of the files among that.

    `is_lasting` says whether every file could be read that git does not name: one that could not may be readable without a trace.
    """

    digest: bytes
    paths: tuple[str, ...]
    is_lasting: bool


def inputs(source: Source) -> Inputs | None:
    """Return what a site of a source depends on; None where that can't be told.

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
    digest = hashlib.sha256(programs(git, PROGRAM))
    for part in (source.revision, source.root, source.unchecked):
        digest.update(repr(part).encode("utf-8", "surrogatepass") + b"\0")
    try:
        for text in (variables(), *_of_git(repository, "" if source.root == "." else source.root)):
            digest.update(b"%d " % len(text) + text)
    except GitError:
        return None
    is_lasting = True
    for entry, (content, is_read) in zip(entries, _digests(source, entries), strict=True):
        digest.update(repr(entry).encode("utf-8", "surrogatepass") + b"\0" + content)
        is_lasting = is_lasting and is_read
    return Inputs(digest.digest(), tuple(entry.path for entry in entries), is_lasting)


def _of_git(repository: GitRepository, root: str) -> Iterator[bytes]:
    """Yield what git knows beside the files: commits, the index, settings, and what hides or replaces something."""
    folder = ["--", root] if root else []
    commands = (
        REFS,
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
    top = repository.top
    yield from files_beside(
        os.fspath(repository.git_dir),
        os.fspath(repository.common_dir),
        os.fspath(top) if top is not None else None,
        root,
    )


def _digests(source: Source, entries: Sequence[SourceEntry]) -> Iterator[tuple[bytes, bool]]:
    """Yield what stands for the content of each entry, nothing where git names it already, and whether it could be read."""

    def read(share: Sequence[SourceEntry]) -> Iterator[tuple[bytes, bool]]:
        contents = source.read([entry for entry in share if not entry.blob])
        for entry in share:
            content = None if entry.blob else next(contents)
            if isinstance(content, bytes):
                whole = hashlib.sha256(content)
                if len(content) >= MAX_READ and isinstance(source, FolderSource):
                    with (source.folder / entry.path).open("rb") as file:
                        whole = hashlib.file_digest(file, "sha256")
                yield whole.digest(), True
            else:
                is_read = content in {None, SYMLINK, NESTED}
                yield repr(content).encode("utf-8", "surrogatepass"), is_read
        next(contents, None)

    return map_in_processes(read, entries)
