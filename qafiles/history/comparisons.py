"""The fields that commits changed, compared for what they mean, as `diff` compares two states of a data root."""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from qafiles.history.history import History
from qafiles.history.names_at import Lookup, NamesAt, lookups
from qafiles.history.state import State
from qafiles.history.state_data import Data, is_secret
from qafiles.kinds import SECRET_FIELDS
from qafiles.layout import Place, classify
from qafiles.parsing.values import ABSENT, same
from qafiles.snapshot import EntityFile
from qafiles.snapshot.entity_changes import fields
from qafiles.snapshot.field_changes import FieldChange


class Comparisons:
    """The data of states side by side; what their references named is read from git once for all states."""

    def __init__(
        self, history: History, states: Iterable[State], data_by_blob: Mapping[str, Data | None]
    ) -> None:
        self.data_by_blob = data_by_blob
        self.names = NamesAt(history)
        self.declared = history.declared
        self.names.prepare(self._lookups(states))

    def data(self, state: State) -> Data | None:
        """Return what a state's file says, None where it can't be read."""
        return (self.data_by_blob.get(state.blob) if state.blob is not None else None) or None

    def fields(self, state: State) -> tuple[FieldChange, ...]:
        """Return the fields that a commit changed: those that differ from every parent that has the entity."""
        changes: tuple[FieldChange, ...] = ()
        for number, (commit, parent) in enumerate(_parents(state)):
            new, old = self.file(state), self.file(parent)
            names = self.names.at(commit), self.names.at(state.commit.name)
            changed, _ = fields(old, new, names) if old is not None and new is not None else ((), ())
            changed_names = {item.name for item in changed}
            changes = (
                changed if number == 0 else tuple(item for item in changes if item.name in changed_names)
            )
        return tuple(item for item in changes if not is_secret(state) or item.name in SECRET_FIELDS)

    def file(self, state: State) -> EntityFile | None:
        """Return the entity as a state's file says it, None where that can't be read."""
        place, data = classify(state.path) if state.path is not None else None, self.data(state)
        if not isinstance(place, Place) or data is None:
            return None
        return EntityFile(
            str(state.path),
            place.kind,
            place.handle,
            state.id,
            MappingProxyType({**data}),
            declared=self.declared,
        )

    def _lookups(self, states: Iterable[State]) -> Iterator[Lookup]:
        """Yield what has to be known of the states: of fields that hold other references, or words in another project."""
        for state in states:
            new = self.file(state)
            for commit, parent in _parents(state):
                old = self.file(parent)
                if old is None or new is None:
                    continue
                for side, name in ((old, commit), (new, state.commit.name)):
                    yield from lookups(name, side, _doubtful(old, new, side))


def _doubtful(old: EntityFile, new: EntityFile, side: EntityFile) -> Mapping[str, Any]:
    """Return the reference fields of one of two files that may name other entities than those of the other."""
    return {
        field.name: side.data.get(field.name)
        for field in new.reference_fields
        if old.project != new.project
        or not same(old.data.get(field.name, ABSENT), new.data.get(field.name, ABSENT))
    }


def _parents(state: State) -> Iterator[tuple[str, State]]:
    """Yield the parents of a state's commit that have the entity, each with the entity's state there."""
    for name, parent in zip(state.commit.parents, state.parents, strict=False):
        if parent is not None and parent.path is not None:
            yield name, parent
