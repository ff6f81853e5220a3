"""The files of a working tree as git tells of them, and which are still those that an earlier run has read."""

import os
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from qafiles.cache.file_rows import MARK, KeptFiles
from qafiles.cache.index_marks import NO_MARK, marks_of
from qafiles.cache.working_tree import Where, WorkingTree

_MOST_UNMARKED: Final = 50
"""Files that are read each time, from which on the index is looked at again: they may be at rest by now."""


class ListedTree(NamedTuple):
    """What git says of a working tree.

    `marks` are those of all files, sorted by path, None for one that git does not track; `changed` are files that differ from the
    index. `index_digest` is one of it, empty where it has been written meanwhile.
    """

    index_digest: bytes
    marks: Mapping[str, bytes | None]
    changed: frozenset[str]

    def mark(self, path: str) -> bytes | None:
        """Return the mark with which what is read of a file now is kept."""
        return NO_MARK if path in self.changed else self.marks[path]


def listed_tree(tree: WorkingTree, where: Where, kept: KeptFiles) -> ListedTree | None:
    """Return what git says of a working tree; None where a file is in conflict or left out, or too much differs."""
    index = tree.index(where)
    marks: dict[str, bytes] | None = None
    if kept.index_digest == index:
        marks = {path: mark for path, row in kept.rows.items() if (mark := row[MARK]) is not None}
    if marks is None or sum(not mark for mark in marks.values()) > _MOST_UNMARKED:
        words = tree.listing()
        marks = marks_of(words, tree.begun) if words is not None else None
        if tree.index(where) != index:
            index = b""
    differing = tree.differing(None)
    if marks is None or differing is None:
        return None
    changed, others = ([path.decode("utf-8", "surrogateescape") for path in paths] for paths in differing)
    if any(path.endswith("/") for path in others):  # another repository
        return None
    all_marks: dict[str, bytes | None] = {**marks, **dict.fromkeys(others)}
    if all_marks.keys() != kept.rows.keys():
        all_marks = {path: all_marks[path] for path in sorted(all_marks)}
    else:
        all_marks = {path: all_marks[path] for path in kept.rows}
    return ListedTree(index, all_marks, frozenset(changed))


def can_be_entered(root: str, paths: Iterable[str]) -> bool:
    """Return whether all folders can be entered: git says nothing of the files of one that can't be."""
    folders = {path.rpartition("/")[0] for path in paths}
    return os.geteuid() == 0 or all(os.access(f"{root}/{folder}", os.X_OK) for folder in folders)
