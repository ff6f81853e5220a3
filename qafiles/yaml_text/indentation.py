"""Blocks indented by two spaces, lists below their keys, with the comments that stand among them."""

import re

from qafiles.parsing.nodes import Node
from qafiles.yaml_text.document import Document, Splice

_STEP = 2


def indented(document: Document) -> list[Splice]:
    """Return the splices that indent every block by two spaces; none for keys that are written with `?`."""
    layout = _Layout(document)
    layout.block(document.root, 0)
    return layout.splices() if layout.simple else []


class _Layout:
    """The new indentation of each line, found by one walk over the blocks."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._text = document.text
        self._columns: dict[int, tuple[int, int]] = {}
        """Where a key or a dash begins a line: (old column, new column), by the start of the line."""
        self._shifts: dict[int, int] = {}
        """By how much the other lines of a value move, by the start of the line."""
        self._inside: list[Splice] = []
        self.simple = True

    def block(self, node: Node, new: int) -> None:
        """Note the lines of a mapping or list whose keys or dashes belong into a column."""
        old = node.start.column
        is_list = isinstance(node.children, list)
        entries = [(item, item) for item in node.children] if is_list else [*node.children.values()]
        for key, value in entries:
            begin = self._document.dash(node, value) if is_list else key.start.index
            line = self._document.line_start(begin)
            before = self._text[line:begin]
            if not before.strip(" "):
                self._columns[line] = old, new
            elif before.strip(" -"):
                self.simple = False
            self._value(node, value, begin, new)

    def _value(self, parent: Node, value: Node, begin: int, new: int) -> None:
        document = self._document
        old = parent.start.column
        start = value.start.index
        same_line = document.line_start(start) == document.line_start(begin)
        is_list = isinstance(parent.children, list)
        if is_list and same_line and start > begin + 1 and start < value.end.index + 1:
            gap = self._text[begin + 1 : start]
            if (
                gap != " "
                and not gap.strip(" \t")
                and (value.children is not None or start < value.end.index)
            ):
                self._inside.append(Splice(begin + 1, start, " "))
        if value.children and not value.style:
            self.block(value, new + _STEP)
            return
        first, stop = document.next_line(begin), document.stop(value)
        delta = new - old
        if value.style in {"|", ">"}:
            header = document.header(value)
            digit = re.search("[1-9]", header)
            delta = new + _STEP - document.indentation(value, old)
            if digit and digit.group() != str(_STEP):
                at = start + digit.start()
                self._inside.append(Splice(at, at + 1, str(_STEP)))
            first = document.next_line(start)
        at = first
        while delta and at < stop:
            self._shifts[at] = delta
            at = document.next_line(at)

    def splices(self) -> list[Splice]:
        """Return what changes the indentation of the lines that stand in another column."""
        document, result, at = self._document, [*self._inside], 0
        lines = []
        while at < len(self._text):
            lines.append(at)
            at = document.next_line(at)
        following: tuple[int, int] | None = None
        columns: dict[int, tuple[int, int] | None] = {}
        for line in reversed(lines):
            columns[line] = following
            following = self._columns.get(line, following)
        open_columns: list[tuple[int, int]] = []
        for line in lines:
            content = self._text[line : document.line_end(line)]
            have = len(content) - len(content.lstrip(" "))
            if not content.strip(" "):
                continue
            if line in self._columns:
                old, wanted = self._columns[line]
                open_columns = [pair for pair in open_columns if pair[0] < old] + [(old, wanted)]
            elif line in self._shifts:
                wanted = max(have + self._shifts[line], 0)
            elif document.is_comment(line):
                wanted = _comment_column(have, columns[line], open_columns)
            else:
                continue
            if wanted != have:
                result.append(Splice(line, line + have, " " * wanted))
        return result


def _comment_column(have: int, following: tuple[int, int] | None, before: list[tuple[int, int]]) -> int:
    """Return the column of a comment: that of what it stands above, else as deep as before below what it follows."""
    if following is not None and following[0] == have:
        return following[1]
    for old, new in reversed(before):
        if old <= have:
            return have + new - old
    return have
