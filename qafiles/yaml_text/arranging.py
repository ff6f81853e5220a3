"""Entries brought into another order, each with the comments that belong to it."""

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

from qafiles.errors import EditRefusedError
from qafiles.parsing.nodes import Node
from qafiles.yaml_text.block_lines import block_lines
from qafiles.yaml_text.brackets import Brackets, brackets, in_order_of, rendered
from qafiles.yaml_text.document import Document, Splice, entries_of
from qafiles.yaml_text.fields import in_order
from qafiles.yaml_text.gaps import Line, gap_behind, is_block, keeps_blank_lines, lead

_A_COMMENT: Final = re.compile(r"(?:\A|[\s,\[{])#")
_BLANK_LINES: Final = re.compile(r"\A(?:[ \t]*(?:\r\n|\r|\n))+")


class Part(NamedTuple):
    """A part of a file that is formatted: the splices, and the field whose items they bring into another order, if any."""

    splices: list[Splice]
    field: str = ""
    items: Any = None

    def apply(self, data: Any) -> None:
        """Change data as the splices change the text."""
        if self.field:
            data[self.field] = self.items


def in_other_order(document: Document, node: Node, order: Sequence[int]) -> Splice | None:
    """Return the splice that brings the entries of a list into another order; None for text that can't be moved by lines."""
    if node.style:
        inside = brackets(document, node)
        return rendered(document, node, inside._replace(entries=in_order_of(inside.entries, order)))
    items = entries_of(node)
    first = document.line_start(node.start.index)
    if document.text[first : node.start.index].strip(" ") or any(
        item.style in {"|", ">"} for item, _ in items
    ):
        return None
    if any(is_block(item) for item, _ in items):
        return None
    above = lead(document, node, 0)
    start = at = above[0].start if above else first
    parts = []
    for item, _ in items:
        stop = document.stop(item)
        parts.append(document.text[at:stop])
        at = stop
    return Splice(start, at, "".join(parts[number] for number in order))


def arranged(document: Document, order: tuple[str, ...]) -> str:
    """Return the text with the fields in order, each with its comments, and one line end at the end."""
    text, root = document.text, document.root
    above = lead(document, root, 0)
    at = document.line_start(root.start.index)
    pieces = [text[: above[0].start if above else at]]
    parts: dict[str, tuple[Sequence[Line], str]] = {}
    for key, (name, value) in root.children.items():
        gap = gap_behind(document, root, value, last=False)
        body = text[document.line_start(name.start.index) : gap.start]
        parts[key] = above, body + "".join(text[line.start : line.end] for line in gap.inner)
        above, at = gap.outer, gap.end
    keeps = takes = False
    for key in in_order(parts, order):
        lines, body = parts[key]
        pieces += [_above(document, lines, keeps=keeps, takes=takes), body]
        value = root.children[key][1]
        keeps = keeps_blank_lines(document, value)
        takes = is_block(value) or value.style in {"|", ">"}
    tail = (_above(document, above, keeps=keeps, takes=takes) + text[at:]).rstrip(" \t\r\n")
    pieces += [tail, document.eol] if tail else []
    return _BLANK_LINES.sub("", "".join(pieces))


def _above(document: Document, lines: Iterable[Line], *, keeps: bool, takes: bool) -> str:
    """Return the lines above a field. The one before it `keeps` blank lines as its own, and `takes` deeper comments."""
    texts = []
    for line in lines:
        text = document.text[line.start : line.end]
        texts.append(text[line.column :] if takes and line.column > 0 else text)
    result = "".join(texts)
    # Blank lines would become a part of a text that keeps those at its end.
    return _BLANK_LINES.sub("", result) if keeps else result


def opened(document: Document, order: tuple[str, ...]) -> Document:
    """Return a file whose fields stand between `{` and `}` as one with a line for each, or as it is where that can't be."""
    root = document.root
    if not root.children:
        return document
    around = document.text[: root.start.index] + document.text[root.end.index :]
    try:
        if _A_COMMENT.search(document.text) or around.strip() not in {"", "---"}:
            text = _opened(document, brackets(document, root))
        else:
            ordered = {key: document.data[key] for key in in_order(document.data, order)}
            text = document.joined(block_lines(ordered, 0))
    except EditRefusedError:
        return document
    content = document.checked(text, document.data)
    return document if content is None else Document(content)


def _opened(document: Document, inside: Brackets) -> str:
    """Return the text of a file without its outermost brackets. Raises EditRefusedError where comments would lose their entry."""
    text, root, eol = document.text, document.root, document.eol
    head = text[: root.start.index].rstrip(" \t")
    lines = [head + ("" if not head or head.endswith(("\n", "\r")) else eol)]
    if "#" in inside.opening:
        lines += [inside.opening.strip(), eol, eol]
    for (key, value), entry in zip(entries_of(root), inside.entries, strict=True):
        between = text[key.end.index : value.start.index]
        behind = [line.strip(" \t,") for line in re.split(r"[\r\n]+", entry.behind) if "#" in line]
        if "#" in between or len(behind) > 1:
            raise EditRefusedError("the comments of a field would be beside another one")
        lines += [line.strip() + eol for line in re.split(r"[\r\n]+", entry.lead) if line.strip()]
        written = re.sub(r"(\r\n|\r|\n)(?=[^ \r\n])", r"\1  ", text[value.start.index : value.end.index])
        lines.append(
            f"{text[key.start.index : key.end.index]}: {written}".rstrip(" ")
            + "".join(f"  {c}" for c in behind)
            + eol
        )
    lines += [line.strip() + eol for line in re.split(r"[\r\n]+", inside.closing) if line.strip()]
    rest = text[root.end.index :].strip(" \t\r\n")
    return "".join(lines) + (rest + eol if rest else "")
