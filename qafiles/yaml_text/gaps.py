"""The lines between two entries of a block, and the entry to which each comment there belongs.

A comment belongs to the entry below it, however deep it stands; but after the last entry of a list or a mapping, one that is
deeper than the entry below is the tail of that list or mapping.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from qafiles.parsing.nodes import Node
from qafiles.yaml_text.document import Document, Splice, entries_of

MODELINE: Final = re.compile(r"#\s*(?:yaml-language-server:|\$schema:|vim?:|-\*-|!)")
"""Comments that say to programs what the file is, and stand at its top."""

_NO_VALUE: Final = re.compile(r"[ \t]*(?:#|[\r\n])")


class Line(NamedTuple):
    """A line without a value: where it begins, where the next one does, and the column of its comment; -1 for none."""

    start: int
    end: int
    column: int

    def moved(self, column: int) -> list[Splice]:
        """Return the splice that puts the comment into a column; none where it is there."""
        return [] if column == self.column else [Splice(self.start, self.start + self.column, " " * column)]


class Gap(NamedTuple):
    """The lines behind an entry: `inner` are in its value at the end, `outer` belong to what follows; blank ones are in both's order.

    `below` is the column of what follows, 0 at the end of the file. `last` tells that it is no entry of the same block.
    """

    start: int
    end: int
    below: int
    last: bool
    inner: tuple[Line, ...]
    outer: tuple[Line, ...]


def lines_of(document: Document, start: int, end: int | None = None) -> Iterator[Line]:
    """Yield the blank lines and the comment lines from a place on, up to the first other line or to an end."""
    text = document.text
    stop = len(text) if end is None else end
    while start < stop:
        line_end = document.next_line(start)
        line = text[start:line_end]
        rest = line.lstrip(" \t")
        if rest.startswith("#"):
            yield Line(start, line_end, len(line) - len(rest))
        elif rest.strip(" \t\r\n"):
            return
        else:
            yield Line(start, line_end, -1)
        start = line_end


def is_block(node: Node) -> bool:
    """Return whether a value is a list or a mapping with entries on lines of their own."""
    return bool(node.children) and not node.style


def gap_behind(document: Document, parent: Node, value: Node, *, last: bool) -> Gap:
    """Return the lines behind an entry of a block, which is the `last` one or not; behind the last one of the file none is."""
    start = document.stop(value)
    if not _NO_VALUE.match(document.text, start):
        return Gap(start, start, 0, last and parent is not document.root, (), ())
    lines = [*lines_of(document, start)]
    end = lines[-1].end if lines else start
    rest = document.text[end : document.line_end(end)]
    below = len(rest) - len(rest.lstrip(" "))
    last = last and parent is not document.root
    inner: list[Line] = []
    outer: list[Line] = []
    blank: list[Line] = []
    first = value.start.column if is_block(value) else None
    for line in lines:
        if line.column < 0:
            blank.append(line)
        elif first is not None and line.column > below and (not last or line.column >= first):
            inner += [*([] if outer else blank), line]
            outer += blank if outer else []
            blank = []
        else:
            outer += [*blank, line]
            blank = []
    return Gap(start, end, below, last, tuple(inner), (*outer, *blank))


def own_tail(document: Document, node: Node, gap: Gap) -> list[str]:
    """Return the comments at the end of a block that are not in its last value, without their margins."""
    last = entries_of(node)[-1][1]
    deeper = last.start.column if is_block(last) else None
    return [
        document.text[line.start : line.end].strip()
        for line in gap.inner
        if line.column >= 0 and (deeper is None or line.column < deeper)
    ]


def lead(document: Document, parent: Node, number: int) -> tuple[Line, ...]:
    """Return the lines above an entry that belong to it, blank ones among them; none where it stands behind a dash."""
    entries = entries_of(parent)
    if number:
        return gap_behind(document, parent, entries[number - 1][1], last=False).outer
    line = document.line_start(parent.start.index)
    if document.text[line : parent.start.index].strip(" ?"):
        return ()
    start = line
    while start > 0:
        above = document.line_above(start)
        if not document.is_comment(above) and document.text[above:start].strip():
            break
        start = above
    lines = [*lines_of(document, start, line)]
    return tuple(lines[_head(document, lines) :]) if parent is document.root else tuple(lines)


def _head(document: Document, lines: Sequence[Line]) -> int:
    """Return how many lines at the top of a file are about the file: those above a blank one, and what programs read."""
    count = 0
    for number, line in enumerate(lines, 1):
        if line.column < 0 or MODELINE.match(document.text, line.start + line.column):
            count = number
    return count


def taken(lines: Sequence[Line], *, doubled: bool) -> list[Splice]:
    """Return the splices that take the lines above an entry away; blank ones above them stay unless they would be `doubled`."""
    first = next((number for number, line in enumerate(lines) if line.column >= 0), len(lines))
    while doubled and first and lines[first - 1].column < 0:
        first -= 1
    return [Splice(line.start, line.end, "") for line in lines[first:]]


def below_block(gap: Gap, parent: Node, column: int | None) -> list[Splice]:
    """Return what keeps the comments behind an entry with their own when a block in a column ends above them; None for no block."""
    return [splice for line in gap.outer for splice in line.moved(own_column(line, gap, parent, column))]


def own_column(line: Line, gap: Gap, parent: Node, column: int | None) -> int:
    """Return where a comment behind an entry stands when that ends with a block in a column."""
    if column is None or line.column <= gap.below:
        return line.column
    if not gap.last:
        return gap.below
    return min(line.column, max(column - 1, int(parent.start.column), gap.below + 1))


def keeps_blank_lines(document: Document, node: Node) -> bool:
    """Return whether a value ends with a block scalar to which the blank lines behind it belong."""
    last = node
    while last.children and not last.style:
        last = last.children[-1] if isinstance(last.children, list) else [*last.children.values()][-1][1]
    return last.style in {"|", ">"} and "+" in document.header(last)
