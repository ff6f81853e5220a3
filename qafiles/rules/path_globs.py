"""Globs over paths of the data root, as in .gitignore: `*` stays in a folder, `**` crosses folders."""

import re
from fnmatch import fnmatchcase
from typing import Final

_special: Final = re.compile(r"[*?\[]").search


def matches(glob: str, path: str) -> bool:
    """Return whether a path matches a glob in full; a glob that ends with `/` matches everything below it.

    The time is at most the product of both lengths, since a glob may come from a hostile file: fnmatch's patterns
    do not backtrack, and of the `**` only the last one is tried again.
    """
    wanted = (glob + "**" if glob.endswith("/") else glob).removeprefix("./").removeprefix("/").split("/")
    parts = path.split("/")
    at, part = 0, 0
    star, resume = -1, 0
    while part < len(parts):
        if at < len(wanted) and wanted[at] == "**":
            star, resume = at, part
            at += 1
        elif at < len(wanted) and fnmatchcase(parts[part], wanted[at]):
            at += 1
            part += 1
        elif star >= 0:
            resume += 1
            at, part = star + 1, resume
        else:
            return False
    return all(left == "**" for left in wanted[at:])


def beginning(glob: str) -> str:
    """Return what every path begins with that a glob matches: the folders before its first special character."""
    plain = glob.removeprefix("./").removeprefix("/")
    special = _special(plain)
    return plain if special is None else plain[: plain.rfind("/", 0, special.start()) + 1]
