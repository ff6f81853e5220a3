"""The canonical text of an entity: fields in the order of its kind, prose in block scalars, two spaces a level."""

import re
from collections.abc import Mapping
from typing import Any

from qafiles.diagnostics import Pointer
from qafiles.errors import EditRefusedError
from qafiles.kinds import SECRET, Kind
from qafiles.parsing import parse
from qafiles.parsing.nodes import Node
from qafiles.parsing.values import same
from qafiles.yaml_text.blocks import replacement
from qafiles.yaml_text.document import Document, Splice
from qafiles.yaml_text.emitting import block_lines
from qafiles.yaml_text.fields import field_order, in_order
from qafiles.yaml_text.indentation import indented
from qafiles.yaml_text.values import is_block, plain


def new_text(kind: Kind, data: Mapping[str, Any]) -> bytes:
    """Return the canonical text of a new entity. Raises EditRefusedError for a secret and for what YAML can't hold."""
    _refuse_secret(kind)
    if not data:
        raise EditRefusedError("an entity without fields can't be written; give it an id at least")
    ordered = {key: plain(data[key]) for key in in_order(data, field_order(kind))}
    content = "".join(line + "\n" for line in block_lines(ordered, 0)).encode()
    parsed = parse(content)
    if parsed.refusals or not same(parsed.data, ordered):
        reason = parsed.refusals[0].message if parsed.refusals else "it would read back as something else"
        raise EditRefusedError(f"the new file can't be written: {reason}")
    return content


def formatted(kind: Kind, content: bytes) -> bytes:
    """Return the canonical text of a file with its comments, byte order mark and kind of line break kept.

    Comments move with the field below them, those at the top of the file stay there. What it says is unchanged, and a
    second run changes nothing. Raises EditRefusedError.
    """
    _refuse_secret(kind)
    document = Document(content)
    order = field_order(kind)
    if document.root.style:
        document = _opened(document, kind)
    for splices in (_prose_in_blocks, indented):
        if found := splices(document):
            document = Document(document.result(found, document.data))
    text = _arranged(document, order)
    ended = Document(content)
    ended.ended = True
    result = ended.checked(text, document.data)
    if result is None:
        raise EditRefusedError("the file can't be formatted safely; write it in a simpler style first")
    return result


def _refuse_secret(kind: Kind) -> None:
    if kind == SECRET:
        raise EditRefusedError(
            "this is a secret's file, which is signed as a whole; `qafiles secret` writes it"
        )


def _opened(document: Document, kind: Kind) -> Document:
    """Return a file whose fields stand between `{` and `}` as one with a line for each."""
    rest = document.text[: document.root.start.index] + document.text[document.root.end.index :]
    if (
        re.search(r"(?:\A|[\s,\[{])#", document.text)
        or rest.strip() not in {"", "---"}
        or not document.root.children
    ):
        raise EditRefusedError("the fields stand between `{` and `}`; write each on a line of its own first")
    text = new_text(kind, document.data).decode().replace("\n", document.eol)
    return Document(document.checked(text, document.data) or b"")


def _prose_in_blocks(document: Document) -> list[Splice]:
    """Return the splices that write quoted and plain text of several lines as block scalars."""
    found: list[Splice] = []

    def walk(node: Node, data: Any, pointer: Pointer) -> None:
        if node.style in {"[", "{"}:
            return
        if isinstance(data, dict):
            for key, (_, child) in node.children.items():
                walk(child, data[key], (*pointer, key))
        elif isinstance(data, list):
            for number, child in enumerate(node.children):
                walk(child, data[number], (*pointer, number))
        elif node.style not in {"|", ">"} and is_block(data):
            found.extend(replacement(document, pointer, data))

    walk(document.root, document.data, ())
    return found


def _arranged(document: Document, order: tuple[str, ...]) -> str:
    """Return the text with the fields in order, each with the comments above it, and one line end at the end."""
    text, root = document.text, document.root
    first = document.line_start(root.start.index)
    at = first
    parts: dict[str, tuple[str, str]] = {}
    for key, (_, value) in root.children.items():
        begin = document.line_start(root.children[key][0].start.index)
        stop = document.stop_with_comments(value, root.start.column)
        parts[key] = text[at:begin], text[begin:stop]
        at = stop
    head, tail = text[:first], text[at:]
    pieces = [head]
    keeps = False
    for key in in_order(parts, order):
        lead, body = parts[key]
        # Blank lines would become a part of a text that keeps those at its end.
        pieces += [_without_first_blank_lines(lead) if keeps else lead, body]
        keeps = _keeps_blank_lines(document, root.children[key][1])
    tail = tail.rstrip(" \t\r\n")
    if tail:
        pieces += [_without_first_blank_lines(tail) if keeps else tail, document.eol]
    return _without_first_blank_lines("".join(pieces))


def _without_first_blank_lines(text: str) -> str:
    return re.sub(r"\A(?:[ \t]*(?:\r\n|\r|\n))+", "", text)


def _keeps_blank_lines(document: Document, node: Node) -> bool:
    """Return whether a value ends with a block scalar to which the blank lines behind it belong."""
    last = node
    while last.children and not last.style:
        last = last.children[-1] if isinstance(last.children, list) else [*last.children.values()][-1][1]
    return last.style in {"|", ">"} and "+" in document.header(last)
