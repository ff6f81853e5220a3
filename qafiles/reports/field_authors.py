"""The commits that fields come from, for many entities at once."""

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Any

from qafiles.git.log import LoggedCommit
from qafiles.history import History, State
from qafiles.history.state_data import Data, ancestors, data_of
from qafiles.parsing.values import ABSENT
from qafiles.snapshot.field_changes import same_field


def commits_of_fields(
    history: History,
    wanted: Mapping[str, Collection[str]],
    present: Mapping[str, Mapping[str, Any]] = MappingProxyType({}),
) -> dict[tuple[str, str], LoggedCommit]:
    """Return the commit that gave an entity's field the value that it has, by id and name of the field.

    Fields that are absent have the commit that took them away or made the entity. Entities without history, and those
    that are deleted, are left out; so are fields of which `present` holds another value, which is not committed. All are
    read from git in one go.
    """
    last = {id_: state for id_ in wanted if (state := history.last.get(id_)) and state.path is not None}
    data_by_blob = data_of(history, (state for tip in last.values() for state in ancestors(tip)))
    return {
        (id_, name): _origin(state, name, data_by_blob)
        for id_, state in last.items()
        for name in wanted[id_]
        if id_ not in present or _same_in(present[id_], data_by_blob.get(state.blob or "") or {}, name)
    }


def _origin(state: State, name: str, data_by_blob: Mapping[str, Data | None]) -> LoggedCommit:
    while True:
        source = next(
            (
                parent
                for parent in state.parents
                if parent is not None and parent.path is not None and _same(state, parent, name, data_by_blob)
            ),
            None,
        )
        if source is None:
            return state.commit
        state = source


def _same(one: State, other: State, name: str, data_by_blob: Mapping[str, Data | None]) -> bool:
    if one.blob == other.blob:
        return True
    data, old = data_by_blob.get(one.blob or ""), data_by_blob.get(other.blob or "")
    if data is None or old is None:
        return False
    return _same_in(data, old, name)


def _same_in(one: Mapping[str, Any], other: Mapping[str, Any], name: str) -> bool:
    return same_field(name, one.get(name, ABSENT), other.get(name, ABSENT))
