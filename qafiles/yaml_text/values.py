"""Values that are to be written: what they are, and the lines that they take."""

import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

UNPRINTABLE: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
"""What stands in double quotes alone: https://yaml.org/spec/1.2.2/#51-character-set."""

_MOST_COMPARED: Final = 4_000_000
"""Pairs of lines up to which two texts are compared, since texts of equal lines take a time of the square."""


class Written(NamedTuple):
    """A value as written: what stands behind its key or dash, and the lines below."""

    inline: str
    below: list[str]


def is_block(text: Any) -> bool:
    """Return whether a value is a text that reads best as a block scalar, and can be one."""
    return (
        isinstance(text, str) and "\n" in text and bool(text.strip(" \t\n")) and not UNPRINTABLE.search(text)
    )


def is_collection(value: Any) -> bool:
    """Return whether a value is a list or a mapping."""
    return isinstance(value, Mapping | list | tuple)


def takes_lines(value: Any) -> bool:
    """Return whether a value stands on lines of its own, and would take deeper comments below it for its own."""
    return bool(value) if is_collection(value) else is_block(value)


def plain(value: Any) -> Any:
    """Return a value as YAML reads it back: lists for tuples, dicts for mappings."""
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value


def with_old_lines(new: list[str], old: list[str], indentation: int) -> list[str]:
    """Return the new lines of a block scalar, blank ones with the spaces that the old ones had in their place."""
    from difflib import SequenceMatcher  # noqa: PLC0415  # most values take one line

    result = [*new]
    if len(old) * len(new) > _MOST_COMPARED:
        return result
    # A line of more spaces than the indentation has is text.
    same = ["" if not line.strip(" ") and len(line) <= indentation else line for line in old]
    for a, b, size in SequenceMatcher(None, same, new, autojunk=False).get_matching_blocks():
        result[b : b + size] = old[a : a + size]
    return result
