"""Fields set, added to and taken away, in the text of one entity."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from qafiles.edits.proposal import FileChange, Proposal
from qafiles.edits.proposals.assignments import Assignment
from qafiles.edits.proposals.shared_ids import meant, named, originals
from qafiles.edits.working_tree import content_of
from qafiles.errors import EditRefusedError, UsageError
from qafiles.kinds import SECRET, Kind
from qafiles.layout import LABELS
from qafiles.parsing import parse
from qafiles.parsing.values import same, value_at
from qafiles.references import Reference
from qafiles.snapshot import EntityFile, Snapshot
from qafiles.yaml_text.fields import place_of, reference_lists, sorted_items
from qafiles.yaml_text.plain_changes import with_plain_value


class NotInListError(UsageError):
    """An item that is to be taken out of a list that lacks it."""


def set_fields(snapshot: Snapshot, argument: str, assigned: Iterable[Assignment]) -> Proposal:
    """Return the proposal that changes fields of an entity, and no line that need not change.

    Raises UnknownEntityError, UsageError for a secret and for an item that is not there, and EditRefusedError for a
    text that can't be edited.
    """
    file = named(snapshot, argument)
    refuse_secret(file.kind, file.handle)
    before = content_of(snapshot, file.path)
    try:
        after = with_fields(snapshot, file, before, assigned)
    except EditRefusedError as error:
        raise EditRefusedError(f"{file.path}: {error}. Nothing was written") from error
    return Proposal(f"change {LABELS[file.kind]} {file.handle}", (FileChange(file.path, before, after),))


def refuse_secret(kind: Kind, handle: str) -> None:
    """Raise UsageError for a secret, which is sealed as a whole."""
    if kind == SECRET:
        raise UsageError(
            f"{handle} is a secret, and its file is sealed as a whole: `qafiles secret` writes it, and needs a key"
        )


def with_fields(
    snapshot: Snapshot, file: EntityFile, content: bytes, assigned: Iterable[Assignment]
) -> bytes:
    """Return the bytes of an entity's file with fields changed; `file` says what they hold before.

    Raises UsageError and EditRefusedError.
    """
    known = originals(snapshot)

    def resolve(reference: Reference) -> EntityFile | None:
        return meant(snapshot, reference, known) if file.path in snapshot.files else None

    for pointer, operator, value in assigned:
        plain = with_plain_value(content, pointer, value) if operator == "=" else None
        if plain is not None:
            content = plain
            continue
        from qafiles.yaml_text.changes import with_item, with_value, without  # noqa: PLC0415  # it imports PyYAML

        data = parse(content).data
        current = _at(data, pointer)
        if operator == "=":
            if value is not None:
                items = sorted_items(value) if _is_set(file, pointer) else value
                content = with_value(content, pointer, items, kind=file.kind)
            elif current is not None or _is_null(data, pointer):
                content = without(content, pointer)
            continue
        if current is not None and not isinstance(current, list):
            raise UsageError(f"`{'.'.join(pointer)}` is no list in {file.path}; set the whole field with `=`")
        is_same = partial(_is_same, resolve, file, pointer)
        items, there = value if isinstance(value, list) else [value], current or []
        if operator == "+=":
            new = _new(items, there, is_same)
            in_set = _is_set(file, pointer)
            if new and not there:
                new = sorted_items(new) if in_set else new
                content = with_value(content, pointer, new, kind=file.kind)
                continue
            items = [*there]
            for item in new:
                at = place_of(item, items) if in_set else len(items)
                content = with_item(content, pointer, item, at)
                items.insert(at, item)
            continue
        indices = _numbers(items, there, is_same)
        if len(indices) == len(there):
            content = without(content, pointer)
            continue
        for number in indices:
            content = without(content, (*pointer, number))
    return content


def _is_set(file: EntityFile, pointer: tuple[str, ...]) -> bool:
    """Return whether a field holds references, whose order says nothing."""
    return len(pointer) == 1 and pointer[0] in reference_lists(file.kind, file.declared)


def _new(items: list[Any], there: list[Any], is_same: Callable[[Any, Any], bool]) -> list[Any]:
    """Return the items that a list does not have, each once."""
    new: list[Any] = []
    for item in items:
        if not any(is_same(item, other) for other in [*there, *new]):
            new.append(item)
    return new


def _numbers(items: list[Any], there: list[Any], is_same: Callable[[Any, Any], bool]) -> list[int]:
    """Return the indices of items in a list, the last one first; raises UsageError for an item that it lacks."""
    indices: set[int] = set()
    for item in items:
        at = [number for number, other in enumerate(there) if is_same(item, other)]
        if not at:
            listed = ", ".join(str(other) for other in there) or "nothing"
            raise NotInListError(f"`{item}` is not in the list, which holds {listed}")
        indices.update(at)
    return sorted(indices, reverse=True)


def _is_same(
    resolve: Callable[[Reference], EntityFile | None],
    file: EntityFile,
    pointer: tuple[str, ...],
    one: Any,
    other: Any,
) -> bool:
    """Return whether two items are the same data, or names of the same entity."""
    if same(one, other):
        return True
    field = next((f for f in file.reference_fields if (f.name,) == pointer), None)
    if field is None or not isinstance(one, str) or not isinstance(other, str):
        return False
    entities = [resolve(Reference(file.path, pointer, text, field.target)) for text in (one, other)]
    return entities[0] is not None and entities[0] is entities[1]


def _at(data: Any, pointer: tuple[str, ...]) -> Any:
    try:
        return value_at(data, pointer)
    except (LookupError, TypeError):
        return None


def _is_null(data: Any, pointer: tuple[str, ...]) -> bool:
    parent = _at(data, pointer[:-1])
    return isinstance(parent, dict) and pointer[-1] in parent
