"""What a plain `validate` asks for, for which git is asked before anything else is imported."""

import os
import sys
from typing import TYPE_CHECKING, NamedTuple

from qafiles.cache.asked_paths import AskedPaths
from qafiles.cache.kept_answer import KeptAnswer

if TYPE_CHECKING:
    from qafiles.cache.kept_commit import KeptCommit

_KIND = "verdict"
_KIND_OF_COMMIT = "commit-verdict"
_FORMAT = b"qafiles verdict 3"
_FORMAT_OF_COMMIT = b"qafiles verdict of a commit 1"
_FORMATS = frozenset({"text", "concise", "json"})


class Line(NamedTuple):
    """What a command line asks for: the folder of `-C`, the format, whether warnings count, and whether nothing kept may be used.

    `revision` or `staged` say of what, if not of the working tree; `since` is a revision, of what that does not have.
    """

    folder: str
    format: str
    strict: bool
    no_cache: bool = False
    revision: str | None = None
    staged: bool = False
    since: str | None = None

    @property
    def is_of_commit(self) -> bool:
        """Whether a revision or the index is asked for."""
        return self.staged or self.revision is not None


def line_of(arguments: list[str]) -> Line | None:
    """Return what a command line asks for; None for one that click has to read."""
    if os.name != "posix" or "_QAFILES_COMPLETE" in os.environ or "utf8" in sys._xoptions:  # noqa: SLF001  # documented
        return None
    folder, rest = "", [*arguments]
    while rest[:1] == ["-C"] and len(rest) > 1:
        folder = os.path.join(folder, rest[1])  # noqa: PTH118  # pathlib is slow to import
        rest = rest[2:]
    if rest[:1] != ["validate"] or not folder.isascii() or (folder and not os.path.isdir(folder)):  # noqa: PTH112  # as above
        return None
    form, strict, no_cache, staged = "text", False, False, False
    revisions: dict[str, str] = {}
    words = iter(rest[1:])
    for word in words:
        if word == "--strict":
            strict = True
        elif word == "--no-cache":
            no_cache = True
        elif word == "--staged":
            staged = True
        elif (name := word.partition("=")[0]) in {"--rev", "--since"}:
            revisions[name] = word.partition("=")[2] or next(words, "")
        elif word == "--format" or word.startswith("--format="):
            form = word.partition("=")[2] or next(words, "")
        else:
            return None
    revision, since = revisions.get("--rev"), revisions.get("--since")
    are_plain = all(name.isascii() and name[:1] not in {"", "-"} for name in revisions.values())
    if form not in _FORMATS or not are_plain or (revision is not None and staged):
        return None
    return Line(folder or ".", form, strict, no_cache, revision, staged, since)


def paths_asked_at(folder: str) -> AskedPaths | None:
    """Return the paths of the data root at or above a folder, with git at work; None where git can't be asked so early."""
    return AskedPaths.at(folder)


def stored_verdict_at(folder: str | os.PathLike[str]) -> KeptAnswer | None:
    """Return the verdict that may be kept on the data root at or above a folder, with git at work; None where none can be."""
    return KeptAnswer.at(folder, _KIND, _FORMAT)


def stored_verdict_of_commit(folder: str | os.PathLike[str], revision: str | None) -> "KeptCommit | None":
    """Return the verdict that may be kept on a revision of that data root, or on the index without one, with git at work."""
    from qafiles.cache.kept_commit import KeptCommit  # noqa: PLC0415  # most runs are about a working tree

    return KeptCommit.at(folder, revision, _KIND_OF_COMMIT, _FORMAT_OF_COMMIT)


def stored_at(line: Line) -> "KeptAnswer | KeptCommit | None":
    """Return the verdict that may be kept on what a command line asks for, with git at work; None where none can be."""
    if line.since is not None:
        return None
    if line.is_of_commit:
        return stored_verdict_of_commit(line.folder, line.revision)
    return stored_verdict_at(line.folder)
