"""The fields of one entity in two states, compared for what they mean."""

from typing import Any, Protocol

from qafiles.kinds import KIND_FACTS, Kind, ReferenceField
from qafiles.layout import is_id
from qafiles.parsing.values import ABSENT, leftovers, same, unmatched
from qafiles.references import BY_PLACE, parents
from qafiles.snapshot.entity_file import EntityFile
from qafiles.snapshot.field_changes import FieldChange, field_change, items_of


class Names(Protocol):
    """What references name in one state."""

    def identity(self, kind: Kind, value: str, project: str | None, *, read: bool) -> str:
        """Return a text that is equal for two references, in either state, when they name the same entity."""
        ...

    def shown(self, kind: Kind, value: str, project: str | None) -> str:
        """Return the handle that a reference is shown by, the value itself if it dangles."""
        ...


def fields(
    old: EntityFile, new: EntityFile, names: tuple[Names, Names]
) -> tuple[tuple[FieldChange, ...], tuple[FieldChange, ...]]:
    """Return the fields that differ, and those that are only written in another way, in the order of the files."""
    changed: list[FieldChange] = []
    rewritten: list[FieldChange] = []
    for name in (*new.data, *(name for name in old.data if name not in new.data)):
        was, now = old.data.get(name, ABSENT), new.data.get(name, ABSENT)
        reference = next((field for field in new.reference_fields if field.name == name), None)
        # In another project the same words may name other entities.
        is_equal = same(was, now)
        if is_equal and (reference is None or old.project == new.project):
            continue
        if reference is not None and _legible(was) and _legible(now):
            change, means_same = _references(reference, (old, was), (new, now), names)
        else:
            change, means_same = field_change(new.kind, name, was, now), is_equal
        if not (is_equal and means_same):
            (rewritten if means_same else changed).append(change)
    return tuple(changed), tuple(rewritten)


def whole(file: EntityFile, names: Names, *, added: bool) -> tuple[FieldChange, ...]:
    """Return every field of an entity that is new or gone; `names` are those of the state that has it.

    What a new one refers to is shown by handle, since that is how it is read.
    """
    changes = [
        field_change(file.kind, name, *((ABSENT, value) if added else (value, ABSENT)))
        for name, value in file.data.items()
    ]
    return tuple(_by_handle(file, item, names) if added else item for item in changes)


def _by_handle(file: EntityFile, change: FieldChange, names: Names) -> FieldChange:
    reference = next((field for field in file.reference_fields if field.name == change.name), None)
    if reference is None or change.name in BY_PLACE or change.form == "secret" or not _legible(change.new):
        return change
    shown = (
        names.shown(reference.target, value, file.project) if isinstance(value, str) else value
        for value in change.added
        if value is not None
    )
    return change._replace(added=tuple(shown))


def _legible(value: Any) -> bool:
    """Return whether a value can be read as a reference or a list of them."""
    return value is ABSENT or value is None or all(isinstance(item, str) for item in items_of(value))


def _references(
    field: ReferenceField,
    before: tuple[EntityFile, Any],
    after: tuple[EntityFile, Any],
    names: tuple[Names, Names],
) -> tuple[FieldChange, bool]:
    """Return the change of a reference field, and whether it names the same entities as before."""
    (old, was), (new, now) = before, after
    olds, news = items_of(was), items_of(now)
    if old.project == new.project or KIND_FACTS[field.target].within == "root":
        olds, news = leftovers(olds, news)
    if field.name in BY_PLACE:
        olds, news = (
            _without_implied(field, olds, old, names[0]),
            _without_implied(field, news, new, names[1]),
        )
    removed, added = _unmatched(field.target, (olds, old), (news, new), names)
    change = FieldChange(
        field.name,
        "items" if field.many else "value",
        was,
        now,
        tuple(names[0].shown(field.target, value, old.project) for value in removed),
        tuple(names[1].shown(field.target, value, new.project) for value in added),
    )
    return change, not removed and not added


def _without_implied(field: ReferenceField, values: list[str], file: EntityFile, names: Names) -> list[str]:
    """Return the values that say something else than the folder does."""
    parent = parents(file.kind, file.handle).get(field.name)
    if parent is None or not values:
        return values
    read = any(map(is_id, values))
    of_folder = names.identity(*parent, None, read=read)
    return [
        value for value in values if names.identity(field.target, value, file.project, read=read) != of_folder
    ]


def _unmatched(
    kind: Kind,
    before: tuple[list[str], EntityFile],
    after: tuple[list[str], EntityFile],
    names: tuple[Names, Names],
) -> tuple[list[str], list[str]]:
    """Return the values on either side that name an entity which the other side does not name."""
    (olds, old), (news, new) = before, after
    if not olds or not news:
        return olds, news
    read = any(map(is_id, (*olds, *news)))
    was = [names[0].identity(kind, value, old.project, read=read) for value in olds]
    now = [names[1].identity(kind, value, new.project, read=read) for value in news]
    return unmatched(olds, was, now), unmatched(news, now, was)
