"""The same fields changed in many entities, or other ones in each, as one proposal."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from qafiles.declared_fields import DeclaredFields
from qafiles.edits.proposal import FileChange, Proposal
from qafiles.edits.proposals.assignments import Assignment, assigned
from qafiles.edits.proposals.set import NotInListError, refuse_secret, with_fields
from qafiles.edits.proposals.shared_ids import named
from qafiles.edits.proposals.words import Group
from qafiles.edits.working_tree import content_of
from qafiles.errors import EditRefusedError, UsageError
from qafiles.kinds import SECRET, Kind
from qafiles.layout import KINDS, LABELS
from qafiles.parsing import Positions, parse
from qafiles.snapshot import EntityFile, Snapshot
from qafiles.snapshot.records import known_fields

MAX_CHANGES: Final = 64 * 1024 * 1024
"""Bytes that a file of changes may have."""

_NAME: Final = re.compile(r"[\w-]+(?<!-)")


def kind_of(declared: DeclaredFields, conditions: Sequence[str], fields: Sequence[str]) -> Kind:
    """Return the one kind that has the fields of all conditions and assignments. Raises UsageError where several have."""
    names = [match.group() for text in (*conditions, *fields) if (match := _NAME.match(text))]
    by_kind = {kind: {*known_fields(kind, declared)} for kind in KINDS if kind != SECRET}
    known = {name for fields_of_kind in by_kind.values() for name in fields_of_kind}
    own = {name for name in names if name in known or not name.startswith("x-")}
    kinds = [kind for kind, fields_of_kind in by_kind.items() if own <= fields_of_kind]
    if len(kinds) == 1:
        return kinds[0]
    which = f"one of {', '.join(kinds)}" if kinds else "since no kind has all of these fields"
    raise UsageError(f"write the kind in front, {which}: `qafiles set KIND --where FIELD=VALUE FIELD=VALUE`")


def changes_in(content: bytes, name: str) -> tuple[Group, ...]:
    """Return what a file of changes says: a mapping in YAML or JSON of `ENTITY: {FIELD: VALUE, "tags+=": [ITEM]}`.

    The value null takes a field away. `name` is what messages call the file. Raises UsageError with line and column.
    """
    parsed = parse(content, MAX_CHANGES)
    for refusal in parsed.refusals:
        span = refusal.span
        hint = f"; {refusal.hint}" if refusal.hint else ""
        raise UsageError(f"{name}:{span.line}:{span.column}: {refusal.message}{hint}")
    positions = Positions(content)
    shape = "write `ENTITY: {FIELD: VALUE}`, a mapping of fields for each entity"
    if not isinstance(parsed.data, dict):
        raise UsageError(f"{name}:1:1: this is no mapping of changes; {shape}")
    groups = []
    for entity, fields in parsed.data.items():
        if not isinstance(fields, dict) or not fields:
            span = positions.span((entity,), "key")
            raise UsageError(f"{name}:{span.line}:{span.column}: `{entity}` has no fields; {shape}")
        groups.append(Group((entity,), _from_file(positions, name, entity, fields)))
    return tuple(groups)


def _from_file(
    positions: Positions, name: str, entity: str, fields: Mapping[str, Any]
) -> Callable[[Kind, DeclaredFields], Sequence[Assignment]]:
    def typed(kind: Kind, declared: DeclaredFields) -> Sequence[Assignment]:
        changes: list[Assignment] = []
        for field, value in fields.items():
            try:
                changes += assigned({field: value}, kind, declared)
            except UsageError as error:
                span = positions.span((entity, field), "key")
                raise UsageError(f"{name}:{span.line}:{span.column}: {error}") from None
        return changes

    return typed


def set_several(snapshot: Snapshot, groups: Iterable[Group]) -> Proposal:
    """Return the proposal that changes fields of all entities of some groups, and no line that need not change.

    An entity that stands in several groups is changed by each. Of a `-=` for more than one entity, items that only some of
    them have are passed over in the others. Raises as `set_fields` does.
    """
    files: dict[str, EntityFile] = {}
    before: dict[str, bytes] = {}
    after: dict[str, bytes] = {}
    notes: list[str] = []
    for group in groups:
        notes += group.notes
        entities = [named(snapshot, entity) for entity in group.entities]
        by_kind = {}
        for file in entities:
            refuse_secret(file.kind, file.handle)
            if file.kind not in by_kind:
                by_kind[file.kind] = tuple(group.assigned(file.kind, snapshot.settings.fields))
            if file.path not in files:
                files[file.path] = file
                before[file.path] = after[file.path] = content_of(snapshot, file.path)
        _apply(snapshot, {file.path: file for file in entities}, by_kind, after)
    changes = tuple(FileChange(path, before[path], after[path]) for path in files)
    return Proposal(f"change {_called([*files.values()])}", changes, notes=tuple(notes))


def _apply(
    snapshot: Snapshot,
    files: Mapping[str, EntityFile],
    by_kind: Mapping[Kind, Sequence[Assignment]],
    contents: dict[str, bytes],
) -> None:
    """Change the contents of the files of one group."""
    lacking: dict[tuple[str, ...], UsageError] = {}
    applied: set[tuple[str, ...]] = set()
    for path, file in files.items():
        for change in by_kind[file.kind]:
            for step in _steps(change) if len(files) > 1 else [change]:
                key = (*step.pointer, str(step.value))
                try:
                    contents[path] = with_fields(snapshot, file, contents[path], [step])
                    applied.add(key)
                except NotInListError as error:
                    lacking.setdefault(key, UsageError(f"{path}: {error}"))
                    if len(files) == 1:
                        raise lacking[key] from None
                except EditRefusedError as error:
                    raise EditRefusedError(f"{path}: {error}. Nothing was written") from error
    for key, lack in lacking.items():
        if key not in applied:
            raise lack


def _steps(change: Assignment) -> list[Assignment]:
    if change.operator != "-=" or not isinstance(change.value, list):
        return [change]
    return [change._replace(value=[item]) for item in change.value]


def _called(files: list[EntityFile]) -> str:
    if len(files) == 1:
        return f"{LABELS[files[0].kind]} {files[0].handle}"
    kinds = {file.kind for file in files}
    label = LABELS[next(iter(kinds))] if len(kinds) == 1 else "entities"
    return f"{len(files)} {label if len(kinds) > 1 else f'{label}s'}"
