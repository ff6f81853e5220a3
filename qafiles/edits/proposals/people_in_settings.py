"""Users whom `access` in qafiles.yaml names: they are named anew when they move, and no more when they are removed."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from qafiles.diagnostics import Pointer
from qafiles.edits.working_tree import content_of
from qafiles.kinds import ROLES
from qafiles.layout import SETTINGS_FILE
from qafiles.parsing import Positions
from qafiles.snapshot import EntityFile, Snapshot


def people_named(snapshot: Snapshot) -> Iterator[tuple[Pointer, str]]:
    """Yield where `access` names users, with the handle or id that stands there."""
    access = snapshot.settings.access
    for number, name in enumerate(access.repository_admins):
        yield ("access", "repository_admins", number), name
    for name in access.pgp_keys:
        yield ("access", "pgp_keys", name), name
    for number, rule in enumerate(access.rules):
        for at, name in enumerate(rule.who):
            if name not in ROLES:
                yield ("access", "rules", number, "who", at), name


def moved_people(snapshot: Snapshot, users: Mapping[str, str]) -> Iterator[tuple[Pointer, str]]:
    """Yield where `access` names users by a handle which becomes another, with that."""
    for pointer, name in people_named(snapshot):
        if users.get(name, name) != name and name not in snapshot.by_id:
            yield pointer, users[name]


def places_without(snapshot: Snapshot, removed: Iterable[EntityFile]) -> Iterator[Pointer]:
    """Yield what goes from `access` with removed users, the last items of a list first, so that numbers hold.

    A rule that is for nobody else goes whole: one for nobody is no rule.
    """
    names = {name for file in removed if file.kind == "user" for name in (file.handle, file.id)}
    access = snapshot.settings.access
    for number, rule in reversed([*enumerate(access.rules)]):
        pointer: Pointer = ("access", "rules", number)
        if {*rule.who} <= names - {*ROLES}:
            yield pointer
        else:
            yield from _items((*pointer, "who"), rule.who, names - {*ROLES})
    yield from _items(("access", "repository_admins"), access.repository_admins, names)
    keys = [name for name in access.pgp_keys if name in names]
    if keys and len(keys) == len(access.pgp_keys):
        yield ("access", "pgp_keys")
    else:
        yield from (("access", "pgp_keys", name) for name in keys)


def _items(pointer: Pointer, listed: Sequence[str], names: Collection[str | None]) -> Iterator[Pointer]:
    return ((*pointer, at) for at in reversed(range(len(listed))) if listed[at] in names)


def lines_naming(snapshot: Snapshot, removed: Iterable[EntityFile]) -> list[str]:
    """Return where `access` names removed users, as `qafiles.yaml:LINE: access.FIELD`."""
    places = [*places_without(snapshot, removed)]
    positions = Positions(content_of(snapshot, SETTINGS_FILE)) if places else None
    if positions is None:
        return []
    spans = ((positions.span(pointer).line, ".".join(map(str, pointer[:2]))) for pointer in places)
    return [f"{SETTINGS_FILE}:{line}: {field}" for line, field in sorted(spans)]
