"""The order of fields in files as qafiles writes them: that of the models."""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from qafiles.declared_fields import DeclaredFields
from qafiles.kinds import Kind


@cache
def field_order(kind: Kind) -> tuple[str, ...]:
    """Return the fields of a kind in their canonical order; `x-` keys come after them, by name."""
    from qafiles.models.stored import field_names  # noqa: PLC0415  # edits of values alone need none

    return tuple(name for name in field_names(kind) if not name.startswith("x-"))


def reference_lists(kind: Kind, declared: DeclaredFields) -> frozenset[str]:
    """Return the fields of a kind, declared ones among them, that hold lists of references, which are sets."""
    return frozenset(field.name for field in declared.references(kind) if field.many)


def sorted_items(items: Any) -> Any:
    """Return a list of references in the order in which it is written; anything else as it is."""
    if isinstance(items, list) and all(isinstance(item, str) for item in items):
        return sorted(items)
    return items


def place_of(item: Any, items: Sequence[Any]) -> int:
    """Return the number of the item before which another belongs, so that two branches which add different ones merge."""
    if not isinstance(item, str) or not all(isinstance(other, str) for other in items):
        return len(items)
    return next((number for number, other in enumerate(items) if other > item), len(items))


def in_order(keys: Iterable[str], order: Sequence[str]) -> list[str]:
    """Return keys in canonical order: those that have no place in it follow as they were, and `x-` keys by name."""
    places = {name: number for number, name in enumerate(order)}

    def place(key: str) -> tuple[int, str]:
        if key in places or not key.startswith("x-"):
            return places.get(key, len(places)), ""
        return len(places) + 1, key

    return sorted(keys, key=place)


def predecessor(keys: Sequence[str], name: str, order: Sequence[str]) -> str | None:
    """Return the key behind which a new one belongs; None for before all others.

    That is its canonical place where the keys stand in canonical order, and that of an `x-` key among its like, else the
    end; the first key is always first.
    """
    if order and name == order[0]:
        return None
    if not order or (name not in order and not name.startswith("x-")):
        return keys[-1]
    if in_order(keys, order) == [*keys]:
        behind = in_order([*keys, name], order).index(name)
        return keys[behind - 1] if behind else None
    if name.startswith("x-"):
        greater = [number for number, key in enumerate(keys) if key.startswith("x-") and key > name]
        return keys[greater[0] - 1] if greater and greater[0] else keys[-1]
    return keys[-1]
