"""Splices that write a value, add one or take one away; inside brackets they are those of `brackets`."""

import re
from typing import Any

from qafiles.diagnostics import Pointer, json_pointer
from qafiles.errors import EditRefusedError
from qafiles.parsing.nodes import Node
from qafiles.yaml_text.brackets import added_entry, in_place
from qafiles.yaml_text.document import Document, Splice, entries_of
from qafiles.yaml_text.emitting import block_lines, in_flow, key_text, written
from qafiles.yaml_text.fields import predecessor
from qafiles.yaml_text.values import is_collection, with_old_lines


def list_offset(document: Document) -> int:
    """Return how much deeper than their keys the lists of a file stand: 2 where it has none."""
    pending = [document.root]
    while pending:
        node = pending.pop()
        if not node.children:
            continue
        values = (
            [*node.children] if isinstance(node.children, list) else [v for _, v in node.children.values()]
        )
        if isinstance(node.children, dict) and not node.style:
            for value in values:
                if isinstance(value.children, list) and value.children and not value.style:
                    return 0 if value.start.column == node.start.column else 2
        pending += reversed(values)
    return 2


def replacement(document: Document, pointer: Pointer, value: Any) -> list[Splice]:
    """Return the splices that write another value in the place of one."""
    found = document.find(pointer)
    if found is None:
        raise EditRefusedError(
            f"{json_pointer(pointer)} can't be found in the text; write it in a simpler style first"
        )
    parent, key, node = found
    quote = node.style if node.style in {"'", '"'} else ""
    if parent.style:
        return [in_place(document, parent, key, node, in_flow(value, inside=True, quote=quote))]
    text = document.text
    anchor = document.anchor(parent, key, node)
    column = parent.start.column
    is_scalar_block = node.style in {"|", ">"}
    depth = document.indentation(node, column) if is_scalar_block else 0
    if node.style and node.children is not None and is_collection(value) and _fits_one_line(value):
        return [Splice(node.start.index, node.end.index, in_flow(value))]
    inline, below = written(value, column, offset=list_offset(document), quote=quote, indentation=depth)
    if isinstance(parent.children, list) and not inline:
        at_dash = document.line_start(anchor) == document.line_start(node.start.index)
        inner = node.start.column if is_scalar_block and at_dash else column + 2
        first, *below = block_lines(value, inner, offset=list_offset(document))
        inline = first[inner:]
    if is_scalar_block:
        begin, stop = document.next_line(node.start.index), document.stop(node)
        start = node.start.index if inline or text[anchor : node.start.index].strip() else anchor
        header = Splice(start, node.start.index + len(document.header(node)), inline)
        if inline.startswith("|"):
            old = [line.rstrip("\r\n") for line in re.findall(r"[^\r\n]*(?:\r\n|\r|\n)", text[begin:stop])]
            below = with_old_lines(below, old, depth)
        return [header, document.below(begin, stop, below)]
    if node.children is not None and not node.style:
        stop = document.stop(node)
        if document.line_start(anchor) == document.line_start(node.start.index):
            at = node.start.column
            if is_collection(value) and value:
                below = block_lines(value, at, offset=list_offset(document))
                inline, below = below[0][at:], below[1:]
            return [document.below(node.start.index, stop, [inline, *below])]
        return [
            Splice(anchor, anchor, f" {inline}" if inline else ""),
            document.below(document.next_line(anchor), stop, below),
        ]
    start, end = node.start.index, node.end.index
    if start == end or (below and not text[anchor:start].strip()):
        start = anchor
        inline = f" {inline}" if inline else ""
        end = max(end, anchor)
    follow = document.next_line(end)
    return [Splice(start, end, inline), document.below(follow, follow, below)]


def _fits_one_line(value: Any) -> bool:
    items = value.values() if isinstance(value, dict) else value
    return not any(is_collection(item) and item for item in items) and len(in_flow(value)) <= 80


def field_splices(
    document: Document, parent: Node, name: str, value: Any, order: tuple[str, ...]
) -> list[Splice]:
    """Return the splices that add a field to a mapping."""
    if parent.style:
        entry = f"{key_text(name, flow=True)}: {in_flow(value, inside=True)}"
        last = [*parent.children.values()][-1][1] if parent.children else None
        return added_entry(document, parent, last, entry)
    column = parent.start.column
    lines = block_lines({name: value}, column, offset=list_offset(document))
    before = predecessor([*parent.children], name, order)
    if before is None:
        at = document.line_start(parent.start.index)
        if document.text[at : parent.start.index].strip(" "):
            inner = document.joined(lines)[column:] + " " * column
            return [Splice(parent.start.index, parent.start.index, inner)]
    else:
        at = document.stop_with_comments(parent.children[before][1], column)
    return [document.below(at, at, lines)]


def item_splices(document: Document, parent: Node, value: Any, index: int) -> list[Splice]:
    """Return the splices that add an item to a list."""
    items = parent.children
    if parent.style:
        entry = in_flow(value, inside=True)
        if index == len(items):
            return added_entry(document, parent, items[-1] if items else None, entry)
        at = items[index].start.index
        before = document.text[document.line_start(at) : at]
        gap = document.eol + before if not before.strip() else " "
        return [Splice(at, at, f"{entry},{gap}")]
    column = parent.start.column
    lines = block_lines([value], column, offset=list_offset(document))
    if index:
        at = document.stop_with_comments(items[index - 1], column)
        return [document.below(at, at, lines)]
    dash = parent.start.index
    start = document.line_start(dash)
    if document.text[start:dash].strip(" "):
        return [Splice(dash, dash, document.joined(lines)[column:] + " " * column)]
    start = document.own_comments(start, column, 0)
    return [document.below(start, start, lines)]


def taken_lines(document: Document, parent: Node, key: Node, node: Node) -> list[Splice]:
    """Return the splices that take an entry of a block away, with the comment lines that belong to it."""
    entries = entries_of(parent)
    number = next(i for i, (_, value) in enumerate(entries) if value is node)
    column = parent.start.column
    is_list = isinstance(parent.children, list)
    begin = document.dash(parent, node) if is_list else key.start.index
    line = document.line_start(begin)
    stop = document.stop_with_comments(node, column)
    if document.text[line:begin].strip(" ?"):
        # The entry stands behind a dash, and the next one takes its place there.
        following = entries[1]
        begin_next = document.dash(parent, following[1]) if is_list else following[0].start.index
        begin, begin_next = _question_mark(document, begin), _question_mark(document, begin_next)
        if document.text[stop:begin_next].strip():
            return [Splice(line + len(document.text[line:begin].rstrip(" ")), stop, document.eol)]
        return [Splice(begin, begin_next, "")]
    if number == 0 and len(entries) and parent is document.root:
        return [Splice(line, stop, "")]
    floor = document.stop_with_comments(entries[number - 1][1], column) if number else 0
    return [Splice(document.own_comments(line, column, floor), stop, "")]


def _question_mark(document: Document, at: int) -> int:
    """Return where the `?` of a key begins that is written behind one; else where the key does."""
    line = document.line_start(at)
    before = document.text[line:at].rstrip(" ")
    return line + len(before) - 1 if re.search(r"(?:^|[ :-])\?$", before) else at
