"""What a command line that looks something up asks of git, before anything else is imported."""

import os
import sys

from qafiles.cache.asked_paths import AskedPaths
from qafiles.cache.kept_answer import KeptAnswer
from qafiles.cache.working_tree import WorkingTree

COMMANDS = frozenset({"show", "refs", "list"})
"""The commands that take what is kept of files."""

EDITS = frozenset({"set", "new", "mv", "rm", "restore"})
"""The commands that do so and write."""

_OF_PATHS = frozenset({"site"})

_HELP = ("--help", "-h")
_OF_OTHERS = ("--rev", "--staged", "--no-cache", *_HELP)


def asked_of_git(arguments: list[str]) -> WorkingTree | KeptAnswer | AskedPaths | None:
    """Return what git is asked for a command line, with git at work; None where the command asks by itself."""
    return tree_asked(arguments) or paths_asked(arguments) or format_asked(arguments)


def tree_asked(arguments: list[str]) -> WorkingTree | None:
    """Return the working tree that a command line asks of, with git at work; None where it may be of another state."""
    folder, of_edit = _folder_of(arguments, COMMANDS), _folder_of_edit(arguments)
    named = folder or of_edit
    tree = WorkingTree.asked(named) if named is not None else None
    if tree is not None:
        tree.walk()
        if of_edit is not None:
            tree.ask_settings()
    return tree


def paths_asked(arguments: list[str]) -> AskedPaths | None:
    """Return the paths of the working tree that a `site` is made of, with git at work; None where it may be of another state."""
    folder = _folder_of(arguments, _OF_PATHS)
    return _paths_at(folder) if folder is not None else None


def format_asked(arguments: list[str]) -> KeptAnswer | AskedPaths | None:
    """Return what is kept of the format of a working tree, or its paths where nothing kept may be taken, with git at work.

    None for another command line than `fmt --check`, with `-C` and `--no-cache` alone.
    """
    folder, rest = folder_and_rest(arguments)
    if folder is None or rest[:1] != ["fmt"] or {*rest} - {"--no-cache"} != {"fmt", "--check"}:
        return None
    if "--no-cache" in rest:
        return _paths_at(folder)
    answer = kept_format_at(folder)
    if answer is not None:
        answer.go_on()
    return answer


def kept_format_at(folder: str | os.PathLike[str]) -> KeptAnswer | None:
    """Return what is kept of the format of the data root at or above a folder, with git at work; None where none can be kept."""
    return KeptAnswer.at(folder, "format", b"qafiles format 1")


def _paths_at(folder: str) -> AskedPaths | None:
    paths = AskedPaths.at(folder)
    if paths is not None:
        import pathlib  # noqa: F401, PLC0415  # the command needs it, and git looks for the repository meanwhile

        paths.go_on()
    return paths


def _folder_of(arguments: list[str], commands: frozenset[str]) -> str | None:
    """Return the folder whose working tree one of some commands asks of; None for another one and for another state."""
    folder, rest = folder_and_rest(arguments)
    if rest[:1] == [] or rest[0] not in commands or len(rest) < 2:
        return None
    return folder if not any(word.startswith(_OF_OTHERS) or "@" in word for word in rest) else None


def _folder_of_edit(arguments: list[str]) -> str | None:
    """Return the folder whose working tree a command line edits, None for another one."""
    folder, rest = folder_and_rest(arguments)
    return folder if rest[:1] and rest[0] in EDITS and not any(word in _HELP for word in rest) else None


def folder_and_rest(arguments: list[str]) -> tuple[str | None, list[str]]:
    """Return the folder that options in front name, None where the command line is not read as it is, and the other arguments."""
    if "_QAFILES_COMPLETE" in os.environ or "utf8" in sys._xoptions:  # noqa: SLF001  # documented
        return None, []
    folder, rest = "", arguments
    while rest[:1] == ["-C"] and len(rest) > 1:
        folder = os.path.join(folder, rest[1])  # noqa: PTH118  # pathlib is slow to import
        rest = rest[2:]
    return folder or ".", rest
