"""Splices that write another value in the place of one, with the comments that are not of its entries."""

import re
from typing import Any, NamedTuple

from qafiles.diagnostics import Pointer, json_pointer
from qafiles.errors import EditRefusedError
from qafiles.parsing.nodes import Node
from qafiles.yaml_text.block_lines import block_lines, written
from qafiles.yaml_text.blocks import new_block, offset_above
from qafiles.yaml_text.brackets import has_comments, in_place, replaced
from qafiles.yaml_text.document import Document, Splice, entries_of
from qafiles.yaml_text.emitting import in_flow
from qafiles.yaml_text.gaps import Gap, below_block, gap_behind, is_block, own_tail
from qafiles.yaml_text.values import is_collection, takes_lines, with_old_lines


class _Place(NamedTuple):
    """Where a value stands in a block: what it is in, its key or itself, the value, and the lines behind it."""

    parent: Node
    key: Node
    node: Node
    gap: Gap


def replacement(document: Document, pointer: Pointer, value: Any) -> list[Splice]:
    """Return the splices that write another value in the place of one."""
    entry = document.find(pointer)
    if entry is None:
        raise EditRefusedError(
            f"{json_pointer(pointer)} can't be found in the text; write it in a simpler style first"
        )
    parent, key, node = entry
    if parent.style:
        quote = node.style if node.style in {"'", '"'} else ""
        inline = in_flow(value, inside=True, quote=quote)
        return [
            in_place(document, parent, key, node, _with_old_comments(document, parent, node, value, inline))
        ]
    entries = entries_of(parent)
    gap = gap_behind(document, parent, node, last=entries[-1][1] is node)
    column = new_block(parent, value, offset_above(document, gap)) if takes_lines(value) else None
    result = _replacement(document, _Place(parent, key, node, gap), value)
    return [*result, *below_block(gap, parent, column)]


def _with_old_comments(document: Document, parent: Node, node: Node, value: Any, inline: str) -> str:
    """Return the text of a value with the comments of the value between brackets that it replaces, which are not of its entries."""
    if node.style not in {"[", "{"}:
        return inline
    opening, text = replaced(document, node, value, inline)
    if not opening:
        return text
    below = document.eol + " " * (parent.start.column + 2)
    return f"{below if parent.style == '[' else ''}{opening}{below}{text}"


def _replacement(document: Document, place: _Place, value: Any) -> list[Splice]:
    parent, key, node, gap = place
    quote = node.style if node.style in {"'", '"'} else ""
    text = document.text
    anchor = document.anchor(parent, key, node)
    column = parent.start.column
    is_scalar_block = node.style in {"|", ">"}
    depth = document.indentation(node, column) if is_scalar_block else 0
    start, end = node.start.index, node.end.index
    in_brackets = node.style in {"[", "{"}
    opening = replaced(document, node, value, "[]")[0] if in_brackets else ""
    if is_collection(value) and (
        (in_brackets and (not value or has_comments(document, node) or _fits_one_line(value)))
        or (value and "#" in text[anchor:start] and not is_block(node))
    ):
        return [Splice(start, end, _with_old_comments(document, parent, node, value, in_flow(value)))]
    if is_block(node):
        return _block_replaced(document, place, anchor, value)
    offset = offset_above(document, gap)
    inline, below = written(value, column, offset=offset, quote=quote, indentation=depth)
    if isinstance(parent.children, list) and not inline:
        at_dash = document.line_start(anchor) == document.line_start(start)
        inner = node.start.column if is_scalar_block and at_dash else column + 2
        below = block_lines(value, inner, offset=offset)
        # A comment behind the item is not one of its first entry.
        if (
            "#"
            not in text[document.next_line(start) - 1 if is_scalar_block else end : document.line_end(end)]
        ):
            inline, below = below[0][inner:], below[1:]
    if opening:
        inline = f"{opening}{document.eol}{' ' * (column + 2)}{inline}"
    if is_scalar_block:
        begin, stop = document.next_line(start), document.stop(node)
        head = start if inline or text[anchor:start].strip() else anchor
        header = Splice(head, start + len(document.header(node)), inline)
        if inline.startswith("|"):
            old = [line.rstrip("\r\n") for line in re.findall(r"[^\r\n]*(?:\r\n|\r|\n)", text[begin:stop])]
            below = with_old_lines(below, old, depth)
        return [header, document.below(begin, stop, below)]
    if start == end or (below and not text[anchor:start].strip()):
        start = anchor
        inline = f" {inline}" if inline else ""
        end = max(end, anchor)
    follow = document.next_line(end)
    return [Splice(start, end, inline), document.below(follow, follow, below)]


def _block_replaced(document: Document, place: _Place, anchor: int, value: Any) -> list[Splice]:
    """Return the splices that write a value in the place of a block; its tail stays at the end of one of the same kind."""
    parent, _, node, gap = place
    column, offset = parent.start.column, offset_above(document, gap)
    keeps = is_collection(value) and isinstance(value, list) == isinstance(node.children, list)
    tail = own_tail(document, node, gap) if keeps else []
    result = [Splice(line.start, line.end, "") for line in gap.inner]
    at_dash = document.line_start(anchor) == document.line_start(node.start.index)
    if is_collection(value) and value:
        at = node.start.column if at_dash else column + (offset if isinstance(value, list) else 2)
        if isinstance(parent.children, list) and not at_dash:
            at = column + 2
        margin = " " * (at if at > gap.below else gap.below + 2)
        inline, below = "", [*block_lines(value, at, offset=offset), *(margin + line for line in tail)]
        if at_dash:
            inline, below = below[0][at:], below[1:]
    elif tail:
        margin = " " * (column + 2)
        inline, below = "[" if isinstance(value, list) else "{", [margin + line for line in tail]
        below.append(margin + ("]" if isinstance(value, list) else "}"))
    else:
        inline, below = written(value, column, offset=offset)
    if at_dash:
        return [*result, document.below(node.start.index, gap.start, [inline, *below])]
    return [
        *result,
        Splice(anchor, anchor, f" {inline}" if inline else ""),
        document.below(document.next_line(anchor), gap.start, below),
    ]


def _fits_one_line(value: Any) -> bool:
    items = value.values() if isinstance(value, dict) else value
    return not any(is_collection(item) and item for item in items) and len(in_flow(value)) <= 80
