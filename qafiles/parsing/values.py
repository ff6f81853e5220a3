"""Values compared as data: which are the same, and what changed inside of lists and mappings."""

from collections import Counter
from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Any, Final, NamedTuple

from qafiles.diagnostics import Pointer


class Absent(Enum):
    """The value of a field that is not there, which is another thing than null."""

    ABSENT = "absent"


ABSENT: Final = Absent.ABSENT


class Part(NamedTuple):
    """A change inside of a mapping, at a pointer that begins with the field's name."""

    pointer: Pointer
    old: Any
    new: Any


def same(left: Any, right: Any) -> bool:
    """Return whether two values are the same data: 1, 1.0, true and "1" all differ, the order of keys does not count.

    `.nan` equals itself, and 0.0 is not -0.0.
    """
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        return left.keys() == right.keys() and all(same(value, right[key]) for key, value in left.items())
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    if left.__class__ is not right.__class__:
        return False
    return repr(left) == repr(right) if isinstance(left, float) else bool(left == right)


def value_at(data: Any, pointer: Pointer) -> Any:
    """Return the value at a pointer into plain data. Raises LookupError or TypeError where there is none."""
    for part in pointer:
        data = data[part]
    return data


def parts(old: Any, new: Any, pointer: Pointer) -> Iterator[Part]:
    """Yield the changes inside of two values, as deep as both are mappings."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in (*old, *(key for key in new if key not in old)):
            yield from parts(old.get(key, ABSENT), new.get(key, ABSENT), (*pointer, key))
    elif not same(old, new):
        yield Part(pointer, old, new)


def leftovers(old: list[Any], new: list[Any]) -> tuple[list[Any], list[Any]]:
    """Return the items of each list that the other does not hold, in their order; equal items are counted."""
    keys = [*map(_key, old)], [*map(_key, new)]
    return unmatched(old, *keys), unmatched(new, keys[1], keys[0])


def unmatched(items: list[Any], keys: list[str], others: list[str]) -> list[Any]:
    """Return the items whose keys do not occur among the others, each of which matches one item."""
    left = Counter(others)
    unpaired = []
    for item, key in zip(items, keys, strict=True):
        if left[key] > 0:
            left[key] -= 1
        else:
            unpaired.append(item)
    return unpaired


def _key(item: Any) -> str:
    """Return a text that equal items share and no others."""
    if isinstance(item, str):
        return "s" + item
    if isinstance(item, Mapping):
        return "m" + repr(sorted((key, _key(value)) for key, value in item.items()))
    if isinstance(item, list):
        return "l" + repr([_key(value) for value in item])
    # Python writes integers of thousands of digits in hexadecimal alone.
    return hex(item) if item.__class__ is int else repr(item)
