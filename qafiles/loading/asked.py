"""What a command line that looks something up asks of git, before anything else is imported."""

import os
import sys

from qafiles.cache.asked_paths import AskedPaths
from qafiles.cache.working_tree import WorkingTree

COMMANDS = frozenset({"show", "refs", "list"})
"""The commands that take what is kept of files."""

_OF_PATHS = frozenset({"site"})

_OF_OTHERS = ("--rev", "--staged", "--no-cache", "--help", "-h")


def tree_asked(arguments: list[str]) -> WorkingTree | None:
    """Return the working tree that a command line asks of, with git at work; None where it may be of another state."""
    folder = _folder_of(arguments, COMMANDS)
    tree = WorkingTree.asked(folder) if folder is not None else None
    if tree is not None:
        tree.walk()
    return tree


def paths_asked(arguments: list[str]) -> AskedPaths | None:
    """Return the paths of the working tree that a `site` is made of, with git at work; None where it may be of another state."""
    folder = _folder_of(arguments, _OF_PATHS)
    paths = AskedPaths.at(folder) if folder is not None else None
    if paths is not None:
        import pathlib  # noqa: F401, PLC0415  # the command needs it, and git looks for the repository meanwhile

        paths.go_on()
    return paths


def _folder_of(arguments: list[str], commands: frozenset[str]) -> str | None:
    """Return the folder whose working tree one of some commands asks of; None for another one and for another state."""
    if "_QAFILES_COMPLETE" in os.environ or "utf8" in sys._xoptions:  # noqa: SLF001  # documented
        return None
    folder, rest = "", arguments
    while rest[:1] == ["-C"] and len(rest) > 1:
        folder = os.path.join(folder, rest[1])  # noqa: PTH118  # pathlib is slow to import
        rest = rest[2:]
    if rest[:1] == [] or rest[0] not in commands or len(rest) < 2:
        return None
    if any(word.startswith(_OF_OTHERS) or "@" in word for word in rest):
        return None
    return folder or "."
