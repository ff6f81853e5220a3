"""The data that states hold, read from their blobs."""

from collections.abc import Iterable, Mapping
from typing import Any

from qafiles.history.facts import digest_of
from qafiles.history.history import History
from qafiles.history.states import State
from qafiles.parsing import MAX_SIZE, parse

Data = Mapping[str, Any]


def data_of(history: History, states: Iterable[State | None]) -> dict[str, Data | None]:
    """Return the data of some states by blob; None where a file is not legible or its object is missing."""
    blobs = [*dict.fromkeys(state.blob for state in states if state is not None and state.blob is not None)]
    if history.repository is None:
        return {}
    contents = history.repository.blobs(blobs, MAX_SIZE + 1)
    return {blob: _data(content) for blob, content in zip(blobs, contents, strict=True)}


def _data(content: bytes | None) -> Data | None:
    data = parse(content).data if content is not None else None
    return data if isinstance(data, dict) else None


def same(one: Any, other: Any) -> bool:
    """Return whether two values are equal as data: `1` is neither `1.0` nor `true`."""
    return one.__class__ is other.__class__ and (one == other) and digest_of(one) == digest_of(other)


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
