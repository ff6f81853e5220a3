"""Who gave each value of an entity: per field, per key of a mapping and per item of a list."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from qafiles.diagnostics import Pointer
from qafiles.git.log import LoggedCommit
from qafiles.history.facts import digest_of
from qafiles.history.history import History
from qafiles.history.state import State
from qafiles.history.state_data import Data, ancestors, data_of, is_secret
from qafiles.kinds import SECRET_FIELDS


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
    stays the same when it only changes its place. Of a file that can't be read there are no values.
    """
    state = history.last.get(id_)
    alive = state if state is not None and state.path is not None else None
    data_by_blob = data_of(history, ancestors(alive)) if alive is not None else {}
    if data is None:
        data = (data_by_blob.get(alive.blob or "") if alive is not None else None) or {}
    if not data:
        return ()
    secret = "sops" in data or any(is_secret(item) for item in history.states.get(id_, ()))
    texts = {blob: {*_leaves(file_data or {}, secret=secret)} for blob, file_data in data_by_blob.items()}
    return tuple(
        _blamed(history, alive, leaf, None if hidden else value, texts)
        for leaf, value, hidden in _shown(data, secret=secret)
    )


Leaf = tuple[Pointer, str, int | None]
"""A value: its pointer (of the list, for an item), its digest, and for an item how many equal ones stand before it."""


def _blamed(
    history: History,
    state: State | None,
    shown: tuple[Pointer, Leaf],
    value: Any,
    texts: Mapping[str, set[Leaf]],
) -> BlamedValue:
    pointer, leaf = shown
    if state is None or leaf not in texts.get(state.blob or "", ()):
        lost = history.missing or (state is not None and state.blob not in texts)
        return BlamedValue(pointer, value, None, not (lost or history.unreadable))
    while True:
        source = next(
            (p for p in state.parents if p is not None and leaf in texts.get(p.blob or "", ())), None
        )
        if source is None:
            known = state.commit.name not in history.shallow and not history.missing
            known = known and all(p is None or p.blob is None or p.blob in texts for p in state.parents)
            return BlamedValue(pointer, value, state.commit, known)
        state = source


def _shown(data: Data, *, secret: bool) -> Iterator[tuple[tuple[Pointer, Leaf], Any, bool]]:
    for pointer, leaf, value in _walk(data, (), secret=secret):
        yield (pointer, leaf), value, secret and pointer == ("secret_value",)


def _leaves(data: Data, *, secret: bool) -> Iterator[Leaf]:
    for _, leaf, _ in _walk(data, (), secret=secret):
        yield leaf


def _walk(value: Any, pointer: Pointer, *, secret: bool) -> Iterator[tuple[Pointer, Leaf, Any]]:
    if isinstance(value, Mapping) and value:
        for key, item in value.items():
            own = (*pointer, key)
            if secret and not pointer and key not in SECRET_FIELDS:
                continue
            if secret and own == ("secret_value",):
                # Each encryption gives another text, so that the version tells whether the value is another.
                yield own, (own, digest_of(value.get("version")), None), item
            else:
                yield from _walk(item, own, secret=secret)
    elif isinstance(value, list) and value:
        seen: dict[str, int] = {}
        for index, item in enumerate(value):
            text = digest_of(item)
            number = seen.get(text, 0)
            seen[text] = number + 1
            yield (*pointer, index), (pointer, text, number), item
    else:
        yield pointer, (pointer, digest_of(value), None), value
