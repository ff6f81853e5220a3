"""The operations that a set of raw changes comes to: renames by id, fields, keys and recipients of secrets."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from qafiles.access.entity_data import NO_FILE, UNREADABLE, EntityData, changed_fields
from qafiles.access.matrix import Operation
from qafiles.access.policy import Policy
from qafiles.access.target import Spelling, Target, placed, target_of
from qafiles.git.changes_between import RawChange
from qafiles.kinds import SECRET
from qafiles.references import BY_PLACE

_USER: Final = "user"
_PROJECT: Final = "/project.yaml"


class PathChange(NamedTuple):
    """What happens at one path: the operations, each of which somebody must be allowed; `source` is the path of a renamed file."""

    path: str
    operations: tuple[Operation, ...]
    source: str | None = None

    @property
    def what(self) -> str:
        """The operation in one word."""
        return self.operations[0].name


Modes = tuple[str | None, str | None]


class Reading(NamedTuple):
    """What is known to read raw changes by: what each path with its modes means, and of which kinds the contents decide."""

    targets: Mapping[tuple[str, Modes], Target]
    fields_of_kinds: frozenset[str | None]
    plain: Mapping[tuple[str, Modes], PathChange]
    """What a change of a file comes to whose content decides nothing."""


def reading(policies: Iterable[Policy], known: Spelling, changes: Iterable[RawChange]) -> Reading:
    """Return what changes are read by: of the kinds that a rule of some policies names fields of, all files are read."""
    kinds: set[str | None] = set()
    for policy in policies:
        for rule in policy.settings.rules:
            if rule.fields:
                kinds.update(rule.kinds or (None,))
    # A path is often changed by several commits.
    places = dict.fromkeys((change.path, change.modes) for change in changes)
    clashes = known.clashes(dict.fromkeys(path for path, _ in places))
    projects = {path for path, (_, after) in places if path.endswith(_PROJECT) and after is not None}
    targets = {
        (path, modes): placed(target_of(path, modes, clashes.get(path)), known, projects)
        for path, modes in places
    }
    plain = {
        (path, modes): PathChange(path, (Operation("change", target, None),))
        for (path, modes), target in targets.items()
        if None not in modes and not _decides(target, kinds)
    }
    return Reading(targets, frozenset(kinds), plain)


def _decides(target: Target, kinds: Collection[str | None]) -> bool:
    """Return whether the content of a file decides, given the kinds of which a rule names fields."""
    return target.kind in {_USER, SECRET} or None in kinds or target.kind in kinds


def blobs_of(changes: Sequence[RawChange], how: Reading) -> Iterator[tuple[str | None, str | None]]:
    """Yield the contents before and after, by blob, that decide about some changes."""
    if all((change.path, change.modes) in how.plain for change in changes):
        return
    moves = any(change.old is None for change in changes) and any(change.new is None for change in changes)
    for change in changes:
        target = how.targets[change.path, change.modes]
        if target.kind is None:
            continue
        is_changed = change.old is not None and change.new is not None
        if _decides(target, how.fields_of_kinds) or (moves and not is_changed):
            yield (
                change.old.blob if change.old is not None and change.old.mode != "160000" else None,
                change.new.blob if change.new is not None and change.new.mode != "160000" else None,
            )


def path_changes(
    changes: Sequence[RawChange], data: Mapping[str, EntityData], how: Reading
) -> list[PathChange]:
    """Return what happens at each path, given the data of the blobs that `blobs_of` names."""
    plain = [how.plain.get((change.path, change.modes)) for change in changes]
    if None not in plain:
        return [each for each in plain if each is not None]
    targets = {change.path: how.targets[change.path, change.modes] for change in changes}
    renamed = _renames(changes, targets, data)
    sources = {*renamed.values()}
    by_path = {change.path: change for change in changes}
    result = []
    for change in changes:
        if change.path in sources:
            continue
        source = renamed.get(change.path)
        old = by_path[source].old if source is not None else change.old
        before, after = _data(data, old), _data(data, change.new)
        target = targets[change.path]
        if source is not None:
            operations = [*_renamed(targets[source], target, before, after)]
        else:
            operations = [*_in_place(change, target, before, after)]
        result.append(PathChange(change.path, tuple(operations), source))
    return result


def _data(data: Mapping[str, EntityData], entry: object) -> EntityData:
    blob = getattr(entry, "blob", None)
    return NO_FILE if blob is None else data.get(blob, UNREADABLE)


def _renames(
    changes: Sequence[RawChange], targets: Mapping[str, Target], data: Mapping[str, EntityData]
) -> dict[str, str]:
    """Return the path that each renamed file had before: the deleted one with the same kind and id."""
    deleted: dict[tuple[str, str], list[str]] = {}
    for change in changes:
        kind = targets[change.path].kind
        if change.new is None and kind is not None and (id_ := _data(data, change.old).id) is not None:
            deleted.setdefault((kind, id_), []).append(change.path)
    renamed: dict[str, str] = {}
    for change in changes:
        kind = targets[change.path].kind
        if change.old is None and kind is not None and (id_ := _data(data, change.new).id) is not None:
            sources = deleted.get((kind, id_), [])
            if sources:
                renamed[change.path] = sources.pop()
    return renamed


def _renamed(source: Target, target: Target, before: EntityData, after: EntityData) -> Iterator[Operation]:
    yield Operation("rename", target, frozenset(), _recipients(target, after))
    yield Operation("rename", source, frozenset(), _recipients(source, before))
    fields = changed_fields(before, after)
    if fields is None or fields - BY_PLACE:
        yield from _changed(target, before, after, None if fields is None else fields - BY_PLACE)


def _in_place(
    change: RawChange, target: Target, before: EntityData, after: EntityData
) -> Iterator[Operation]:
    if change.old is None:
        adds_keys = target.kind == _USER and after.keys != frozenset()
        fields = frozenset(after.fields) if after.fields is not None else None
        yield Operation("create", target, fields, _recipients(target, after), adds_keys)
    elif change.new is None:
        yield Operation("delete", target, frozenset(), _recipients(target, before))
    else:
        yield from _changed(target, before, after, changed_fields(before, after))


def _changed(
    target: Target, before: EntityData, after: EntityData, fields: frozenset[str] | None
) -> Iterator[Operation]:
    """Yield a change for each field: different people may make them."""
    recipients = (*_recipients(target, before), *_recipients(target, after))
    if target.kind == _USER:
        recipients = (
            None
            if after.own_recipients is None
            else after.own_recipients - (before.own_recipients or frozenset()),
        )
    adds_keys = target.kind == _USER and (
        before.keys is None or after.keys is None or not after.keys <= before.keys
    )
    if not fields:
        yield Operation("change", target, fields, recipients, adds_keys)
        return
    for field in sorted(fields):
        is_keys = adds_keys and field == "signing_keys"
        yield Operation("change", target, frozenset({field}), recipients, is_keys)


def _recipients(target: Target, data: EntityData) -> tuple[frozenset[str] | None, ...]:
    return (data.recipients,) if target.kind == SECRET else ()
