"""New entities: from their fields, or as a copy of another one with an id of its own."""

from collections.abc import Collection, Iterable
from types import MappingProxyType
from typing import Any, Final

from qafiles.declared_fields import DeclaredFields
from qafiles.edits.proposal import FileChange, Proposal
from qafiles.edits.proposals.assignments import Assignment
from qafiles.edits.proposals.handles import full_handle, refuse_bad_names
from qafiles.edits.proposals.set import refuse_secret, with_fields
from qafiles.edits.proposals.shared_ids import named
from qafiles.edits.working_tree import content_of, is_free
from qafiles.errors import EditRefusedError, UsageError
from qafiles.kinds import KIND_FACTS, Kind
from qafiles.layout import LABELS, nearest, path_for
from qafiles.models.new_id import new_id
from qafiles.models.stored import required_fields
from qafiles.parsing import parse
from qafiles.references import BY_PLACE, parents
from qafiles.schema.at_pointer import only_choices_at
from qafiles.schema.declared_words import choice_texts, either
from qafiles.schema.stored import schema_of
from qafiles.snapshot import EntityFile, Snapshot
from qafiles.yaml_text.new_text import new_text

_NOT_COPIED = ("created_at", "updated_at", "version")
"""What belongs to the history of the original."""


_MOST_LISTED: Final = 5


def create(
    snapshot: Snapshot,
    kind: Kind,
    handle: str,
    assigned: Iterable[Assignment] = (),
    *,
    original: str | None = None,
) -> Proposal:
    """Return the proposal that makes an entity with a fresh id; `original` names one of its kind that is copied.

    Raises UnknownEntityError, UsageError for a bad handle, a missing field and a secret, and EditRefusedError where a
    file is in the way.
    """
    source = named(snapshot, original) if original is not None else None
    refuse_secret(kind, handle)
    if source is not None and source.kind != kind:
        raise UsageError(
            f"{source.handle} is a {LABELS[source.kind]}; only a {LABELS[kind]} can be copied to a {LABELS[kind]}"
        )
    handle = full_handle(snapshot, kind, handle, source.project if source is not None else None)
    refuse_bad_names(snapshot, handle)
    _refuse_without_parent(snapshot, kind, handle)
    path = path_for(kind, handle)
    if not is_free(snapshot, path):
        raise EditRefusedError(
            f"{path} is there already; `qafiles set {handle} …` changes it. Nothing was written"
        )
    assigned = [*assigned]
    if source is None:
        content = _text(kind, handle, path, assigned, snapshot.settings.fields)
    else:
        content = _copy(snapshot, source, handle, path, assigned)
    return Proposal(f"add {LABELS[kind]} {handle}", (FileChange(path, None, content),))


def _refuse_without_parent(snapshot: Snapshot, kind: Kind, handle: str) -> None:
    """Raise UsageError where the project or the organization that a new entity lies in is not there."""
    parent = KIND_FACTS[kind].within
    if parent == "root":
        return
    name = "/".join(handle.split("/")[: 2 if parent == "project" else 1])
    if (parent, name) in snapshot.by_handle:
        return
    known = [file.handle for file in snapshot.of_kind(parent)]
    ending = [one for one in known if one.rpartition("/")[2] == handle.partition("/")[0]]
    if parent == "project" and len(ending) == 1:
        raise UsageError(
            f"there is no project `{name}`; did you mean `{ending[0].rpartition('/')[0]}/{handle}`?"
        )
    near = nearest(name, known)
    more = f" and {len(known) - _MOST_LISTED} more" if len(known) > _MOST_LISTED else ""
    listed = f"; there are {', '.join(known[:_MOST_LISTED])}{more}" if known else ""
    hint = f"did you mean `{near}`?" if near else f"`qafiles new {parent} {name} …` makes it{listed}"
    raise UsageError(f"there is no {parent} `{name}`; {hint}")


def _refuse_missing(kind: Kind, handle: str, given: Collection[str], declared: DeclaredFields) -> None:
    """Raise UsageError where a required field is missing, with how to give it and what it may be."""
    needed = (field.name for field in declared.of(kind).values() if field.required)
    missing = [name for name in required_fields(kind) if name != "id" and name not in given] + [
        name for name in needed if name not in given
    ]
    if missing:
        shown = " ".join(f"{name}=…" for name in missing)
        schema = schema_of(kind, declared)
        allowed = {name: choice_texts(only_choices_at(schema, (name,))) for name in missing}
        choices = "".join(f"; {name} is {either(texts)}" for name, texts in allowed.items() if texts)
        raise UsageError(
            f"a {LABELS[kind]} needs {', '.join(missing)}; add `{shown}` behind {handle}{choices}"
        )


def _text(kind: Kind, handle: str, path: str, assigned: list[Assignment], declared: DeclaredFields) -> bytes:
    given = {item.pointer[0] for item in assigned if item.value is not None}
    _refuse_missing(kind, handle, given, declared)
    data: dict[str, Any] = {"id": new_id()}
    for pointer, operator, value in assigned:
        if operator == "-=":
            raise UsageError(f"`{'.'.join(pointer)}-=` takes items away, and a new entity has none")
        mapping = data
        for part in pointer[:-1]:
            mapping = mapping.setdefault(part, {})
            if not isinstance(mapping, dict):
                raise UsageError(f"`{'.'.join(pointer)}` lies in a field that is no mapping")
        if value is not None:
            earlier = mapping.get(pointer[-1], ()) if operator == "+=" else ()
            mapping[pointer[-1]] = [*earlier, *value] if operator == "+=" else value
    try:
        return new_text(kind, data, declared)
    except EditRefusedError as error:
        raise EditRefusedError(f"{path}: {error}. Nothing was written") from error


def _copy(
    snapshot: Snapshot, source: EntityFile, handle: str, path: str, assigned: list[Assignment]
) -> bytes:
    from qafiles.yaml_text.changes import with_value, without  # noqa: PLC0415  # it imports PyYAML, and few entities are copied

    content = content_of(snapshot, source.path)
    given = {*source.data, *(item.pointer[0] for item in assigned)}
    _refuse_missing(source.kind, handle, given, source.declared)
    try:
        content = with_value(content, ("id",), new_id(), kind=source.kind)
        for name in _NOT_COPIED:
            if name in source.data:
                content = without(content, (name,))
        for name in BY_PLACE & source.data.keys():
            content = _with_parent(snapshot, source, handle, content, name)
        data = MappingProxyType(parse(content).data)
        copy = EntityFile(path, source.kind, handle, None, data, declared=source.declared)
        return with_fields(snapshot, copy, content, assigned)
    except EditRefusedError as error:
        raise EditRefusedError(f"{source.path}: {error}. Nothing was written") from error


def _with_parent(snapshot: Snapshot, source: EntityFile, handle: str, content: bytes, name: str) -> bytes:
    """Return a copy's text with the project or organization that its own folder says, in the form of the original."""
    place = parents(source.kind, handle).get(name)
    parent = snapshot.by_handle.get(place) if place is not None else None
    old = source.data[name]
    if parent is None or not isinstance(old, str):
        return content
    from qafiles.yaml_text.changes import with_value  # noqa: PLC0415  # as above

    value = parent.id if snapshot.is_id(old) else parent.handle
    return content if value is None else with_value(content, (name,), value)
