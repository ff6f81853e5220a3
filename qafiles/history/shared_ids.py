"""Ids that several files have, as after `cp`: which of the files carries the history, so that the others are copies."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from qafiles.errors import UnknownEntityError
from qafiles.snapshot import EntityFile, Snapshot
from qafiles.snapshot.shared_ids import shared_id_problem
from qafiles.sources import Source

if TYPE_CHECKING:
    from qafiles.history.history import History
    from qafiles.history.state import State


def settled(snapshot: Snapshot, history: "History | None" = None, *, cached: bool = True) -> Snapshot:
    """Return a snapshot in which an id that several files have means the one that carries the history.

    Where history can't tell which one that is, the id names none of them to `find`. Raises GitError.
    """
    shared = snapshot.shared_ids
    if not shared:
        return snapshot
    from qafiles.history.history import history_of  # noqa: PLC0415  # most ids are those of one file

    known = history if history is not None else history_of(snapshot, cached=cached)
    carriers = {id_: carrier(known, id_, files) for id_, files in shared.items()}
    unclear = None in carriers.values() and known.left_out.is_missing
    return snapshot.replaced(
        carriers={id_: file.path if file is not None else None for id_, file in carriers.items()},
        lacking=known.left_out if unclear else snapshot.lacking,
    )


def carrier(history: "History", id_: str, files: tuple[EntityFile, ...]) -> EntityFile | None:
    """Return the file that carries the history of an id, None where that can't be told."""
    state = history.last.get(id_)
    if state is None or state.path is None or history.missing:
        return None
    committed = {state.path, *dict(state.copies)}
    new = [file for file in files if file.path not in committed]
    own = next((file for file in files if file.path == state.path), None)
    if own is None:
        # It was renamed, and that is not committed.
        return new[0] if len(new) == 1 and is_certain(state) else None
    return own if is_certain(state, {file.path for file in files}) else None


def is_certain(state: "State", among: set[str] | None = None) -> bool:
    """Return whether the files beside an entity's, of those among some paths, came after it: no commit brought both.

    A commit that brought a file in the place of the entity's and others beside it tells them apart by the bytes alone.
    """
    left = {path for path, _ in state.copies if among is None or path in among}
    now: State | None = state
    while left and now is not None:
        left.intersection_update(path for path, _ in now.copies)
        before = next((p for p in now.parents if p is not None and p.path is not None), None)
        if before is not None and now.path != before.path and not _is_certain_rename(now, before, left):
            return False
        now = before
    return not left


def _is_certain_rename(state: "State", before: "State", among: set[str]) -> bool:
    """Return whether none of the files that came with a renamed one, of those among some paths, has the bytes from before too."""
    earlier = {path for path, _ in before.copies}
    new = {path: blob for path, blob in state.copies if path in among and path not in earlier}
    return not new or (state.blob == before.blob and before.blob not in new.values())


def why_not_its_own(history: "History", file: EntityFile, snapshot: Snapshot | None = None) -> str | None:
    """Return why the history of a file's id is not known to be that of the file; None where it is.

    That another file that has the id is not committed is known of a snapshot only.
    """
    state = history.last.get(file.id) if file.id is not None else None
    if state is None or state.path is None:
        return None
    others = snapshot.shared_ids.get(str(file.id), ()) if snapshot is not None else ()
    if others and any(other.path != file.path for other in others):
        carried = carrier(history, str(file.id), others)
        if carried is None:
            listed = " and ".join(other.path for other in others)
            return f"{listed} have the same id, and git can't tell which one is the copy"
        of: str | None = carried.path
    else:
        of = state.path if any(path == file.path for path, _ in state.copies) else None
    if of is None or of == file.path:
        return None
    return f"the history of its id is that of {of}; `qafiles fix` gives the copy an id of its own"


def own_state(history: "History", file: EntityFile, snapshot: Snapshot | None = None) -> "State | None":
    """Return the state of a file after the last commit; None where none holds it, and of a copy."""
    state = history.last.get(file.id) if file.id is not None else None
    alive = state is not None and state.path is not None
    return state if alive and why_not_its_own(history, file, snapshot) is None else None


def notes_on(snapshot: Snapshot, *files: EntityFile) -> Iterator[str]:
    """Yield a sentence about each id of some files that other files have, too."""
    for id_ in dict.fromkeys(file.id for file in files if file.id is not None):
        holders = snapshot.shared_ids.get(id_, ())
        if holders:
            yield shared_id_sentence(id_, [file.path for file in holders], snapshot.carriers.get(id_))


def shared_id_sentence(id_: str, paths: list[str], of: str | None) -> str:
    """Return a sentence about files with one id."""
    which = f"its history is that of {of}" if of is not None else "git can't tell which one is the copy"
    return f"{' and '.join(paths)} have the same id {id_}; {which}, and `qafiles fix` gives a copy an id of its own"


def note_on_history(source: Source, history: "History", id_: str, argument: str) -> str | None:
    """Return a sentence about other files with an id whose history is shown, None where there are none.

    Of files that are not committed only one that the argument names is looked at. Raises UnknownEntityError where an id is
    asked for and history can't tell which file carries it.
    """
    try:
        history.find(argument)
    except UnknownEntityError:
        return _note_on_uncommitted(source, history, id_)
    state = history.last.get(id_)
    if state is None or state.path is None or not state.copies:
        return None
    paths = sorted([state.path, *dict(state.copies)])
    if is_certain(state):
        return shared_id_sentence(id_, paths, state.path)
    if id_.startswith(argument):
        raise UnknownEntityError(shared_id_problem(argument, paths))
    return shared_id_sentence(id_, paths, None)


def _note_on_uncommitted(source: Source, history: "History", id_: str) -> str | None:
    from qafiles.loading.loader import load  # noqa: PLC0415  # the models behind it are needed in this rare case only

    snapshot = settled(load(source), history)
    return next(notes_on(snapshot, snapshot.by_id[id_]), None) if id_ in snapshot.by_id else None
