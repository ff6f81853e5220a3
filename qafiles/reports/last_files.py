"""Entities as they are, or were when they were removed."""

from collections.abc import Collection
from types import MappingProxyType

from qafiles.history import History
from qafiles.history.state_data import data_of
from qafiles.layout import Place, classify
from qafiles.snapshot import EntityFile, Snapshot


def last_files(snapshot: Snapshot, history: History, ids: Collection[str]) -> dict[str, EntityFile]:
    """Return the entities with some ids as a snapshot has them, and those that it lacks as the last commit had them.

    What can't be read is an entity without fields.
    """
    files = {id_: snapshot.by_id[id_] for id_ in ids if id_ in snapshot.by_id}
    states = {
        id_: next((state for state in reversed(history.states.get(id_, ())) if state.path is not None), None)
        for id_ in ids
        if id_ not in files
    }
    data_by_blob = data_of(history, states.values())
    for id_, state in states.items():
        place = classify(state.path or "") if state is not None else None
        if state is not None and isinstance(place, Place):
            data = data_by_blob.get(state.blob or "") or {}
            files[id_] = EntityFile(
                str(state.path),
                place.kind,
                place.handle,
                id_,
                MappingProxyType({**data}),
                bool(data),
                declared=snapshot.settings.fields,
            )
    return files
