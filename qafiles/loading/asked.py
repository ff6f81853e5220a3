"""What a command line that looks something up asks of git, before anything else is imported."""

import os
import sys

from qafiles.cache.working_tree import WorkingTree

COMMANDS = frozenset({"show", "refs", "list"})
"""The commands that take what is kept of files."""

_OF_OTHERS = ("--rev", "--staged", "--no-cache", "--help", "-h")


def tree_asked(arguments: list[str]) -> WorkingTree | None:
    """Return the working tree that a command line asks of, with git at work; None where it may be of another state."""
    if "_QAFILES_COMPLETE" in os.environ or "utf8" in sys._xoptions:  # noqa: SLF001  # documented
        return None
    folder, rest = "", arguments
    while rest[:1] == ["-C"] and len(rest) > 1:
        folder = os.path.join(folder, rest[1])  # noqa: PTH118  # pathlib is slow to import
        rest = rest[2:]
    if rest[:1] == [] or rest[0] not in COMMANDS or len(rest) < 2:
        return None
    if any(word.startswith(_OF_OTHERS) or "@" in word for word in rest):
        return None
    tree = WorkingTree.asked(folder or ".")
    if tree is not None:
        tree.walk()
    return tree
