"""Splices that add an entry to a block or take one away; inside brackets they are those of `brackets`."""

import re
from itertools import takewhile
from typing import Any

from qafiles.parsing.nodes import Node
from qafiles.yaml_text.block_lines import block_lines
from qafiles.yaml_text.brackets import added_entry
from qafiles.yaml_text.document import Document, Splice, entries_of
from qafiles.yaml_text.emitting import in_flow, key_text
from qafiles.yaml_text.fields import predecessor
from qafiles.yaml_text.gaps import (
    Gap,
    below_block,
    gap_behind,
    is_block,
    keeps_blank_lines,
    lead,
    own_column,
    taken,
)
from qafiles.yaml_text.values import is_collection, takes_lines


def new_block(parent: Node, value: Any, offset: int) -> int | None:
    """Return the column of what is in a new value; None where it takes no lines of its own."""
    if not takes_lines(value):
        return None
    column = int(parent.start.column)
    if not is_collection(value):
        return column + 1
    return column + (offset if isinstance(value, list) and isinstance(parent.children, dict) else 2)


def offset_above(document: Document, gap: Gap) -> int:
    """Return the file's own offset of lists, but deeper than the key where the tail of what is around the list follows."""
    offset = document.list_offset
    return offset or (2 if gap.last and any(line.column > gap.below for line in gap.outer) else 0)


def field_splices(
    document: Document, parent: Node, name: str, value: Any, order: tuple[str, ...]
) -> list[Splice]:
    """Return the splices that add a field to a mapping."""
    if parent.style:
        entry = f"{key_text(name, flow=True)}: {in_flow(value, inside=True)}"
        return added_entry(document, parent, len(parent.children), entry)
    before = predecessor([*parent.children], name, order)
    number = 0 if before is None else [*parent.children].index(before) + 1
    return _added_lines(document, parent, number, value, {name: value})


def item_splices(document: Document, parent: Node, value: Any, index: int) -> list[Splice]:
    """Return the splices that add an item to a list."""
    if parent.style:
        return added_entry(document, parent, index, in_flow(value, inside=True))
    return _added_lines(document, parent, index, value, [value])


def _dash_width(document: Document, parent: Node, index: int) -> int:
    """Return the column in which the text of the items next to a place begins, counted from their dashes: 2 where none says so."""
    items = parent.children
    for item in [*items[max(index - 1, 0) : index], *items[index:], *items[:index]]:
        width = item.start.column - parent.start.column
        if item.start.index < item.end.index and document.dash(parent, item) + width == item.start.index:
            return int(width)
    return 2


def _added_lines(document: Document, parent: Node, number: int, value: Any, entry: Any) -> list[Splice]:
    """Return the splices that write a new entry, as a list or mapping of it alone, before the one with a number, or at the end."""
    column = parent.start.column
    entries = entries_of(parent)
    dash = _dash_width(document, parent, number) if isinstance(entry, list) else 2
    if number == 0:
        offset = document.list_offset
        lines = block_lines(entry, column, offset=offset, dash=dash)
        start = document.line_start(parent.start.index)
        if document.text[start : parent.start.index].strip(" ?"):
            inner = document.joined(lines)[column:] + " " * column
            return [Splice(parent.start.index, parent.start.index, inner)]
        above = lead(document, parent, 0)
        at = above[0].start if above else start
        moved = (
            [s for line in above for s in line.moved(min(line.column, column))] if takes_lines(value) else []
        )
        return [document.below(at, at, lines), *moved]
    gap = gap_behind(document, parent, entries[number - 1][1], last=number == len(entries))
    offset = offset_above(document, gap)
    lines = block_lines(entry, column, offset=offset, dash=dash)
    # A block at the end of the new entry would draw deeper comments below to itself.
    block = new_block(parent, value, offset)
    at = gap.inner[-1].end if gap.inner else gap.start
    passed = [line for line in gap.outer if line.start < at]
    result = [Splice(line.start, line.end, "") for line in passed]
    result += [s for line in gap.inner if 0 <= line.column <= column for s in line.moved(column + 2)]
    margins = [(line, own_column(line, gap, parent, block)) for line in gap.outer]
    result += [s for line, margin in margins if line not in passed for s in line.moved(margin)]
    behind = [
        " " * margin + document.text[line.start : line.end].strip()
        for line, margin in margins
        if line in passed
    ]
    return [*result, document.below(at, at, [*lines, *behind])]


def taken_lines(document: Document, parent: Node, key: Node, node: Node) -> list[Splice]:
    """Return the splices that take an entry of a block away, with the comments that belong to it."""
    entries = entries_of(parent)
    number = next(i for i, (_, value) in enumerate(entries) if value is node)
    column = parent.start.column
    is_list = isinstance(parent.children, list)
    begin = document.dash(parent, node) if is_list else key.start.index
    line = document.line_start(begin)
    last = number == len(entries) - 1
    gap = gap_behind(document, parent, node, last=last)
    inner = [Splice(gap_line.start, gap_line.end, "") for gap_line in gap.inner]
    if document.text[line:begin].strip(" ?"):
        # The entry stands behind a dash, and the next one takes its place there.
        following = entries[1]
        begin_next = document.dash(parent, following[1]) if is_list else following[0].start.index
        begin, begin_next = _question_mark(document, begin), _question_mark(document, begin_next)
        if any(gap_line.column >= 0 for gap_line in gap.outer):
            stay = Splice(line + len(document.text[line:begin].rstrip(" ")), gap.start, document.eol)
            return [stay, *inner]
        return [Splice(begin, begin_next, "")]
    doubled = gap.outer[0].column < 0 if gap.outer else gap.end == len(document.text)
    lines = lead(document, parent, number)
    result = [*taken(lines, doubled=doubled), Splice(line, gap.start, ""), *inner]
    above_it = entries[number - 1][1] if number else None
    at_top = (
        parent is document.root
        and not number
        and not document.text[: lines[0].start if lines else line].strip()
    )
    if at_top or (above_it is not None and keeps_blank_lines(document, above_it)):
        blank = takewhile(lambda gap_line: gap_line.column < 0, gap.outer)
        result += [Splice(gap_line.start, gap_line.end, "") for gap_line in blank]
    if above_it is not None and (is_block(above_it) or above_it.style in {"|", ">"}):
        before = above_it.start.column if is_block(above_it) else column + 1
        result += below_block(gap, parent, before)
        if gap.last:
            above = gap_behind(document, parent, above_it, last=False)
            result += [
                s for gap_line in above.inner if 0 <= gap_line.column < before for s in gap_line.moved(before)
            ]
    return result


def _question_mark(document: Document, at: int) -> int:
    """Return where the `?` of a key begins that is written behind one; else where the key does."""
    line = document.line_start(at)
    before = document.text[line:at].rstrip(" ")
    return line + len(before) - 1 if re.search(r"(?:^|[ :-])\?$", before) else at
