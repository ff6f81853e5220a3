"""The data that states hold, read from their blobs."""

from collections.abc import Iterable, Mapping
from typing import Any

from qafiles.history.history import History
from qafiles.history.state import State
from qafiles.layout import Place, classify
from qafiles.parsing import MAX_SECRET_SIZE, parse
from qafiles.snapshot.unread import entity_named
from qafiles.sources import Source, SourceEntry

Data = Mapping[str, Any]


def data_of(history: History, states: Iterable[State | None]) -> dict[str, Data | None]:
    """Return the data of some states by blob, None where a file is not legible.

    Those whose content git lacks are not among them, and noted in `history.lost`.
    """
    blobs = [*dict.fromkeys(state.blob for state in states if state is not None and state.blob is not None)]
    if history.repository is None:
        return {}
    contents = history.repository.blobs(blobs, MAX_SECRET_SIZE + 1)
    content_by_blob = dict(zip(blobs, contents, strict=True))
    history.lost.update(blob for blob, content in content_by_blob.items() if content is None)
    return {blob: _data(content) for blob, content in content_by_blob.items() if content is not None}


def _data(content: bytes | None) -> Data | None:
    data = parse(content, MAX_SECRET_SIZE).data if content is not None else None
    return data if isinstance(data, dict) else None


def is_secret(state: State) -> bool:
    """Return whether a state's file lies where secrets do."""
    place = classify(state.path) if state.path is not None else None
    return isinstance(place, Place) and place.is_secret


def ancestors(state: State) -> list[State]:
    """Return a state and all from which it came."""
    seen: dict[int, State] = {}
    waiting = [state]
    while waiting:
        item = waiting.pop()
        if id(item) not in seen:
            seen[id(item)] = item
            waiting += [parent for parent in item.parents if parent is not None]
    return [*seen.values()]


def present_data(source: Source, history: History, id_: str) -> Data | None:
    """Return what the working tree or the index holds of an entity; None where that is what the last commit holds.

    Raises UnknownEntityError for an entity that is deleted there.
    """
    if source.revision is not None:
        entries: list[SourceEntry] = []
    else:
        state = history.last.get(id_)
        entries = [entry for entry in source.entries() if state is not None and entry.path == state.path]
    for content in source.read(entries):
        data = _data(content) if isinstance(content, bytes) else None
        if data is not None and data.get("id") == id_:
            return data
    if source.revision is not None and id_ in history.last and history.last[id_].path is not None:
        return None
    from qafiles.loading.loader import load  # noqa: PLC0415  # the models behind it are needed in this rare case only

    return entity_named(load(source), id_).data
