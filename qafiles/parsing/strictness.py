"""What libyaml reads on past and YAML 1.2 forbids, because it hides text that people meant."""

import re
from typing import Any, NamedTuple

from qafiles.diagnostics import Span
from qafiles.parsing.text import lines_of

# From the last character of a token to the next token: the first `#` of a line must follow white space.
_GLUED_COMMENT = re.compile(r"(?:\A|[\r\n])[^#\r\n]*[^#\s](#[^\r\n]*)")
_GLUED_TO_HEADER = re.compile(r"[|>][-+0-9]*(#[^\r\n]*)")
_QUESTION = re.compile(r"\?[^\s,\[\]{}]*[^\s,\[\]{}:]")
_PROPERTY = re.compile(r"[&!][^\s,\[\]{}]*")
_CLOSERS = {"[": "]", "{": "}", '"': '"', "'": "'"}
_NAMES = {"[": "list", "{": "mapping"}


class Swallowed(NamedTuple):
    """A line that a forgotten quote or bracket swallows, and what it would have to close."""

    opened: str
    opened_at: Span
    line: Span
    hint: str


def glued_comment(text: str, begin: int, end: int) -> slice | None:
    """Return the comment between two tokens that no white space sets off from the first."""
    gap = text[begin - 1 : end] if begin else ""
    match = _GLUED_COMMENT.search(gap) if "#" in gap else None
    return slice(begin - 1 + match.start(1), begin - 1 + match.end(1)) if match else None


def glued_to_header(text: str, begin: int) -> slice | None:
    """Return the comment that directly follows the header of the block scalar that begins there."""
    match = _GLUED_TO_HEADER.match(text, begin)
    return slice(*match.span(1)) if match else None


def glued_question_mark(text: str, begin: int) -> slice | None:
    """Return the plain text before whose second character libyaml lets a node begin, taking its `?` for a key's."""
    match = _QUESTION.match(text, begin - 1) if begin else None
    return slice(*match.span()) if match else None


def swallowed_line(text: str, start: Any, end: int, column: int) -> Swallowed | None:
    """Return the first line of a quoted text, or of `[…]` or `{…}`, that is no deeper than the block around it.

    A closing bracket and a comment may stand there.
    """
    opener = text[start.index]
    if opener not in _CLOSERS:
        return None
    for number, line in enumerate(lines_of(text[start.index : end])[1:], start.line + 2):
        rest = line.lstrip(" ")
        if len(line) - len(rest) > column or not rest.strip() or (opener in _NAMES and rest[0] in "]}#"):
            continue
        opened = f"the {_NAMES.get(opener, 'quoted text')} opened on line {start.line + 1}"
        opened_at = Span(start.line + 1, start.column + 1, start.line + 1, start.column + 2)
        hint = f"close it with `{_CLOSERS[opener]}`, or indent this line deeper"
        return Swallowed(opened, opened_at, Span(number, 1, number, len(line.rstrip()) + 1), hint)
    return None


def property_at(text: str, begin: int, indicator: str) -> slice:
    """Return the anchor or the tag of the node that begins there, by the character with which it begins."""
    match = _PROPERTY.search(text, text.find(indicator, begin))
    return slice(*match.span()) if match else slice(begin, begin + 1)
