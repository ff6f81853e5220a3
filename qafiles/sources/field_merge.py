"""Two changes of one entity merged by fields, where git sees nothing but lines."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from qafiles.kinds import KIND_FACTS, Kind
from qafiles.parsing import parse
from qafiles.parsing.values import same

_ABSENT: Final = object()


class FieldMerge(NamedTuple):
    """The fields that each of two sides changed, as dotted names, and those in which they disagree."""

    ours: tuple[str, ...]
    theirs: tuple[str, ...]
    disagreeing: tuple[str, ...]


def field_merge(kind: Kind, base: bytes | None, ours: bytes, theirs: bytes) -> FieldMerge | None:
    """Return what two sides made of an entity's file, by fields; None where one of the texts can't be read.

    A file that both sides added has no base. Lists of texts gain and lose items; all else is one value.
    """
    parsed = [parse(content) if content is not None else None for content in (base, ours, theirs)]
    if any(one is not None and (one.refusals or not isinstance(one.data, dict)) for one in parsed):
        return None
    old, left, right = ({} if one is None else one.data for one in parsed)
    sets = frozenset(field.name for field in KIND_FACTS[kind].references if field.many)
    mine: dict[str, None] = {}
    other: dict[str, None] = {}
    apart: dict[str, None] = {}
    for name, side, agree in _changes("", (old, left, right), sets):
        if side in {"ours", "both"}:
            mine[name] = None
        if side in {"theirs", "both"}:
            other[name] = None
        if not agree:
            apart[name] = None
    return FieldMerge(tuple(mine), tuple(other), tuple(apart))


def _changes(
    prefix: str, sides: tuple[Any, Any, Any], sets: frozenset[str]
) -> Iterator[tuple[str, str, bool]]:
    """Yield the name of each field that changed, on which side, and whether both changes can be had."""
    for key in dict.fromkeys(key for side in sides for key in side):
        old, left, right = (side.get(key, _ABSENT) for side in sides)
        name = f"{prefix}{key}"
        as_set = name in sets
        by_ours, by_theirs = (not _equal(old, side, as_set=as_set) for side in (left, right))
        if by_ours != by_theirs:
            yield name, "ours" if by_ours else "theirs", True
        elif by_ours:
            mappings = [{} if side is _ABSENT else side for side in (old, left, right)]
            if all(isinstance(side, Mapping) for side in mappings) and _ABSENT not in (left, right):
                yield from _changes(f"{name}.", (mappings[0], mappings[1], mappings[2]), sets)
            else:
                yield name, "both", _equal(left, right, as_set=as_set) or _are_lists(old, left, right)


def _equal(one: Any, other: Any, *, as_set: bool) -> bool:
    if one is _ABSENT or other is _ABSENT:
        return one is other
    if as_set and _is_list(one) and _is_list(other):
        return sorted(one) == sorted(other)
    return same(one, other)


def _are_lists(*sides: Any) -> bool:
    """Return whether all are lists of texts, each once, to which both sides' changes can be made; an absent one is empty."""
    return all(side is _ABSENT or (_is_list(side) and len({*side}) == len(side)) for side in sides)


def _is_list(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)
