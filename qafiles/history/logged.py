"""The commits that changed an entity, with the fields that each changed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from qafiles.git.log import LoggedCommit
from qafiles.history.ancestry import Ancestry
from qafiles.history.comparisons import Comparisons
from qafiles.history.history import History
from qafiles.history.lacking_states import unread_states
from qafiles.history.state import State
from qafiles.history.state_data import data_of, is_secret
from qafiles.kinds import Kind
from qafiles.layout import Place, classify
from qafiles.snapshot.field_changes import FieldChange, SecretNote, secret_note
from qafiles.sops_files.access import NOBODY, gained, lost, shares_in
from qafiles.sops_files.recipients import Recipient


@dataclass(frozen=True, slots=True)
class LogEntry:
    """A commit that changed an entity, and how: any of created, deleted, restored, renamed, moved, changed, reformatted.

    `path` is the file after the commit, None where that is gone, and `old_path` the one before where it was another. In
    a clone that lacks what was before, a commit can only tell that the entity was there: `held`. `illegible` says on which sides of a
    change the file can't be read, so that no fields can be compared. `gained` are the recipients who came to read a secret by
    it, all of them where it is new, and `lost` those who no longer do.
    """

    commit: LoggedCommit
    what: tuple[str, ...]
    path: str | None
    old_path: str | None
    kind: Kind | None
    handle: str | None
    old_handle: str | None
    fields: tuple[FieldChange, ...] = ()
    copies: tuple[str, ...] = ()
    illegible: tuple[Literal["before", "after"], ...] = ()
    gained: tuple[Recipient, ...] = ()
    lost: tuple[Recipient, ...] = ()

    @property
    def secret(self) -> SecretNote | None:
        """What happened to the ciphertext of a secret; None when nothing did."""
        return secret_note(
            {item.name for item in self.fields if item.form == "secret" or item.name == "version"}
        )


def entity_log(history: History, id_: str) -> tuple[LogEntry, ...]:
    """Return the commits that changed an entity, newest first; none for an id that no commit has held."""
    return entity_logs(history, [id_])[id_]


def entity_logs(history: History, ids: Iterable[str]) -> dict[str, tuple[LogEntry, ...]]:
    """Return the commits that changed each of some entities, newest first; git is asked once for all of them."""
    changes = {
        id_: [state for state in history.states.get(id_, ()) if state.is_change] for id_ in dict.fromkeys(ids)
    }
    # Of what a commit brings, no field is compared with another.
    compared = [state for states in changes.values() for state in states if _origin(state) is not None]
    secrets = [state for states in changes.values() for state in states if is_secret(state)]
    data_by_blob = data_of(
        history, [*(item for state in compared for item in (state, *state.parents)), *secrets]
    )
    seen = Comparisons(history, [state for state in compared if _may_differ(state)], data_by_blob)
    ancestry = Ancestry(history.commits)
    unread = unread_states(history, (state for states in changes.values() for state in states))
    return {
        id_: tuple(
            _unread_entry(state, unread)
            or _entry(
                history, state, seen, existed_before=_existed_before(state, history.states[id_], ancestry)
            )
            for state in reversed(states)
        )
        for id_, states in changes.items()
    }


def _existed_before(state: State, states: Sequence[State], ancestry: Ancestry) -> bool:
    """Return whether a commit that brings an entity has an ancestor that held it, as of one that was deleted."""
    if _origin(state) is not None:
        return True
    if any(parent is not None for parent in state.parents):
        return True
    # A branch on which it was deleted may have been merged into one that never had it.
    earlier = {other.commit.name for other in states if other is not state and other.path is not None}
    return bool(earlier) and not earlier.isdisjoint(ancestry.of(state.commit))


def _unread_entry(state: State, unread: frozenset[State]) -> LogEntry | None:
    """Return the entry of a commit after which, or before which, the file was there and could not be read; None for another."""
    parent = next((parent for parent in state.parents if parent in unread), None)
    if state not in unread and (parent is None or state.path is None or _origin(state) is not None):
        return None
    before = _origin(state) if state in unread else None if parent is None else _origin(parent)
    old_path = before.path if before is not None else None
    path = state.path or old_path
    place, old_place = _place(path), _place(old_path)
    has_moved = old_path is not None and path != old_path
    return LogEntry(
        state.commit,
        ("moved", "changed") if has_moved else ("changed",),
        path,
        old_path if has_moved else None,
        place.kind if place is not None else None,
        place.handle if place is not None else None,
        old_place.handle if has_moved and old_place is not None else None,
        copies=tuple(copy for copy, _ in state.copies),
        illegible=("after",) if state in unread else ("before",),
    )


def _entry(history: History, state: State, seen: Comparisons, *, existed_before: bool) -> LogEntry:
    before = _origin(state)
    illegible = _illegible(state, before, seen)
    fields = seen.fields(state) if _may_differ(state) and not illegible else ()
    place, old_place = _place(state.path), _place(before.path if before is not None else None)
    moved = before is not None and state.path is not None and before.path != state.path
    return LogEntry(
        state.commit,
        _what(history, state, before, differs=bool(fields or illegible), existed_before=existed_before),
        state.path,
        before.path if before is not None and before.path != state.path else None,
        (place or old_place).kind if (place or old_place) is not None else None,  # type: ignore[union-attr]
        place.handle if place is not None else None,
        old_place.handle if old_place is not None and (moved or state.path is None) else None,
        fields,
        tuple(path for path, _ in state.copies),
        illegible,
        *(_readers(state, before, seen) if is_secret(state) and not illegible else ()),
    )


def _readers(
    state: State, before: State | None, seen: Comparisons
) -> tuple[tuple[Recipient, ...], tuple[Recipient, ...]]:
    """Return who came to read a secret by a commit, and who no longer does."""
    was = shares_in(seen.data(before)) if before is not None else NOBODY
    now = shares_in(seen.data(state))
    return gained(was, now), lost(was, now)


def _illegible(
    state: State, before: State | None, seen: Comparisons
) -> tuple[Literal["before", "after"], ...]:
    if state.path is None or before is None or before.digest == state.digest:
        return ()
    sides: tuple[tuple[Literal["before", "after"], State | None], ...] = (
        ("before", before),
        ("after", state),
    )
    return tuple(name for name, side in sides if side is not None and seen.data(side) is None)


def _may_differ(state: State) -> bool:
    """Return whether the data of a state may be other than before it: in another project the same words may name others."""
    before = _origin(state)
    if state.path is None or before is None or before.path is None:
        return False
    return before.digest != state.digest or before.path.split("/")[:4] != state.path.split("/")[:4]


def _place(path: str | None) -> Place | None:
    place = classify(path) if path is not None else None
    return place if isinstance(place, Place) else None


def _origin(state: State) -> State | None:
    """Return the state that a commit changed: of a merge the one in the first parent that has the entity."""
    return next((parent for parent in state.parents if parent is not None and parent.path is not None), None)


def _what(
    history: History, state: State, before: State | None, *, differs: bool, existed_before: bool
) -> tuple[str, ...]:
    if state.path is None:
        return ("deleted",)
    if before is None or before.path is None:
        if state.commit.name in history.shallow | history.vague:
            return ("held",)
        return ("restored",) if existed_before else ("created",)
    words = []
    if before.path != state.path:
        folders = before.path.rpartition("/")[0], state.path.rpartition("/")[0]
        words.append("renamed" if folders[0] == folders[1] else "moved")
    if differs:
        words.append("changed")
    elif before.blob != state.blob:
        words.append("reformatted")
    return tuple(words)
