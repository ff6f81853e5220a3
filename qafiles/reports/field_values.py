"""Values of fields as cells of reports: references by what they name, and dates and numbers as such."""

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Final

from qafiles.declared_fields import ORIGIN, DeclaredFields
from qafiles.history.facts import repr_of
from qafiles.kinds import Kind
from qafiles.references import Reference
from qafiles.reports.report import Cell, Column, Item, ref
from qafiles.snapshot import EntityFile, Snapshot
from qafiles.snapshot.field_paths import values_at
from qafiles.snapshot.records import shown_fields

_ORIGIN_PARTS: Final = tuple(f"{ORIGIN}.{part}" for part in ("tool", "key", "url"))


def items_at(snapshot: Snapshot, file: EntityFile, field: str) -> tuple[Item, ...]:
    """Return the values of a field by its dotted path, those of a list one by one; none where it is absent, null or blank.

    A reference is the entity that it names, a dangling one the text as it is written. Mappings are JSON.
    """
    if field in {"id", "handle", "path", "project", "organization"}:
        text = getattr(file, field)
        return (str(text),) if text else ()
    named = [
        ref(target) if target is not None else reference.value
        for reference, target in _references(snapshot, file)
        if reference.field == field and not reference.placeholder
    ]
    if named:
        return (*named,)
    parent = snapshot.place_of(file).get(field)
    if parent is not None:
        return (ref(parent),)
    values = values_at(shown_fields(file), field)
    return tuple(_items(values, is_date=_is_date(snapshot.settings.fields, file.kind, field)))


def _references(snapshot: Snapshot, file: EntityFile) -> Iterator[tuple[Reference, EntityFile | None]]:
    """Yield the references of a file with what they name in a snapshot, which may hold another file in its place."""
    if snapshot.files.get(file.path) == file:
        yield from ((link.reference, link.target) for link in snapshot.outgoing(file))
    else:
        yield from ((item, _target(snapshot, file, item)) for item in file.references())


def _target(snapshot: Snapshot, file: EntityFile, reference: Reference) -> EntityFile | None:
    """Return what a reference of a file that a snapshot lacks names there."""
    value, kind = reference.value, reference.target
    return (
        snapshot.by_id.get(value)
        or snapshot.by_handle.get((kind, f"{file.project}/{value}"))
        or snapshot.by_handle.get((kind, value))
    )


def _is_date(fields: DeclaredFields, kind: Kind, name: str) -> bool:
    """Return whether a field, or a part of it, is declared to hold dates."""
    first, _, rest = name.partition(".")
    declared = fields.of(kind).get(first)
    schema: Any = declared.schema if declared is not None else {}
    schema = schema.get("items", schema)
    return bool((schema.get("properties", {}).get(rest, {}) if rest else schema).get("format") == "date")


def _items(values: Iterable[Any], *, is_date: bool) -> Iterator[Item]:
    for value in values:
        if isinstance(value, list):
            yield from _items(value, is_date=is_date)
        elif value is not None and value != "":
            yield _item(value, is_date=is_date)


def _item(value: Any, *, is_date: bool) -> Item:
    if isinstance(value, str):
        return (_day(value) or value) if is_date else value
    if isinstance(value, Mapping):
        return _json(value)
    # Python writes no number of thousands of digits, and JSON none that is infinite.
    if isinstance(value, int) and value.bit_length() > 256:
        return hex(value)
    is_number = isinstance(value, int | float) and math.isfinite(value)
    return value if is_number else str(value)


def _json(value: Mapping[str, Any]) -> str:
    try:
        return json.dumps(value, ensure_ascii=False)
    except ValueError:  # a number of thousands of digits
        return repr_of(value)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


def cell_at(snapshot: Snapshot, file: EntityFile, field: str) -> Cell:
    """Return the value of a field as a cell: one value as itself, several as a list."""
    items = items_at(snapshot, file, field)
    return items[0] if len(items) == 1 and not isinstance(file.get(field), list) else items or None


class DeclaredColumns:
    """The columns of a table with a row for each entity of some kinds, beside those of the table: what these kinds declare.

    Those that `by` asks for stand first and are shown to people; the others are details. Where any entity says where it
    came from, that has columns, too.
    """

    def __init__(self, snapshot: Snapshot, by: str | None, *kinds: Kind) -> None:
        self._snapshot = snapshot
        declared: DeclaredFields = snapshot.settings.fields
        own = dict.fromkeys(name for kind in kinds for name in declared.of(kind))
        numbers = {
            name
            for kind in kinds
            for name, field in declared.of(kind).items()
            if field.type in {"integer", "number"}
        }
        has_origin = any(ORIGIN in file.data for kind in kinds for file in snapshot.of_kind(kind))
        names = dict.fromkeys((*([by] if by else []), *own, *(_ORIGIN_PARTS if has_origin else ())))
        self.columns = tuple(
            Column(name, name, "number" if name in numbers else "text", detail=name != by) for name in names
        )
        """The columns, in the order of qafiles.yaml."""

    def cells(self, file: EntityFile | None) -> tuple[Cell, ...]:
        """Return the cells of an entity, empty ones for None."""
        return tuple(
            cell_at(self._snapshot, file, column.name) if file is not None else None
            for column in self.columns
        )
