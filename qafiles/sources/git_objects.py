"""A source of the files of git's index or of a commit, read from the object database without a checkout."""

import os
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from qafiles.git import GitRepository, TreeEntry
from qafiles.git.completeness import how_to_get_objects
from qafiles.git.tree_listing import commit_entries
from qafiles.layout import ENTITY_FOLDERS
from qafiles.sources.additions import additions_of
from qafiles.sources.file_on_disk import read_file
from qafiles.sources.source import MAX_READ, NESTED, SYMLINK, Content, SourceEntry, Unreadable, namer

_WORTHWHILE: Final = 200
"""Files, asked for at once, from which on it is worth looking on the disk for them."""
_AT_ONCE: Final = 512
_FILE: Final = "100644"
_new = tuple.__new__  # a NamedTuple's own constructor takes more than twice as long

MISSING: Final = Unreadable(
    "QF101",
    "git can't read this file's content: the object is missing or damaged",
    "read it from a whole clone",
)
"""What can't be read of git's objects; a repository says in the hint what gets it."""


def entry_in_git(entry: TreeEntry) -> SourceEntry | None:
    """Return what a source lists for an entry of the index or of a tree; None for a submodule beside the entities."""
    path, mode, blob, stage = entry
    if mode == "160000":
        return SourceEntry(path, refused=NESTED) if path.partition("/")[0] in ENTITY_FOLDERS else None
    # The same as what reading finds on disk, where a link outside the tree is not looked at.
    link = mode == "120000" and (path.endswith(".yaml") or path.partition("/")[0] in ENTITY_FOLDERS)
    return _new(SourceEntry, (path, blob, SYMLINK if link else None, stage != 0))


class GitObjectSource(NamedTuple):
    """The files of the index or of a commit, read from the object database without a checkout."""

    repository: GitRepository
    folder: str = ""
    revision: str | None = None
    unchecked: tuple[str, ...] = ()

    @property
    def root(self) -> str:
        """The data root relative to the top of the git repository."""
        return self.folder or "."

    def entries(self) -> list[SourceEntry]:
        """Return every path, sorted; of an unmerged path our side is read."""
        if self.revision is not None:
            blobs, modes = commit_entries(self.repository, self.revision, self.folder)
            plain = [
                _new(SourceEntry, (path, blob, None, False))
                for path, blob in blobs.items()
                if path not in modes
            ]
            others = (entry_in_git(TreeEntry(path, mode, blobs[path])) for path, mode in modes.items())
            return sorted([*plain, *(entry for entry in others if entry is not None)])
        prefix = self.folder + "/" if self.folder else ""
        best: dict[str, tuple[int, SourceEntry]] = {}
        for item in self.repository.index_entries(self.folder):
            path = item.path[len(prefix) :]
            entry = entry_in_git(item._replace(path=path))
            if entry is not None and not (path in best and best[path][0] == 2):
                best[path] = item.stage, entry
        return sorted(entry for _, entry in best.values())

    def read(self, entries: Sequence[SourceEntry]) -> Iterator[Content]:
        """Yield the content of each entry: of the file on disk, where it has the same name of git's, else of the object."""
        top = self.repository.top
        if top is None or len(entries) < _WORTHWHILE:
            return read_blobs(self.repository, entries)
        return _read_alike(self.repository, os.fspath(top / self.folder), entries)

    def additions(self, paths: Sequence[str]) -> dict[str, int]:
        """Return how recently the history up to here added each of the paths, 1 for the last."""
        return additions_of(self.repository, self.revision or "HEAD", self.root, paths)


def _read_alike(repository: GitRepository, folder: str, entries: Sequence[SourceEntry]) -> Iterator[Content]:
    """Yield the content of each entry, taken from the disk where the bytes there have its name: git takes twice as long."""
    name = namer(len(next((entry.blob for entry in entries if entry.blob), "")))
    for start in range(0, len(entries), _AT_ONCE):
        part = entries[start : start + _AT_ONCE]
        on_disk = [read_file(f"{folder}/{entry.path}") if entry.refused is None else None for entry in part]
        are_alike = [
            isinstance(content, bytes) and name(content) == entry.blob
            for entry, content in zip(part, on_disk, strict=True)
        ]
        others = [entry for entry, is_alike in zip(part, are_alike, strict=True) if not is_alike]
        contents = read_blobs(repository, others)
        for content, is_alike in zip(on_disk, are_alike, strict=True):
            yield content if is_alike else next(contents)
        next(contents, None)  # to its end, where git is waited for


def read_blobs(repository: GitRepository, entries: Sequence[SourceEntry]) -> Iterator[Content]:
    """Yield the content of each entry that git knows by its object name."""
    names = [entry.blob for entry in entries if entry.refused is None]
    contents = repository.blobs(names, MAX_READ)
    missing: Unreadable | None = None
    for entry in entries:
        if entry.refused is not None:
            yield entry.refused
            continue
        content = next(contents)
        if content is None:
            missing = missing or MISSING._replace(hint=how_to_get_objects(repository))
        yield missing if content is None else content
    # To its end, where git is waited for.
    next(contents, None)
