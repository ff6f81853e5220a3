"""The order of fields in files as qafiles writes them: that of the models."""

from collections.abc import Iterable, Sequence

from qafiles.kinds import Kind


def field_order(kind: Kind) -> tuple[str, ...]:
    """Return the fields of a kind in their canonical order."""
    from qafiles.models import MODELS  # noqa: PLC0415  # edits of values alone need no models

    return tuple(MODELS[kind].model_fields)


def in_order(keys: Iterable[str], order: Sequence[str]) -> list[str]:
    """Return keys in canonical order; those that have no place in it follow as they were."""
    places = {name: number for number, name in enumerate(order)}
    return sorted(keys, key=lambda key: places.get(key, len(places)))


def predecessor(keys: Sequence[str], name: str, order: Sequence[str]) -> str | None:
    """Return the key behind which a new one belongs; None for before all others.

    That is its canonical place where the keys stand in canonical order, else the end; the first key is always first.
    """
    if order and name == order[0]:
        return None
    if name not in order or in_order(keys, order) != [*keys]:
        return keys[-1]
    before = [key for key in keys if key in order and order.index(key) < order.index(name)]
    return before[-1] if before else None
