"""Blocks indented by two spaces, lists below their keys, with the comments that stand among them."""

import re
from collections.abc import Sequence

from qafiles.parsing.nodes import Node
from qafiles.yaml_text.arranging import Part
from qafiles.yaml_text.document import Document, Splice, entries_of
from qafiles.yaml_text.gaps import Line, gap_behind, is_block, lead

_STEP = 2


def indented(document: Document) -> list[Part]:
    """Return what indents every block by two spaces; nothing for keys that are written with `?`."""
    if document.root.style:
        return []
    layout = _Layout(document)
    layout.block(document.root, 0)
    splices = layout.splices() if layout.simple else []
    return [Part(splices)] if splices else []


class _Layout:
    """The new indentation of each line, found by one walk over the blocks."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._text = document.text
        self._columns: dict[int, int] = {}
        """Where a key or a dash begins a line, or a comment does: the new column, by the start of the line."""
        self._shifts: dict[int, int] = {}
        """By how much the other lines of a value move, by the start of the line."""
        self._blanks: dict[int, int] = {}
        """How many blanks a blank line in a block scalar may have, by the start of the line."""
        self._inside: list[Splice] = []
        self.simple = True

    def block(self, node: Node, new: int, tail: Sequence[Line] = ()) -> None:
        """Note the lines of a mapping or list whose keys or dashes belong into a column; `tail` are the comments at its end."""
        document, old = self._document, node.start.column
        is_list = isinstance(node.children, list)
        entries = entries_of(node)
        above: Sequence[Line] = lead(document, node, 0)
        most: int | None = None
        for number, (key, value) in enumerate(entries, 1):
            self._comments(above, old, new, most=most)
            # Deeper comments behind a block scalar would become a part of its text.
            most = new + 1 if value.style in {"|", ">"} else None
            begin = document.dash(node, value) if is_list else key.start.index
            line = document.line_start(begin)
            before = self._text[line:begin]
            if not before.strip(" "):
                self._columns[line] = new
            elif before.strip(" -"):
                self.simple = False
            inner: Sequence[Line] = ()
            if number < len(entries) or node is document.root:
                gap = gap_behind(document, node, value, last=False)
                inner, above = gap.inner, gap.outer
                if number == len(entries):
                    self._comments(above, old, new, most=most)
            elif tail:
                first = value.start.column if is_block(value) else None
                inner = [line for line in tail if first is not None and line.column >= first]
                own = [line for line in tail if first is None or line.column < first]
                self._comments(own, old, new, least=new, most=most if first is None else new + 1)
            self._value(node, value, begin, new, inner)

    def _comments(
        self, lines: Sequence[Line], old: int, new: int, *, least: int = 0, most: int | None = None
    ) -> None:
        """Note the new columns of comments that move with the entries of a block, from an old column to a new one."""
        for line in lines:
            if line.column >= 0:
                wanted = max(line.column + new - old, least)
                self._columns[line.start] = wanted if most is None else min(wanted, most)

    def _value(self, parent: Node, value: Node, begin: int, new: int, tail: Sequence[Line]) -> None:
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
        if is_block(value):
            self.block(value, new + _STEP, tail)
            return
        if value.style in {"|", ">"}:
            self._scalar(parent, value, new)
            return
        delta, stop = new - old, document.stop(value)
        at = document.next_line(begin)
        while delta and at < stop:
            if self._text[at : document.line_end(at)].strip(" "):
                self._shifts[at] = delta
            at = document.next_line(at)

    def _scalar(self, parent: Node, value: Node, new: int) -> None:
        """Note the lines of a block scalar; one of which all lines are blank stays as it is."""
        document, start = self._document, value.start.index
        header = document.header(value)
        digit = re.search("[1-9]", header)
        depth = document.indentation(value, parent.start.column)
        if not depth:
            return
        delta = new + _STEP - depth
        if digit and digit.group() != str(_STEP):
            at = start + digit.start()
            self._inside.append(Splice(at, at + 1, str(_STEP)))
        at, stop = document.next_line(start), document.stop(value)
        while delta and at < stop:
            line = self._text[at : document.line_end(at)]
            # Blanks up to the indentation are none of the text, and must not become so.
            if line.strip(" ") or len(line) > depth:
                self._shifts[at] = delta
            else:
                self._blanks[at] = min(len(line), new + _STEP)
            at = document.next_line(at)

    def splices(self) -> list[Splice]:
        """Return what changes the indentation of the lines that stand in another column."""
        result = [*self._inside]
        for line, wanted in [*self._columns.items(), *self._blanks.items()]:
            have = self._margin(line)
            if wanted != have:
                result.append(Splice(line, line + have, " " * wanted))
        for line, delta in self._shifts.items():
            have = self._margin(line)
            if self._text[line : self._document.line_end(line)]:
                result.append(Splice(line, line + have, " " * max(have + delta, 0)))
        return result

    def _margin(self, line: int) -> int:
        content = self._text[line : self._document.line_end(line)]
        rest = content.lstrip(" \t")
        return len(content) - len(
            rest if rest.startswith("#") and line in self._columns else content.lstrip(" ")
        )
