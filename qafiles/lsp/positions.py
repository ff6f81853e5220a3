"""Text as editors see it: their positions count UTF-16 units from 0, ours count code points from 1."""

import re
from functools import cached_property
from typing import Final, NamedTuple

from qafiles.diagnostics import Span
from qafiles.lsp.encoding import Encoding
from qafiles.parsing import Positions

_BREAK = re.compile(r"\r\n|\r|\n")
_BOM: Final = "\ufeff"


class Point(NamedTuple):
    """A place in a text; lines and columns are 1-based, columns count code points."""

    line: int
    column: int


class Units(NamedTuple):
    """A place as the protocol has it; both numbers are 0-based, characters count units of the encoding."""

    line: int
    character: int


class Document:
    """The text of one file, open in an editor or on disk."""

    def __init__(self, text: str, encoding: Encoding = "utf-16") -> None:
        self.encoding: Encoding = encoding
        self._mark = len(_BOM) if text.startswith(_BOM) else 0
        self.text = text.removeprefix(_BOM)
        self.lines = _BREAK.split(self.text)

    @cached_property
    def positions(self) -> Positions:
        """The positions of the values in the text."""
        return Positions(to_bytes(self.text))

    def line(self, number: int) -> str:
        """Return a line without its break; the empty text where there is none."""
        return self.lines[number - 1] if 0 < number <= len(self.lines) else ""

    def point(self, line: int, character: int) -> Point:
        """Return the place of an editor's position; what lies outside the text becomes its nearest end."""
        if line < 0:
            return Point(1, 1)
        if line >= len(self.lines):
            return Point(len(self.lines), len(self.lines[-1]) + 1)
        text = self.lines[line]
        left = character - (self._mark if line == 0 else 0)
        if text.isascii():
            return Point(line + 1, max(0, min(left, len(text))) + 1)
        for column, char in enumerate(text):
            if left <= 0:
                return Point(line + 1, column + 1)
            left -= _units(char, self.encoding)
        return Point(line + 1, len(text) + 1)

    def units(self, line: int, column: int) -> Units:
        """Return a place as the editor counts it."""
        before = self.line(line)[: max(0, column - 1)]
        mark = self._mark if line == 1 else 0
        return Units(line - 1, _units(before, self.encoding) + mark)

    def range(self, span: Span) -> tuple[Units, Units]:
        """Return both ends of a span as the editor counts them."""
        return self.units(span.line, span.column), self.units(span.end_line, span.end_column)

    def slice(self, span: Span) -> str:
        """Return the text inside a span, each line break as a newline."""
        if span.line == span.end_line:
            return self.line(span.line)[span.column - 1 : span.end_column - 1]
        inner = (self.line(number) for number in range(span.line + 1, span.end_line))
        return "\n".join(
            [self.line(span.line)[span.column - 1 :], *inner, self.line(span.end_line)[: span.end_column - 1]]
        )


def to_bytes(text: str) -> bytes:
    """Return a text as bytes; a lone surrogate, which JSON can carry, becomes bytes that are refused as no UTF-8."""
    return text.encode("utf-8", "surrogatepass")


def contains(span: Span, point: Point) -> bool:
    """Return whether a point lies in a span or touches its end, as a cursor does."""
    return (span.line, span.column) <= point <= (span.end_line, span.end_column)


def _units(text: str, encoding: Encoding) -> int:
    if encoding == "utf-32" or text.isascii():
        return len(text)
    if encoding == "utf-8":
        return len(to_bytes(text))
    return len(text) + sum(char > "\uffff" for char in text)
