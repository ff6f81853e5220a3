"""A source of the files of a folder on disk, with git or without."""

import errno
import os
import stat
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from qafiles.git import GitRepository, ListedPath
from qafiles.layout import ENTITY_FOLDERS
from qafiles.sources.additions import additions_of
from qafiles.sources.file_on_disk import read_file, unreadable
from qafiles.sources.git_objects import entry_in_git, read_blobs
from qafiles.sources.source import NESTED, SYMLINK, Content, SourceEntry, Unreadable


class FolderSource(NamedTuple):
    """The files of a folder on disk: those that git tracks or would track, or all of them without git.

    What git leaves out of the working tree, as in a sparse checkout, is read from the index.
    """

    folder: Path
    repository: GitRepository | None = None
    revision: str | None = None
    root: str = "."
    unchecked: tuple[str, ...] = ()
    listed: Collection[ListedPath] | None = None
    """Paths that git was asked for already; None asks when they are needed."""

    def __eq__(self, other: object) -> bool:
        """Return whether another source reads the same folder, whatever git was asked already."""
        return isinstance(other, FolderSource) and self[:-1] == other[:-1]

    def __ne__(self, other: object) -> bool:
        """Return the opposite, for which a tuple has an answer of its own."""
        return not self == other

    def __hash__(self) -> int:
        """Return a hash to go with it."""
        return hash(self[:-1])

    def __repr__(self) -> str:
        """Return the source without its many paths."""
        return f"FolderSource({self.folder!r}, {self.repository!r}, root={self.root!r})"

    def entries(self) -> list[SourceEntry]:
        """Return every path, sorted; paths that git tracks but that are deleted are found missing when read."""
        if self.repository is None:
            return sorted(_walk(self.folder))
        skipped = {entry.path: entry for entry in self._skipped()}
        # Reading notices a link, too, so those paths that are read need no look at the disk now.
        return sorted(
            skipped.get(path)
            or SourceEntry(
                path, "", None if path.endswith(".yaml") else refused_in_tree(self.folder, path), unmerged
            )
            for path, unmerged, _ in self._listed(self.repository)
        )

    def _listed(self, repository: GitRepository) -> Collection[ListedPath]:
        if self.listed is not None:
            return self.listed
        return tuple(repository.work_tree_paths("" if self.root == "." else self.root))

    def left_out(self) -> list[str]:
        """Return the paths that git tracks and leaves out of the working tree, as in a sparse checkout."""
        return [
            path
            for path, _, skipped in self.listed or ()
            if skipped and not os.path.lexists(self.folder / path)
        ]

    def _skipped(self) -> tuple[SourceEntry, ...]:
        """The entries of the index that git leaves out of the working tree."""
        paths = {*self.left_out()}
        if not paths or self.repository is None:
            return ()
        prefix = "" if self.root == "." else f"{self.root}/"
        index_entries = self.repository.index_entries("" if self.root == "." else self.root)
        source_entries = (
            entry_in_git(entry._replace(path=entry.path[len(prefix) :])) for entry in index_entries
        )
        return tuple(entry for entry in source_entries if entry is not None and entry.path in paths)

    def read(self, entries: Sequence[SourceEntry]) -> Iterator[Content]:
        """Yield the content of each entry, never through a symbolic link and never from a device or a pipe."""
        root = os.fspath(self.folder) + os.sep
        checked: dict[str, bool] = {"": True}
        of_index = [entry for entry in entries if entry.blob and entry.refused is None]
        blobs = read_blobs(self.repository, of_index) if of_index and self.repository else iter(())
        for entry in entries:
            if entry.blob and entry.refused is None:
                yield next(blobs, None)
            elif entry.refused is not None:
                yield entry.refused
            # What lies behind a link that replaced a folder is gone, as it is for git; the link itself is listed.
            elif _is_real(root, entry.path.rpartition("/")[0], checked):
                yield read_file(root + entry.path)
            else:
                yield None
        next(blobs, None)  # to its end, where git is waited for

    def additions(self, paths: Sequence[str]) -> dict[str, int]:
        """Return how recently the history up to HEAD added each of the paths, 1 for the last."""
        return additions_of(self.repository, "HEAD", self.root, paths)


def _is_real(root: str, folder: str, checked: dict[str, bool]) -> bool:
    """Return whether a folder and those above it, up to the root, are real folders; answers are kept in `checked`."""
    known = checked.get(folder)
    if known is None:
        try:
            real = stat.S_ISDIR(os.lstat(root + folder).st_mode)
        except OSError as error:
            # A folder that can't be looked into is there, and its files are reported as unreadable.
            real = error.errno == errno.EACCES
        known = checked[folder] = real and _is_real(root, folder.rpartition("/")[0], checked)
    return known


def refused_in_tree(folder: Path, path: str) -> Unreadable | None:
    """Return the refusal of a link or a repository among the entities, which may hide some of them; None for others."""
    if path.partition("/")[0] not in ENTITY_FOLDERS:
        return None
    place = os.path.join(folder, path.rstrip("/"))  # noqa: PTH118  # many paths, and pathlib takes its time
    try:
        mode = os.lstat(place).st_mode
    except OSError:
        return None
    # Git lists a folder only where it is another repository.
    return SYMLINK if stat.S_ISLNK(mode) else NESTED if stat.S_ISDIR(mode) else None


def _walk(folder: Path) -> Iterator[SourceEntry]:
    """Yield the files below a folder, without entering links, git's own folder and other git repositories, as git does."""
    pending = [""]
    while pending:
        prefix = pending.pop()
        try:
            with os.scandir(folder / prefix) as listing:
                items = list(listing)
        except OSError as error:
            if prefix.partition("/")[0] in ENTITY_FOLDERS:
                yield SourceEntry(prefix.rstrip("/"), refused=unreadable("folder", error))
            continue
        if prefix and any(item.name == ".git" for item in items):
            if prefix.partition("/")[0] in ENTITY_FOLDERS:
                yield SourceEntry(prefix, refused=NESTED)
            continue
        for item in items:
            path = prefix + item.name
            if not item.is_dir(follow_symlinks=False):
                link = (
                    item.is_symlink()
                    and not path.endswith(".yaml")
                    and path.partition("/")[0] in ENTITY_FOLDERS
                )
                yield SourceEntry(path, refused=SYMLINK if link else None)
            elif item.name != ".git":
                pending.append(path + "/")
