"""Plain texts of plainly written files changed where they stand: most changes are so, and neither PyYAML nor ruamel.yaml is imported for them.

Whatever else is written leaves it to `changes` and `texts`, which know every form of YAML; a test compares both.
"""

import copy
import re
from collections.abc import Sequence
from typing import Any, Final

from qafiles.diagnostics import Pointer
from qafiles.kinds import HIDDEN_FIELDS
from qafiles.parsing import parse
from qafiles.parsing.values import same, value_at
from qafiles.yaml_text.block_lines import is_plain

_LINE: Final = rb"^%b: ([A-Za-z0-9/][A-Za-z0-9_/.-]*(?: [A-Za-z0-9_/.-]+)*)(?=\n(?:[A-Za-z]|\Z))"
"""The line of a field whose value is one of some words, with another field behind it."""
_are_unusual: Final = re.compile(r"[\t\r\n\ufeff]").search


def with_plain_value(content: bytes, pointer: Pointer, value: Any) -> bytes | None:
    """Return the bytes of a file with another plain text as the value of a field, which has one; None where more has to be known."""
    if len(pointer) != 1 or not is_plain(pointer[0]) or not is_plain(value):
        return None
    places = [*re.finditer(_LINE % re.escape(str(pointer[0])).encode(), content, re.MULTILINE)]
    if len(places) != 1:
        return None
    start, end = places[0].span(1)
    return _checked(content, [(start, end, value.encode())], {pointer: value})


def with_plain_texts(content: bytes, changes: Sequence[tuple[Pointer, str, int, str]]) -> bytes | None:
    """Return what `texts.with_texts` does of texts that stand once in a file, as they are; None where more has to be known."""
    data = parse(content).data
    values: dict[Pointer, str] = {}
    parts = []
    for pointer, part, occurrence, new in changes:
        try:
            value = value_at(data, pointer)
        except (LookupError, TypeError):
            return None
        within = part or value
        if (
            not isinstance(value, str)
            or pointer in values
            or occurrence
            or _are_unusual(f"{within}{new}")
            or "#" in within
        ):
            return None
        old = within.encode("utf-8", "surrogatepass")
        if content.count(old) != 1 or value.count(within) != 1:
            return None
        start = content.index(old)
        parts.append((start, start + len(old), new.encode("utf-8", "surrogatepass")))
        values[pointer] = value.replace(within, new)
    return _checked(content, parts, values)


def _checked(
    content: bytes, parts: Sequence[tuple[int, int, bytes]], values: dict[Pointer, str]
) -> bytes | None:
    """Return the bytes with other ones in the places of some, where they then say these values and else what they said."""
    before = parse(content)
    data = before.data
    if before.refusals or not isinstance(data, dict) or not HIDDEN_FIELDS.isdisjoint(data):
        return None
    pieces, at = [], 0
    for start, end, new in sorted(parts):
        if start < at:
            return None
        pieces += [content[at:start], new]
        at = end
    after = b"".join([*pieces, content[at:]])
    expected = copy.deepcopy(data)
    for pointer, value in values.items():
        value_at(expected, pointer[:-1])[pointer[-1]] = value
    parsed = parse(after)
    return after if not parsed.refusals and same(parsed.data, expected) else None
