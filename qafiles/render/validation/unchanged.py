"""The answer to a plain `validate` of a working tree that has not changed, before the command line itself is imported."""

import os
import sys
from typing import NamedTuple

_FORMATS = frozenset({"text", "concise", "json"})


class Line(NamedTuple):
    """What a command line asks for: the folder of `-C`, the format, and whether warnings count."""

    folder: str
    format: str
    strict: bool


class Answer(NamedTuple):
    """What is written to stdout and to stderr, and the exit code."""

    text: str
    talk: str
    code: int


def line_of(arguments: list[str]) -> Line | None:
    """Return what a command line asks for; None for one that click has to read."""
    folder, rest = "", [*arguments]
    while rest[:1] == ["-C"] and len(rest) > 1:
        folder = os.path.join(folder, rest[1])  # noqa: PTH118  # pathlib is slow to import
        rest = rest[2:]
    if rest[:1] != ["validate"] or not folder.isascii() or (folder and not os.path.isdir(folder)):  # noqa: PTH112  # as above
        return None
    form, strict = "text", False
    words = iter(rest[1:])
    for word in words:
        if word == "--strict":
            strict = True
        elif word == "--format" or word.startswith("--format="):
            form = word.partition("=")[2] or next(words, "")
        else:
            return None
    return Line(folder or ".", form, strict) if form in _FORMATS else None


def answer_of(line: Line) -> "tuple[Answer | None, object]":
    """Return the answer where it is known, and what was found out of the working tree on the way, None where nothing was."""
    from qafiles.validation.kept import KeptVerdict  # noqa: PLC0415  # git is asked before all else is imported

    kept = KeptVerdict.at(line.folder)
    if kept is None:
        return None, None
    from qafiles.render.validation import FORMATS, Findings  # noqa: PLC0415  # as above, while git is at work
    from qafiles.render.validation.findings import where_it_lies  # noqa: PLC0415  # as above

    verdict = kept.read()
    if verdict is None:
        return None, kept
    prefix, current_folder = where_it_lies(verdict.folder)
    findings = Findings(
        verdict.diagnostics,
        verdict,
        verdict.unchecked,
        prefix=prefix,
        current_folder=current_folder,
        root=verdict.root,
        color=wants_color(),
    )
    text = "".join(FORMATS[line.format](findings))
    talk = (f"not checked: {sentence}\n" for sentence in findings.unchecked if line.format == "concise")
    failing = {"error", "warning"} if line.strict else {"error"}
    return Answer(
        text, "".join(talk), int(any(item.severity in failing for item in verdict.diagnostics))
    ), kept


def wants_color() -> bool:
    """Return whether stdout is a terminal that wants colour (https://no-color.org)."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
