"""Where bytes come from: the working tree, a plain folder, the index, a revision or memory.

A source lists paths and reads bytes; what they mean is decided elsewhere, so that all sources are read alike.
"""

import errno
import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple, Protocol

from qafiles.git import GitRepository, ListedPath, TreeEntry
from qafiles.layout import TOP_FOLDERS

_MAX_READ: Final = 2 * 1024 * 1024 + 1
"""One byte more than the file of a secret may have, which is the largest, so that a larger one is noticed without being read."""

# Each of them is missing on some system; O_NONBLOCK keeps the opening of a pipe from waiting for a writer.
_FLAGS: Final = sum(getattr(os, name, 0) for name in ("O_RDONLY", "O_NOFOLLOW", "O_NONBLOCK", "O_BINARY"))

_TREE: Final = frozenset({*TOP_FOLDERS, "organizations"})


class Unreadable(NamedTuple):
    """Why an entry can't be read, as the code of a rule with a message and a hint."""

    code: str
    message: str
    hint: str


class SourceEntry(NamedTuple):
    """A path of a source, relative to the data root; `blob` is the object name where git knows the content.

    `refused` says why the path can't be read, where that is known from listing it: a symbolic link among the entities,
    or a folder that can't be listed.
    """

    path: str
    blob: str = ""
    refused: Unreadable | None = None
    unmerged: bool = False


SYMLINK: Final = Unreadable(
    "QF102", "the path is a symbolic link, which is not followed", "replace it with the file itself"
)

_NO_FILE: Final = Unreadable(
    "QF101", "the path is a pipe, socket or device, not a file", "replace it with the entity's YAML file"
)
_MISSING: Final = Unreadable(
    "QF101",
    "git can't read this file's content: the object is missing or damaged",
    "`git fsck` says more; in a shallow or partial clone, fetch the rest",
)

Content = bytes | Unreadable | None
"""The bytes of an entry, or why it can't be read; None when it no longer exists."""


class Source(Protocol):
    """A set of files at one moment."""

    @property
    def revision(self) -> str | None:
        """The commit that the files come from, or None."""

    @property
    def root(self) -> str:
        """The data root relative to the top of the git repository, `.` when they are the same."""

    @property
    def unchecked(self) -> tuple[str, ...]:
        """Sentences about what this source could not take into account."""

    def entries(self) -> list[SourceEntry]:
        """Return every path below the data root, in order."""

    def read(self, entries: Sequence[SourceEntry]) -> Iterator[Content]:
        """Yield the content of each entry, in order."""

    def additions(self, paths: Sequence[str]) -> dict[str, int]:
        """Return how recently git's history added each of the paths, 1 for the last; without git and for new ones nothing."""


@dataclass(frozen=True)
class MemorySource:
    """Files held in memory, by path relative to the data root."""

    files: Mapping[str, bytes | str]
    revision: str | None = None
    root: str = "."
    unchecked: tuple[str, ...] = ()

    def entries(self) -> list[SourceEntry]:
        """Return every path, sorted."""
        return [SourceEntry(path) for path in sorted(self.files)]

    def read(self, entries: Sequence[SourceEntry]) -> Iterator[Content]:
        """Yield the content of each entry."""
        for entry in entries:
            content = self.files.get(entry.path)
            if isinstance(content, str):
                # A lone surrogate, as from "\ud800", becomes bytes that the reader then refuses as invalid UTF-8.
                yield content.encode("utf-8", "surrogatepass")[:_MAX_READ]
            else:
                yield content if content is None else content[:_MAX_READ]

    def additions(self, paths: Sequence[str]) -> dict[str, int]:
        """Return nothing: memory has no history."""
        del paths
        return {}


@dataclass(frozen=True)
class FolderSource:
    """The files of a folder on disk: those that git tracks or would track, or all of them without git."""

    folder: Path
    repository: GitRepository | None = None
    revision: str | None = None
    root: str = "."
    unchecked: tuple[str, ...] = ()
    listed: tuple[ListedPath, ...] | None = field(default=None, repr=False, compare=False)
    """Paths that git was asked for already; None asks when they are needed."""

    def entries(self) -> list[SourceEntry]:
        """Return every path, sorted; paths that git tracks but that are deleted are found missing when read."""
        if self.repository is None:
            return sorted(_walk(self.folder))
        listed = self.listed
        if listed is None:
            listed = tuple(self.repository.work_tree_paths("" if self.root == "." else self.root))
        # Reading notices a link, too, so those paths that are read need no look at the disk now.
        return sorted(
            SourceEntry(
                path, "", None if path.endswith(".yaml") else _link_in_tree(self.folder, path), unmerged
            )
            for path, unmerged, _ in listed
        )

    def left_out(self) -> list[str]:
        """Return the paths that git tracks and leaves out of the working tree, as in a sparse checkout."""
        return [
            path for path, _, skipped in self.listed or () if skipped and not (self.folder / path).exists()
        ]

    def read(self, entries: Sequence[SourceEntry]) -> Iterator[Content]:
        """Yield the content of each entry, never through a symbolic link and never from a device or a pipe."""
        root = os.fspath(self.folder) + os.sep
        checked: dict[str, bool] = {"": True}
        for entry in entries:
            if entry.refused is not None:
                yield entry.refused
            # What lies behind a link that replaced a folder is gone, as it is for git; the link itself is listed.
            elif _is_real(root, entry.path.rpartition("/")[0], checked):
                yield _read_file(root + entry.path)
            else:
                yield None

    def additions(self, paths: Sequence[str]) -> dict[str, int]:
        """Return how recently the history up to HEAD added each of the paths, 1 for the last."""
        return _additions(self.repository, "HEAD", self.root, paths)


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


def _link_in_tree(folder: Path, path: str) -> Unreadable | None:
    """Return the refusal of a symbolic link among the entities, which may hide a folder of them; None for others."""
    in_tree = path.partition("/")[0] in _TREE
    return SYMLINK if in_tree and (folder / path.rstrip("/")).is_symlink() else None


def _read_file(path: str) -> Content:
    try:
        descriptor = os.open(path, _FLAGS)
    except OSError as error:
        if error.errno in {errno.ENOENT, errno.ENOTDIR}:
            return None
        if error.errno == errno.ELOOP:
            return SYMLINK
        if error.errno == errno.ENXIO:
            return _NO_FILE
        return _unreadable("file", error)
    try:
        status = os.fstat(descriptor)
        if stat.S_ISDIR(status.st_mode):
            return None  # a submodule, or a folder in place of a deleted file: no file in any source
        if not stat.S_ISREG(status.st_mode):
            return _NO_FILE
        # One byte more than the file has: less is read only at its end, or by a file system that may do so.
        wanted = min(status.st_size + 1, _MAX_READ)
        content = os.read(descriptor, wanted)
        while wanted - 1 != len(content) < _MAX_READ and (more := os.read(descriptor, _MAX_READ)):
            content += more
        return content[:_MAX_READ]
    except OSError as error:
        return _unreadable("file", error)
    finally:
        os.close(descriptor)


def _unreadable(what: str, error: OSError) -> Unreadable:
    return Unreadable(
        "QF101", f"the {what} can't be read: {error.strerror}", "check its permissions and the disk"
    )


def _walk(folder: Path) -> Iterator[SourceEntry]:
    """Yield the files below a folder, without entering links, git's own folder and other git repositories, as git does."""
    pending = [""]
    while pending:
        prefix = pending.pop()
        try:
            with os.scandir(folder / prefix) as listing:
                items = list(listing)
        except OSError as error:
            if prefix.partition("/")[0] in _TREE:
                yield SourceEntry(prefix.rstrip("/"), refused=_unreadable("folder", error))
            continue
        if prefix and any(item.name == ".git" for item in items):
            continue
        for item in items:
            path = prefix + item.name
            if not item.is_dir(follow_symlinks=False):
                link = item.is_symlink() and not path.endswith(".yaml") and path.partition("/")[0] in _TREE
                yield SourceEntry(path, refused=SYMLINK if link else None)
            elif item.name != ".git":
                pending.append(path + "/")


def entry_in_git(entry: TreeEntry) -> SourceEntry | None:
    """Return what a source lists for an entry of the index or of a tree; None for a submodule."""
    path, mode, blob, stage = entry
    if mode == "160000":
        return None
    # The same as what reading finds on disk, where a link outside the tree is not looked at.
    link = mode == "120000" and (path.endswith(".yaml") or path.partition("/")[0] in _TREE)
    return SourceEntry(path, blob, SYMLINK if link else None, unmerged=stage != 0)


@dataclass(frozen=True)
class GitObjectSource:
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
        prefix = self.folder + "/" if self.folder else ""
        if self.revision is None:
            found = [
                entry._replace(path=entry.path[len(prefix) :])
                for entry in self.repository.index_entries(self.folder)
            ]
        else:
            found = self.repository.tree_entries(self.revision, self.folder)
        best: dict[str, tuple[int, SourceEntry]] = {}
        for item in found:
            entry = entry_in_git(item)
            if entry is not None and not (item.path in best and best[item.path][0] == 2):
                best[item.path] = item.stage, entry
        return sorted(entry for _, entry in best.values())

    def read(self, entries: Sequence[SourceEntry]) -> Iterator[Content]:
        """Yield the content of each entry from one `git cat-file --batch`."""
        names = [entry.blob for entry in entries if entry.refused is None]
        contents = self.repository.blobs(names, _MAX_READ)
        for entry in entries:
            if entry.refused is not None:
                yield entry.refused
                continue
            content = next(contents)
            yield _MISSING if content is None else content
        # To its end, where git is waited for.
        next(contents, None)

    def additions(self, paths: Sequence[str]) -> dict[str, int]:
        """Return how recently the history up to here added each of the paths, 1 for the last."""
        return _additions(self.repository, self.revision or "HEAD", self.root, paths)


def _additions(
    repository: GitRepository | None, revision: str, root: str, paths: Sequence[str]
) -> dict[str, int]:
    if repository is None or not repository.has_commit(revision):
        return {}
    prefix = "" if root == "." else f"{root}/"
    found = repository.additions(revision, [prefix + path for path in paths])
    return {path.removeprefix(prefix): newer for path, newer in found.items()}
