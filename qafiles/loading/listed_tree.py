"""The files of a working tree as git tells of them, and which are still those that an earlier run has read."""

import os
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from qafiles.cache.file_rows import MARK, KeptFiles
from qafiles.cache.index_listing import digest_of
from qafiles.cache.index_marks import NO_MARK, marks_of
from qafiles.cache.working_tree import Where, WorkingTree

_MOST_UNMARKED: Final = 50
"""Files that are read each time, from which on the index is looked at again: they may be at rest by now."""


class ListedTree(NamedTuple):
    """What git says of a working tree.

    `marks` are those of all files, sorted by path, None for one that git does not track; `changed` are files that differ from the
    index, whose digests are `digests`. `is_as_kept` is whether the files, and their marks, are those that are kept.
    """

    digests: tuple[bytes, bytes]
    marks: Mapping[str, bytes | None]
    changed: frozenset[str]
    is_as_kept: bool

    def mark(self, path: str) -> bytes | None:
        """Return the mark with which what is read of a file now is kept."""
        return NO_MARK if path in self.changed else self.marks[path]


def listed_tree(tree: WorkingTree, where: Where, stored: KeptFiles) -> ListedTree | None:
    """Return what git says of a working tree; None where a file is in conflict or left out, or too much differs."""
    index = tree.index_told(where)
    is_same = bool(index) and stored.digests[0] == index
    if not is_same:
        tree.ask_listing()
    differing = tree.differing(None)
    # What git found to differ may be of an index that was written meanwhile.
    if differing is None or (is_same and tree.index(where) != index):
        return None
    changed, others = ([path.decode("utf-8", "surrogateescape") for path in paths] for paths in differing)
    if any(path.endswith("/") for path in others):  # another repository
        return None
    words = None if is_same else tree.listing()
    digests = stored.digests if words is None else (index, digest_of(words))
    # The index may have been written anew with all that it says.
    if is_same or (words is not None and digests[1] == stored.digests[1] and tree.index(where) == index):
        known = {path: row[MARK] for path, row in stored.rows.items()}
        odd = known if stored.odd is None else stored.odd
        untracked = [path for path in odd if known[path] is None]
        unmarked = [path for path in odd if known[path] == NO_MARK]
        if len({*unmarked}.difference(changed)) <= _MOST_UNMARKED:
            if untracked == sorted(others):
                return ListedTree(digests, known, frozenset(changed), is_as_kept=True)
            for path in untracked:
                del known[path]
            return ListedTree(digests, _sorted(known, others), frozenset(changed), is_as_kept=False)
    words = tree.listing() if words is None else words
    marks = marks_of(words, tree.begun) if words is not None else None
    if marks is None or tree.index(where) != index:
        return None
    return ListedTree(
        (index, digest_of(words or b"")), _sorted(marks, others), frozenset(changed), is_as_kept=False
    )


def _sorted(marks: Mapping[str, bytes | None], others: Iterable[str]) -> dict[str, bytes | None]:
    """Return the mark of each file, tracked or not, sorted by path."""
    all_marks = {**marks, **dict.fromkeys(others)}
    return {path: all_marks[path] for path in sorted(all_marks)}


def can_be_entered(root: str, paths: Iterable[str]) -> bool:
    """Return whether all folders can be entered: git says nothing of the files of one that can't be."""
    if os.geteuid() == 0:
        return True
    folders = {path.rpartition("/")[0] for path in paths}
    return all(os.access(f"{root}/{folder}", os.X_OK) for folder in folders)
