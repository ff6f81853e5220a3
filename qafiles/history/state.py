"""What an entity is after a commit, and what all of them are."""

from collections.abc import Mapping
from typing import NamedTuple

from qafiles.git.log import LoggedCommit

Files = dict[str, str]
"""Blobs by path, relative to the data root."""


class State(NamedTuple):
    """An entity after a commit: its path relative to the data root, blob and digest of its data; None when it is deleted.

    `parents` are the states in the commit's parents, None where the entity did not exist yet. `copies` are other files
    with the same id, which an error of the data lets stand. `version` counts the first-parent commits that changed the
    data, and `updated` is the commit that the data comes from. Of an entity that had one blob only, the digest is that.
    """

    id: str
    commit: LoggedCommit
    path: str | None
    blob: str | None
    digest: str | None
    copies: tuple[tuple[str, str], ...]
    parents: "tuple[State | None, ...]"
    version: int
    updated: LoggedCommit

    # As a tuple it would be compared with all states before it.
    def __eq__(self, other: object) -> bool:
        """Return whether this is the same state."""
        return self is other

    def __ne__(self, other: object) -> bool:
        """Return the opposite, for which a tuple has an answer of its own."""
        return self is not other

    def __hash__(self) -> int:
        """Return a number that only this state has."""
        return id(self)

    def __repr__(self) -> str:
        """Return the state without those before it."""
        return f"State(id={self.id!r}, commit={self.commit.name!r}, path={self.path!r})"

    @property
    def is_change(self) -> bool:
        """Whether the commit itself changed the entity: its path or bytes differ from those in every parent."""
        own = (self.path, self.blob)
        return all(
            own != ((p.path, p.blob) if p is not None else (None, None)) for p in self.parents or (None,)
        )

    @property
    def before(self) -> "State | None":
        """The state in the first parent, None where the entity did not exist."""
        parent = self.parents[0] if self.parents else None
        return parent if parent is not None and parent.path is not None else None


class Tip:
    """The states of all entities after one commit: a few of its own over many that it shares with others."""

    __slots__ = ("active", "below", "own", "present")

    def __init__(
        self, below: Mapping[str, State], own: dict[str, State], present: frozenset[str], active: str
    ) -> None:
        self.below = below
        self.own = own
        self.present = present
        self.active = active

    def get(self, id_: str) -> State | None:
        """Return the state of an entity, None where it never existed."""
        return self.own.get(id_) or self.below.get(id_)

    def fork(self) -> "Tip":
        """Return another one that is the same until either changes."""
        if len(self.own) > 1000 + len(self.below) // 8:
            self.below = {**self.below, **self.own}
            self.own = {}
        return Tip(self.below, dict(self.own), self.present, self.active)

    def all(self) -> dict[str, State]:
        """Return the states of all entities that ever existed."""
        return {**self.below, **self.own}


def files_of(state: State | None) -> Files:
    """Return the files that have an entity's id, copies included."""
    if state is None or state.path is None or state.blob is None:
        return {}
    return {state.path: state.blob, **dict(state.copies)}
