"""Excerpts: the lines around a span, with carets under it that line up in a terminal."""

from typing import Final, NamedTuple

from qafiles.diagnostics import START, Span
from qafiles.render.columns import columns
from qafiles.render.escape import characters

WIDTH: Final = 120
_TAB: Final = "    "


class Row(NamedTuple):
    """One row of an excerpt: a line with its number, or the carets below it, which have none."""

    number: int | None
    text: str


def excerpt(lines: list[str], span: Span) -> list[Row]:
    """Return the line on which a span begins, carets under it, and a line of context on either side.

    There is none for the start of a file, which stands for the whole of it, and for a place that is not there.
    """
    if span == START or not 1 <= span.line <= len(lines):
        return []
    line = lines[span.line - 1]
    start = min(span.column - 1, len(line))
    end = span.end_column - 1 if span.end_line == span.line else len(line)
    text, indent, length = cut(line, start, end)
    rows = [Row(span.line, text), Row(None, " " * indent + "^" * length)]
    if span.line > 1:
        rows.insert(0, Row(span.line - 1, cut(lines[span.line - 2])[0]))
    if span.line < len(lines) and any(lines[span.line :][:2]):
        rows.append(Row(span.line + 1, cut(lines[span.line])[0]))
    return rows


def cut(line: str, start: int = 0, end: int = 0) -> tuple[str, int, int]:
    """Return what to print of a line, and where line[start:end] is in it, as indent and length in columns.

    What is farther away than fits is replaced by `…`; two thirds of the room belong to what follows the start.
    """
    # A line may have a million characters, of which those outside this window are never shown.
    first, last = max(0, start - WIDTH), min(len(line), start + WIDTH)
    cells = [_TAB if cell == r"\t" else cell for cell in characters(line[first:last])]
    widths = [columns(cell) for cell in cells]
    at, begin, stop = start - first, 0, len(cells)
    if stop < len(line) or sum(widths) > WIDTH:
        begin, stop = _window(widths, at, WIDTH - 2)
    left = "…" if first + begin > 0 else ""
    right = "…" if first + stop < len(line) else ""
    text = left + "".join(cells[begin:stop]) + right
    return text, len(left) + sum(widths[begin:at]), max(1, sum(widths[at : min(end - first, stop)]))


def _window(widths: list[int], at: int, room: int) -> tuple[int, int]:
    """Return the range of cells around one that has room in so many columns."""
    used, stop = 0, at
    wanted_before = min(sum(widths[:at]), room // 3)
    while stop < len(widths) and used + widths[stop] <= room - wanted_before:
        used += widths[stop]
        stop += 1
    begin = at
    while begin > 0 and used + widths[begin - 1] <= room:
        begin -= 1
        used += widths[begin]
    return begin, stop
