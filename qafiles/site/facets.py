"""Filters of lists by custom fields: those with choices, of yes and no, and references."""

from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

from qafiles.declared_fields import DeclaredField
from qafiles.kinds import Kind
from qafiles.pages import clean
from qafiles.site.content import Content
from qafiles.site.custom_values import word_of
from qafiles.snapshot import EntityFile

_MOST: Final = 300
"""Values that a filter offers; a field with more is left to the search."""

NONE: Final = "-"
"""The choice of what has no value; each other is its value behind a `=`."""


class Facet(NamedTuple):
    """A filter: the field, what it is for, and its choices as values and words."""

    name: str
    about: str
    choices: tuple[tuple[str, str], ...]


def facet_fields(content: Content, kind: Kind) -> tuple[DeclaredField, ...]:
    """Return the declared fields of a kind by which its lists can be filtered."""
    fields = content.snapshot.settings.fields.of(kind).values()
    return tuple(
        field
        for field in fields
        if field.choices or field.target is not None or _inner(field).get("type") == "boolean"
    )


def _inner(field: DeclaredField) -> Any:
    return field.schema.get("items", field.schema)


def facet_values(
    content: Content, file: EntityFile, fields: Sequence[DeclaredField]
) -> tuple[tuple[str, ...], ...]:
    """Return the values that an entity has of each field, references by handle."""
    return tuple(tuple(dict.fromkeys(map(_plain, _values(content, file, field)))) for field in fields)


def _values(content: Content, file: EntityFile, field: DeclaredField) -> Iterable[str]:
    if field.target is not None:
        links = (link for link in content.snapshot.outgoing(file) if link.reference.field == field.name)
        return [link.target.handle if link.target else link.reference.value for link in links]
    value = file.get(field.name)
    items = value if isinstance(value, list) else [value]
    return [word_of(item) for item in items if item is not None and not isinstance(item, dict | list)]


def _plain(text: str) -> str:
    return clean(" ".join(text.split()))


def facets(
    content: Content, fields: Sequence[DeclaredField], rows: Iterable[tuple[tuple[str, ...], ...]]
) -> list[Facet | None]:
    """Return a filter for each field, None for one whose rows are all alike or have too many values."""
    every = [*rows]
    return [_facet(content, field, [row[at] for row in every]) for at, field in enumerate(fields)]


def _facet(content: Content, field: DeclaredField, rows: list[tuple[str, ...]]) -> Facet | None:
    order = {_plain(word_of(choice)): at for at, choice in enumerate(field.choices)}
    values = {value for row in rows for value in row}
    words = {value: _word(content, field, value) for value in values}
    ordered = sorted(values, key=lambda value: (order.get(value, len(order)), words[value].casefold(), value))
    choices = [(f"={value}", words[value]) for value in ordered]
    if not all(rows):
        choices.append((NONE, "none"))
    if not values or len(choices) < 2 or len(choices) > _MOST:
        return None
    return Facet(field.name, field.description, tuple(choices))


def _word(content: Content, field: DeclaredField, value: str) -> str:
    """Return what people call a value: of a reference the title of what it names."""
    file = content.snapshot.by_handle.get((field.target, value)) if field.target is not None else None
    return value if file is None else clean(content.target(file).title)
