"""Quotes for text that YAML reads as something else: an alias, a comment, a mapping, a number."""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from qafiles.diagnostics import Span
from qafiles.parsing import parse

_HASH: Final = re.compile(r"(?:[^:#]+:|-)[ \t]+(#.*)")
_COMMENT: Final = re.compile(r"[ \t]#.*")
_IN_LIST: Final = re.compile(r"[^,\]]*")
_NOTHING: Final = re.compile(r"(?m)^[^#\n]*(?::|-)[ \t]+#")


class Quoting(NamedTuple):
    """A part of one line, and the same in quotes."""

    span: Span
    text: str


def quoting(lines: Sequence[str], span: Span) -> Quoting | None:
    """Return the quotes that end a QF117 finding at a span of a file's lines; None where they would not."""
    if span.line > len(lines):
        return None
    line = lines[span.line - 1]
    start = span.column - 1
    comment = _HASH.match(line, start)
    if comment:
        start = comment.start(1)
    in_list = line[:start].count("[") > line[:start].count("]")
    within = _IN_LIST.match(line, start)
    ends = [len(line), within.end() if within else len(line)]
    before = _complaints(lines)
    for end in ends[::-1] if in_list else ends:
        text = _COMMENT.sub("", line[start:end]).rstrip()
        if not text:
            continue
        candidate = Quoting(Span(span.line, start + 1, span.line, start + 1 + len(text)), in_quotes(text))
        if _complaints([*lines[: span.line - 1], replaced(line, candidate), *lines[span.line :]]) < before:
            return candidate
    return None


def in_quotes(text: str) -> str:
    """Return a text of one line in single quotes."""
    return "'" + text.replace("'", "''") + "'"


def replaced(line: str, quotes: Quoting) -> str:
    """Return a line with the quotes in it."""
    return line[: quotes.span.column - 1] + quotes.text + line[quotes.span.end_column - 1 :]


def _complaints(lines: Sequence[str]) -> tuple[int, int, int]:
    """Return how many things a file has that can't be read, or are read as nothing because of a `#`; fewer are less.

    Of equally many, those are less of which the last one is further below: nothing behind it has been read.
    """
    text = "\n".join(lines)
    refusals = parse(text.encode("utf-8", "surrogatepass")).refusals
    line, column = refusals[-1].span[:2] if refusals else (0, 0)
    return len(refusals) + len(_NOTHING.findall(text)), -line, -column
