"""States that seem to be deletions, and are files that nobody can read: conflict markers, a pointer of Git LFS, nothing at all."""

from collections.abc import Iterable
from typing import Final

from qafiles.git import GitRepository, MissingObjectsError
from qafiles.history.history import History
from qafiles.history.state import State
from qafiles.parsing import MAX_SECRET_SIZE, parse
from qafiles.parsing.ids import legible_id

_MOST: Final = 2_000
"""Deletions that are looked at: each costs git a walk through the folders of its commit."""


def unread_states(history: History, states: Iterable[State]) -> frozenset[State]:
    """Return those of some states without a file whose path holds a file, after the commit, that has no legible id."""
    repository = history.repository
    earlier_places = [
        (state, path) for state in states for path in [_path_before(state)] if path is not None
    ][-_MOST:]
    if repository is None or not earlier_places:
        return frozenset()
    asked = [
        (state, f"{root}/{path}" if root else path)
        for state, path in earlier_places
        for root in history.roots or ("",)
        if "\n" not in path
    ]
    names = [f"{state.commit.name}:{path}" for state, path in asked]
    contents = repository.blobs(names, MAX_SECRET_SIZE + 1)
    return frozenset(
        state
        for (state, path), content in zip(asked, contents, strict=True)
        if (_is_illegible(content) if content is not None else _is_lost(history, repository, state, path))
    )


def _is_illegible(content: bytes) -> bool:
    return legible_id(parse(content, MAX_SECRET_SIZE).data, content) is None


def _is_lost(history: History, repository: GitRepository, state: State, path: str) -> bool:
    """Return whether a commit holds a file whose content git lacks."""
    try:
        return bool(history.missing) and bool(repository.paths_in(state.commit.name, [path]))
    except MissingObjectsError:
        return True


def _path_before(state: State) -> str | None:
    """Return the path that a state without a file had before; None for another state."""
    if state.path is not None:
        return None
    return next((p.path for p in state.parents if p is not None and p.path is not None), None)
