"""Who gave each value of an entity: per field, per key of a mapping and per item of a list."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from qafiles.diagnostics import Pointer
from qafiles.git.log import LoggedCommit
from qafiles.history.comparisons import Comparisons
from qafiles.history.history import History
from qafiles.history.state import State
from qafiles.history.state_data import Data, ancestors, data_of, is_secret
from qafiles.history.values_of_states import Leaf, ValuesOfStates, walk


@dataclass(frozen=True, slots=True)
class BlamedValue:
    """A value of an entity with the commit that it comes from, None while it is not committed.

    `known` is False where git lacks the commits or contents that could tell. `value` of a secret is None.
    """

    pointer: Pointer
    value: Any
    commit: LoggedCommit | None
    known: bool = True


def blame(history: History, id_: str, data: Data | None = None) -> tuple[BlamedValue, ...]:
    """Return the values of an entity in the order of its file, each with the commit that last changed it.

    `data` is what a file holds that may not be committed; without it, the last commit's data is taken. An item of a list
    stays the same when it only changes its place, and a reference when it is only written in another way. Of a file that
    can't be read there are no values.
    """
    state = history.last.get(id_)
    alive = state if state is not None and state.path is not None else None
    states = ancestors(alive) if alive is not None else []
    data_by_blob = data_of(history, states)
    if data is None:
        data = (data_by_blob.get(alive.blob or "") if alive is not None else None) or {}
    if not data:
        return ()
    secret = "sops" in data or any(is_secret(item) for item in history.states.get(id_, ()))
    values = ValuesOfStates(Comparisons(history, states, data_by_blob), secret=secret)
    return tuple(
        _blamed(history, alive, leaf, None if hidden else value, values)
        for leaf, value, hidden in _shown(data, secret=secret)
    )


def _blamed(
    history: History,
    state: State | None,
    shown: tuple[Pointer, Leaf],
    value: Any,
    values: ValuesOfStates,
) -> BlamedValue:
    pointer, leaf = shown
    place = values.first(state, leaf, value) if state is not None else None
    if state is None or place is None:
        lost = history.missing or (state is not None and not values.knows(state))
        return BlamedValue(pointer, value, None, not (lost or history.unreadable))
    while True:
        before = values.before(state, place)
        if before is None:
            known = state.commit.name not in history.shallow and not history.missing
            known = known and all(p is None or p.blob is None or values.knows(p) for p in state.parents)
            return BlamedValue(pointer, value, state.commit, known)
        state, place = before


def _shown(data: Data, *, secret: bool) -> Iterator[tuple[tuple[Pointer, Leaf], Any, bool]]:
    for pointer, leaf, value in walk(data, (), secret=secret):
        yield (pointer, leaf), value, secret and pointer == ("secret_value",)
