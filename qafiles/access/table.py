"""Who may change what in the whole of a data root: rights by place and kind, those that are alike in one row."""

from collections.abc import Iterator
from typing import NamedTuple

from qafiles.access.answers import rights
from qafiles.access.policy import Policy
from qafiles.access.target import Spelling, spelling
from qafiles.kinds import KIND_FACTS, Kind
from qafiles.layout import PROJECT_KINDS, SETTINGS_FILE, TOP_KINDS, path_for
from qafiles.snapshot import Snapshot

_OTHERS = "all other files"
_NEW = "a-new-one"
"""The name of an entity that is not there: what may be done in a folder is asked of it."""


class TableRow(NamedTuple):
    """What a user may do to entities of some kinds in a project or organization, `repository` for what belongs to neither."""

    place: str
    kinds: tuple[str, ...]
    user: str
    operations: tuple[str, ...]
    why: str


class _Asked(NamedTuple):
    snapshot: Snapshot
    policy: Policy
    known: Spelling


def rights_table(snapshot: Snapshot, policy: Policy) -> Iterator[TableRow]:
    """Yield who may do what: in the repository, in each organization and in each project."""
    asked = _Asked(snapshot, policy, spelling(snapshot.entries))
    yield from _rows(asked, "repository", {kind: path_for(kind, _NEW) for kind in sorted(TOP_KINDS)})
    yield from _rows(asked, "repository", {}, {_OTHERS: SETTINGS_FILE})
    for organization in snapshot.of_kind("organization"):
        handle = organization.handle
        members = path_for("member", f"{handle}/{_NEW}")
        projects = path_for("project", f"{handle}/{_NEW}")
        paths: dict[Kind, str] = {"organization": organization.path, "member": members, "project": projects}
        yield from _rows(asked, handle, paths)
    for project in snapshot.of_kind("project"):
        within = {
            kind: path_for(kind, f"{project.handle}/{_NEW}") for kind in KIND_FACTS if kind in PROJECT_KINDS
        }
        yield from _rows(asked, project.handle, within)


def _rows(
    asked: _Asked, place: str, paths: dict[Kind, str], others: dict[str, str] | None = None
) -> Iterator[TableRow]:
    named = {KIND_FACTS[kind].plural.lower(): path for kind, path in paths.items()} | (others or {})
    alike: dict[tuple[str, tuple[str, ...], str], list[str]] = {}
    for label, path in named.items():
        for right in rights(asked.snapshot, asked.policy, path, known=asked.known):
            alike.setdefault((right.user, right.operations, right.why), []).append(label)
    for (user, operations, why), labels in sorted(alike.items(), key=lambda item: (item[1], item[0])):
        yield TableRow(place, tuple(labels), user, operations, why)
