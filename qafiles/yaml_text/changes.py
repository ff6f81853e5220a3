"""One value changed, added or taken away; every line that need not change stays as it is."""

import copy
import json
from collections.abc import Callable, Iterator
from difflib import SequenceMatcher
from functools import partial
from typing import Any, Final

from qafiles.diagnostics import Pointer, json_pointer
from qafiles.errors import EditRefusedError
from qafiles.kinds import Kind
from qafiles.parsing import parse
from qafiles.parsing.nodes import Node
from qafiles.parsing.values import same, value_at
from qafiles.yaml_text.blocks import field_splices, item_splices, taken_lines
from qafiles.yaml_text.brackets import taken_entry
from qafiles.yaml_text.document import Document
from qafiles.yaml_text.fields import field_order
from qafiles.yaml_text.replacing import replacement
from qafiles.yaml_text.values import plain

_MOST_STEPS: Final = 50
"""Edits up to which one collection becomes another; for more, writing it as a whole is quicker."""
_MOST_COMPARED: Final = 250_000


def with_value(content: bytes, pointer: Pointer, value: Any, *, kind: Kind | None = None) -> bytes:
    """Return the bytes of a file with another value at a pointer, or with a new field or a new last item there.

    A new field of the file goes to its canonical place if the file has that order and its `kind` is given, else to
    the end; mappings on the way to it are made. Raises EditRefusedError.
    """
    document = Document(content)
    pointer, value, new = _existing_parent(document, pointer, plain(value))
    if not new:
        return _changed(content, document, pointer, value)
    expected = copy.deepcopy(document.data)
    parent = value_at(expected, pointer[:-1])
    node = _node(document, pointer[:-1])
    if isinstance(parent, list):
        parent.append(value)
        return document.result(item_splices(document, node, value, len(parent) - 1), expected, pointer)
    parent[pointer[-1]] = value
    order = field_order(kind) if kind is not None and len(pointer) == 1 else ()
    return document.result(field_splices(document, node, str(pointer[-1]), value, order), expected, pointer)


def _changed(content: bytes, document: Document, pointer: Pointer, value: Any) -> bytes:
    """Return the bytes with another value in the place of one; of a list or mapping what is equal stays untouched."""
    before = value_at(document.data, pointer)
    if same(before, value):
        return content
    expected = _replaced(document.data, pointer, value)
    steps = [*merging(before, value, pointer)]
    if 0 < len(steps) <= _MOST_STEPS:
        try:
            after = content
            for step in steps:
                after = step(after)
            if same(parse(after).data, expected):
                return after
        except EditRefusedError:
            pass  # as a whole, it may be simpler
    return document.result(replacement(document, pointer, value), expected, pointer)


Step = Callable[[bytes], bytes]


def merging(before: Any, after: Any, pointer: Pointer) -> Iterator[Step]:
    """Yield the edits that make one list or mapping of another; none where they have nothing in common."""
    if isinstance(before, dict) and isinstance(after, dict) and before.keys() & after.keys():
        for key in [key for key in before if key not in after]:
            yield partial(without, pointer=(*pointer, key))
        for key, item in after.items():
            if key not in before or not same(before[key], item):
                yield partial(with_value, pointer=(*pointer, key), value=item)
    elif isinstance(before, list) and isinstance(after, list) and len(before) * len(after) <= _MOST_COMPARED:
        old, new = ([json.dumps(item, sort_keys=True) for item in items] for items in (before, after))
        codes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
        if not any(code == "equal" for code, *_ in codes):
            return
        # From the end, so that the numbers of the items before stay.
        for code, i, j, k, end in reversed(codes):
            if code == "equal":
                continue
            shared = min(j - i, end - k)
            for number in reversed(range(k + shared, end)):
                yield partial(with_item, pointer=pointer, value=after[number], index=j)
            for number in reversed(range(i + shared, j)):
                yield partial(without, pointer=(*pointer, number))
            for number in range(shared):
                old_item, item, at = before[i + number], after[k + number], i + number
                if isinstance(old_item, dict | list) and type(old_item) is type(item):
                    yield partial(with_value, pointer=(*pointer, at), value=item)
                else:  # another item, which has no part in the comments of the one that goes
                    yield partial(with_item, pointer=pointer, value=item, index=at)
                    yield partial(without, pointer=(*pointer, at + 1))


def with_item(content: bytes, pointer: Pointer, value: Any, index: int | None = None) -> bytes:
    """Return the bytes of a file with one more item in the list at a pointer, before the item `index` or at the end.

    The item is written as the list's others are; a list that is absent or null is made. Raises EditRefusedError.
    """
    document = Document(content)
    entry = document.find(pointer) if pointer else None
    data = value_at(document.data, pointer) if entry else None
    if data is None:
        return with_value(content, pointer, [value])
    if not isinstance(data, list):
        raise EditRefusedError(
            f"{json_pointer(pointer)} is no list, so that nothing can be added to it; set the whole field"
        )
    at = len(data) if index is None else index
    if not 0 <= at <= len(data):
        raise EditRefusedError(f"{json_pointer(pointer)} has {len(data)} items, and no place {at}")
    expected = copy.deepcopy(document.data)
    value = plain(value)
    value_at(expected, pointer).insert(at, value)
    return document.result(item_splices(document, _node(document, pointer), value, at), expected, pointer)


def without(content: bytes, pointer: Pointer) -> bytes:
    """Return the bytes of a file without the field or the item at a pointer and the comment lines that belong to it.

    A list that loses its last item becomes `[]`, and a mapping `{}`. Raises EditRefusedError.
    """
    document = Document(content)
    entry = document.find(pointer) if pointer else None
    if entry is None:
        raise EditRefusedError(
            f"there is nothing at {json_pointer(pointer) or 'the top'} that could be taken away"
        )
    parent, key, node = entry
    expected = copy.deepcopy(document.data)
    del value_at(expected, pointer[:-1])[pointer[-1]]
    if len(parent.children) == 1 and not parent.style:
        if len(pointer) == 1:
            raise EditRefusedError(f"`{pointer[0]}` is the only field; delete the file instead")
        empty = value_at(expected, pointer[:-1])
        return document.result(replacement(document, pointer[:-1], empty), expected, pointer)
    taken = taken_entry(document, parent, node) if parent.style else taken_lines(document, parent, key, node)
    return document.result(taken, expected, pointer)


def _existing_parent(document: Document, pointer: Pointer, value: Any) -> tuple[Pointer, Any, bool]:
    """Return the pointer whose parent is there, the value for it, and whether nothing is there yet."""
    if not pointer:
        raise EditRefusedError("the whole file is no value of a field; name a field")
    data = document.data
    for number, part in enumerate(pointer):
        rest = pointer[number:]
        if isinstance(data, dict) and isinstance(part, str):
            if part in data and (data[part] is not None or len(rest) == 1):
                data = data[part]
                continue
        elif isinstance(data, list) and isinstance(part, int) and 0 <= part <= len(data):
            if part < len(data):
                data = data[part]
                continue
        else:
            shown = json_pointer(pointer[:number]) or "the file"
            raise EditRefusedError(f"{shown} has no place `{part}`: it is {_called(data)}")
        for key in reversed(rest[1:]):
            if not isinstance(key, str):
                raise EditRefusedError(
                    f"{json_pointer(pointer)} lies in a list that is not there; add the list first"
                )
            value = {key: value}
        there = isinstance(data, dict) and part in data
        return pointer[: number + 1], value, not there
    return pointer, value, False


def _called(data: Any) -> str:
    if isinstance(data, list):
        return f"a list of {len(data)} items"
    return "a mapping" if isinstance(data, dict) else "no list and no mapping"


def _replaced(data: Any, pointer: Pointer, value: Any) -> Any:
    result = copy.deepcopy(data)
    value_at(result, pointer[:-1])[pointer[-1]] = value
    return result


def _node(document: Document, pointer: Pointer) -> Node:
    entry = document.find(pointer) if pointer else (document.root,) * 3
    if entry is None:
        raise EditRefusedError(
            f"{json_pointer(pointer)} can't be found in the text; write it in a simpler style first"
        )
    return entry[2]
