"""The canonical text of an entity: fields in the order of its kind, prose in block scalars, two spaces a level."""

import copy
from collections.abc import Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from qafiles.declared_fields import NOTHING_DECLARED, DeclaredFields
from qafiles.errors import EditRefusedError
from qafiles.kinds import Kind
from qafiles.parsing.reader import plainly_written
from qafiles.yaml_text.arranging import Part, arranged, in_other_order, opened
from qafiles.yaml_text.document import Document, Splice
from qafiles.yaml_text.fields import field_order, reference_lists, sorted_items
from qafiles.yaml_text.indentation import indented
from qafiles.yaml_text.new_text import refuse_secret
from qafiles.yaml_text.plain_lines import formatted_by_lines
from qafiles.yaml_text.replacing import replacement
from qafiles.yaml_text.values import is_block

if TYPE_CHECKING:
    from qafiles.diagnostics import Pointer
    from qafiles.parsing.nodes import Node


def formatted(kind: Kind, content: bytes, declared: DeclaredFields = NOTHING_DECLARED) -> bytes:
    """Return the canonical text of a file with its comments, byte order mark and kind of line break kept.

    Comments move with the entry to which they belong, and those about the file stay at its top. What it says is unchanged, and a
    second run changes nothing. What is written in a way that can't be formatted stays as it is. Raises EditRefusedError.
    """
    refuse_secret(kind)
    order, lists = field_order(kind), reference_lists(kind, declared)
    data = plainly_written(content)
    if isinstance(data, dict) and (result := formatted_by_lines(content, data, order, lists)) is not None:
        return result
    return formatted_by_nodes(content, order, lists)


def formatted_by_nodes(content: bytes, order: tuple[str, ...], lists: Iterable[str]) -> bytes:
    """Return what `formatted` does, for any file and without a look at its lines."""
    document = before = Document(content)
    if document.root.style:
        document = opened(document, order)
    for splices in (_prose_in_blocks, indented, partial(_sorted_lists, lists)):
        document = _changed(document, splices(document))
    text = document.text if document.root.style else arranged(document, order)
    if before.ended and text == before.text:
        return content
    before.ended = True
    result = before.checked(text, document.data)
    return before.checked(document.text, document.data) or content if result is None else result


def _changed(document: Document, parts: Iterable[Part]) -> Document:
    """Return a file with all parts changed; where they can't be together, with those that can be one by one."""
    all_parts = [*parts]
    if not all_parts:
        return document
    expected = copy.deepcopy(document.data)
    for part in all_parts:
        part.apply(expected)
    try:
        return Document(document.result([s for part in all_parts for s in part.splices], expected))
    except EditRefusedError:
        if len(all_parts) == 1:
            return document
    # From the end, so that the places of the others stay.
    for part in sorted(all_parts, key=lambda part: min(part.splices, default=Splice(0, 0, "")), reverse=True):
        document = _changed_alone(document, part)
    return document


def _changed_alone(document: Document, part: Part) -> Document:
    expected = copy.deepcopy(document.data)
    part.apply(expected)
    try:
        return Document(document.result(part.splices, expected))
    except EditRefusedError:
        return document


def _prose_in_blocks(document: Document) -> Iterator[Part]:
    """Yield what writes quoted and plain text of several lines as block scalars."""
    pending: list[tuple[Node, Any, Pointer]] = [(document.root, document.data, ())]
    while pending:
        node, data, pointer = pending.pop()
        if node.style in {"[", "{"}:
            continue
        if isinstance(data, dict):
            pending += [(child, data[key], (*pointer, key)) for key, (_, child) in node.children.items()]
        elif isinstance(data, list):
            pending += [
                (child, data[number], (*pointer, number)) for number, child in enumerate(node.children)
            ]
        elif node.style not in {"|", ">"} and is_block(data):
            try:
                yield Part(replacement(document, pointer, data))
            except EditRefusedError:
                continue


def _sorted_lists(fields: Iterable[str], document: Document) -> Iterator[Part]:
    """Yield what brings lists of references into their order."""
    for name in fields:
        items = document.data.get(name)
        if isinstance(items, list) and items != sorted_items(items):
            node = document.root.children[name][1]
            order = sorted(range(len(items)), key=items.__getitem__)
            try:
                splice = in_other_order(document, node, order)
            except EditRefusedError:
                continue
            if splice is not None:
                yield Part([splice], name, sorted(items))
