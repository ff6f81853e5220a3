"""What every output format gets: the result of a run and how paths and colours are to be shown."""

import os
import posixpath
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from qafiles.diagnostics import SEVERITIES, Diagnostic, Severity
from qafiles.kinds import Kind
from qafiles.render.numbers import counted

if TYPE_CHECKING:
    from qafiles.validation import Verdict

NOT_WHOLE: Final = "qafiles: this is not the whole answer: not every selected rule could be decided"
"""What is said where a selected rule could not be decided."""


class Findings(NamedTuple):
    """The diagnostics that were asked for, and the verdict that they are taken from.

    `unchecked` says in sentences what could not be looked at; unless the answer `is_whole`, a selected rule depends on it. `prefix` leads from the current folder to the data root
    (empty for the same); where the current folder lies inside the data root, `current_folder` is its path from there instead.
    `root` is the data root relative to the top of the git repository. `dialect` is a variant of the format, where it has
    any. `subject` is what was checked, in words, where it is not the files of a data root.
    """

    diagnostics: tuple[Diagnostic, ...]
    verdict: "Verdict"
    unchecked: tuple[str, ...] = ()
    prefix: str = ""
    root: str = "."
    color: bool = False
    current_folder: str = ""
    dialect: str = ""
    is_whole: bool = True
    subject: str = ""

    @property
    def files(self) -> int:
        """The number of files that were checked: the entities' and the settings."""
        return self.verdict.checked

    @property
    def entities(self) -> Mapping[Kind, int]:
        """The number of valid entities of every kind."""
        return self.verdict.valid

    @property
    def looked_at(self) -> str:
        """What was checked, in words."""
        return self.subject or counted(self.files, "file")

    @property
    def counts(self) -> Mapping[Severity, int]:
        """The number of diagnostics of every severity, the worst first."""
        by_severity = Counter(diagnostic.severity for diagnostic in self.diagnostics)
        return {severity: by_severity[severity] for severity in SEVERITIES}

    def relative_path(self, path: str) -> str:
        """Return a path relative to the current folder, for people."""
        if path.startswith("../"):
            # A test beside the data root; an absolute path of another machine stays as it is.
            up = posixpath.relpath(".", self.current_folder) if self.current_folder else self.prefix
            return posixpath.normpath(posixpath.join(up, path))
        if self.current_folder:
            return posixpath.relpath("/" + path, "/" + self.current_folder)
        return _join(self.prefix, path)

    def path_in_repository(self, path: str) -> str:
        """Return a path relative to the top of the git repository, for machines that know nothing of data roots."""
        return (
            posixpath.normpath(_join(self.root, path)) if path.startswith("../") else _join(self.root, path)
        )

    def lines(self, paths: Sequence[str]) -> Iterator[list[str]]:
        """Yield the lines of each file, none where it can't be read; all are read in one batch, as they are needed."""
        from qafiles.parsing.text import decode, lines_of  # noqa: PLC0415  # the table of formats loads no YAML

        for content in self.verdict.read(paths):
            yield lines_of(decode(content)[0]) if content is not None else []


def where_it_lies(root: str) -> tuple[str, str]:
    """Return what leads from the current folder to a data root on disk, and the current folder's path inside of it.

    The first is put before a path: empty, or with a `/`; the second is empty for the root itself and for anywhere else.
    """
    relative = os.path.relpath(root).replace(os.sep, "/")
    prefix = "" if relative == "." else relative + "/"
    place, current = os.path.realpath(root), os.path.realpath(os.curdir)
    inside = os.path.relpath(current, place).replace(os.sep, "/")
    return prefix, "" if inside == "." or inside.partition("/")[0] == ".." else inside


def _join(folder: str, path: str) -> str:
    if path.startswith("../"):
        return posixpath.normpath(posixpath.join(folder, path))
    return path if folder == "." else posixpath.join(folder, path)


def severities(counts: Mapping[Severity, int]) -> str:
    """Return the severities that occur with their numbers: `3 errors, 1 warning`."""
    return ", ".join(counted(number, severity) for severity, number in counts.items() if number)
