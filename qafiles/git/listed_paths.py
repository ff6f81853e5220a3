"""The paths of a working tree as git lists them."""

from typing import NamedTuple

from qafiles.git.process import records

_new = tuple.__new__  # a NamedTuple's own constructor takes more than twice as long


class ListedPath(NamedTuple):
    """A path in the working tree that git tracks or would track; `unmerged` when the index holds a conflict there.

    `skipped` is what git leaves out of the working tree, as in a sparse checkout.
    """

    path: str
    unmerged: bool = False
    skipped: bool = False


def listed_paths(out: bytes, folder: str) -> list[ListedPath]:
    """Return what git said when it was asked for the paths below a folder, relative to it."""
    start = 2 + (len(folder) + 1 if folder else 0)
    # An unmerged path is listed once for each stage, each time with the tag M.
    lines = dict.fromkeys(records(out))
    return [_new(ListedPath, (line[start:], line[0] == "M", line[0] == "S")) for line in lines]
