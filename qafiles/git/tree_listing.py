"""The entries of a commit, told by how it differs from the index: git reads the trees that differ alone.

`git ls-tree -r` reads all of them, which takes longer than listing a working tree where each is an object of its own.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

from qafiles.cache.contents import stamp_of
from qafiles.cache.surroundings import variable
from qafiles.errors import GitError
from qafiles.git.process import finish, records
from qafiles.git.repository import EMPTY_FILES, GitRepository

if TYPE_CHECKING:
    from subprocess import Popen

_WORTHWHILE: Final = 400_000
"""Bytes of the index from which on two more processes take less time than all trees."""
_LISTED: Final = ("ls-files", "-z", "--stage", "--full-name")
_DIFFERING: Final = (
    *("diff-index", "--cached", "--raw", "-z", "--no-abbrev", "--no-renames", "--no-relative"),
    *("--ita-invisible-in-index", "--ignore-submodules=none"),
)
_SUBTREE: Final = "040000"
_FILE: Final = "100644"
_PLAIN: Final = frozenset({f"{_FILE}  0\t"})
"""What stands around the name of the content of a plain file, in what git says of an entry."""


class Listed(NamedTuple):
    """The entries of a commit below a folder: git's names of their contents by path, and the modes of those that are no plain files."""

    blobs: Mapping[str, str]
    modes: Mapping[str, str]


def commit_entries(repository: GitRepository, commit: str, folder: str) -> Listed:
    """Return the entries of a commit below a folder, relative to it; none when the commit has no such folder.

    Raises what `tree_entries` raises.
    """
    stamp = _stamp(repository)
    if stamp is not None:
        listed = _by_index(repository, commit, folder)
        # Both of git's answers must be about one index.
        if listed is not None and _stamp(repository) == stamp:
            return listed
    entries = repository.tree_entries(commit, folder)
    modes = {entry.path: entry.mode for entry in entries if entry.mode != _FILE}
    return Listed({entry.path: entry.blob for entry in entries}, modes)


def _stamp(repository: GitRepository) -> bytes | None:
    """Return what tells the index from what it is after a change, None for a small one, or none."""
    stamp = stamp_of(bytes(repository.git_dir / "index"))
    size = stamp.partition(b" ")[0]
    if repository.top is None or variable("GIT_INDEX_FILE") is not None or int(size) < _WORTHWHILE:
        return None
    return stamp


def _by_index(repository: GitRepository, commit: str, folder: str) -> Listed | None:
    spec = ["--", folder] if folder else []
    processes = [
        repository.start(*_LISTED, *spec),
        repository.start(*_DIFFERING, commit, *spec),
    ]
    listed, differing = (_words(process) for process in processes)
    if listed is None or differing is None:
        return None
    lines = records(listed)
    # Of nearly all repositories every entry looks so, and no step is one of Python's for each part of it.
    digits = len(commit)
    if {line[:7] + line[7 + digits : 10 + digits] for line in lines} <= _PLAIN:
        paths, blobs = [line[10 + digits :] for line in lines], [line[7 : 7 + digits] for line in lines]
        by_path = dict(zip(paths, blobs, strict=True))
        modes: dict[str, str] = {}
    else:
        by_path, modes = {}, {}
        for line in lines:
            facts, _, path = line.partition("\t")
            modes[path], by_path[path], stage = facts.split(" ")
            if stage != "0" or modes[path] == _SUBTREE:
                return None
    if not EMPTY_FILES.keys().isdisjoint(by_path.values()):
        return None
    tokens = records(differing)
    for facts, path in zip(tokens[::2], tokens[1::2], strict=True):
        mode, _, blob, _, status = facts.removeprefix(":").split(" ")
        if status == "A":
            del by_path[path]
        elif status in {"D", "M", "T"}:
            modes[path], by_path[path] = mode, blob
        else:
            return None
    modes = {path: mode for path, mode in modes.items() if mode != _FILE and path in by_path}
    if not folder:
        return Listed(by_path, modes)
    start = len(folder) + 1
    return Listed(*({path[start:]: value for path, value in values.items()} for values in (by_path, modes)))


def _words(process: "Popen[bytes]") -> bytes | None:
    try:
        return finish(process, "listing")
    except GitError:
        return None
