"""Splices inside `[…]` and `{…}`."""

import re

from qafiles.parsing.nodes import Node
from qafiles.yaml_text.document import Document, Splice, entries_of


def in_place(document: Document, parent: Node, key: Node, node: Node, inline: str) -> Splice:
    """Return the splice that writes a value inside brackets."""
    start, end = node.start.index, node.end.index
    if start < end:
        return Splice(start, end, inline)
    if isinstance(parent.children, dict) and ":" not in document.text[key.end.index : end]:
        return Splice(end, end, f": {inline}")
    return Splice(end, end, f" {inline}")


def added_entry(document: Document, parent: Node, last: Node | None, entry: str) -> list[Splice]:
    """Return the splices that add an entry behind the last one between brackets."""
    text = document.text
    if last is None:
        at = parent.start.index + 1
        return [Splice(at, at, entry)]
    behind = last.end.index
    comma = document.token_after(behind)
    has_comma = text[comma] == ","
    start = document.line_start(last.start.index)
    margin = text[start : last.start.index]
    if margin.strip() or document.next_line(behind) > parent.end.index:
        at = comma + 1 if has_comma else behind
        return [Splice(at, at, f" {entry}," if has_comma else f", {entry}")]
    # Each entry stands on a line of its own, perhaps with a comment behind it.
    follow = document.next_line(comma if has_comma else behind)
    line = margin + entry + ("," if has_comma else "") + document.eol
    return [*([] if has_comma else [Splice(behind, behind, ",")]), Splice(follow, follow, line)]


def taken_entry(document: Document, parent: Node, key: Node, node: Node) -> list[Splice]:
    """Return the splice that takes an entry with its comma away."""
    text = document.text
    entries = entries_of(parent)
    number = next(i for i, (_, value) in enumerate(entries) if value is node)
    start, end = key.start.index, max(node.end.index, key.end.index)
    if (mark := re.search(r"(?<=[\s\[{,])\?\s+\Z", text[parent.start.index : start])) and key is not node:
        start -= len(mark.group())
    after = document.token_after(end)
    line, follow = document.line_start(start), document.next_line(end)
    alone = not text[line:start].strip() and re.fullmatch(
        r"[ \t]*,?[ \t]*(?:#[^\r\n]*)?\s*", text[end:follow]
    )
    if alone and follow <= parent.end.index:
        if text[after] != "," and number:
            comma = text.rfind(",", entries[number - 1][1].end.index, start)
            return [Splice(comma, comma + 1, ""), Splice(line, follow, "")]
        return [Splice(line, follow, "")]
    if text[after] == ",":
        end = re.compile(r"[ \t]*").match(text, after + 1).end()  # type: ignore[union-attr]  # it always matches
        return [Splice(start, end, "")]
    if number:
        return [Splice(max(entries[number - 1][1].end.index, entries[number - 1][0].end.index), end, "")]
    return [Splice(start, end, "")]
