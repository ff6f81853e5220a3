"""Finding an entity at a revision by a name that it has at another time."""

from pathlib import Path

from qafiles.errors import AmbiguousNameError, QafilesError, UnknownEntityError, UnreadEntityError
from qafiles.history.history import History, history_of
from qafiles.layout import Place, classify, name_part, nearest
from qafiles.snapshot import EntityFile, Snapshot
from qafiles.snapshot.naming import kind_and_handle
from qafiles.snapshot.unread import entity_named
from qafiles.sources import Source
from qafiles.sources.data_root import open_source


def find_id(source: Source, history: History, argument: str) -> str:
    """Return the id of the entity that an argument names in the history of a source or, not committed yet, in itself.

    Raises UnknownEntityError.
    """
    try:
        return history.find(argument)
    except UnknownEntityError as error:
        from qafiles.loading.loader import load  # noqa: PLC0415  # the models behind it are needed in this rare case only

        try:
            file = entity_named(load(source), argument)
        except (AmbiguousNameError, UnreadEntityError):
            raise
        except UnknownEntityError as now:
            return _formerly_named(history, argument, error, now)
        if file.id is None:
            raise UnknownEntityError(f"{file.path} has no legible id, by which history follows it") from None
        return file.id


def _formerly_named(
    history: History, argument: str, error: UnknownEntityError, now: UnknownEntityError
) -> str:
    """Return the id of the only entity of the past that the last parts of a handle name.

    Without one, it raises the error of the history with the nearest name, of the present or of the past; where not even the
    kind is one, it raises the error of the present.
    """
    ids = history.named(argument, shortened=True)
    if not ids and "is no kind of entity" in str(now):
        raise now
    if not ids:
        near = _nearest_of_the_past(history, argument)
        _, _, hint = str(now).partition("; did you mean ")
        raise type(error)(
            f"{error}; did you mean {hint or f'`{near}`?'}" if hint or near else str(error)
        ) from None
    if len(ids) > 1:
        listed = ", ".join(sorted(ids)[:5])
        raise AmbiguousNameError(
            f"`{argument}` named more than one entity: {listed}; give one of these ids"
        ) from None
    return ids[0]


def _nearest_of_the_past(history: History, argument: str) -> str | None:
    """Return the nearest handle, or path, that an entity has had."""
    kind, handle = kind_and_handle(argument)
    places = {path: classify(path) for id_ in history.states for path in _paths(history, id_)}
    handles = [
        place.handle for place in places.values() if isinstance(place, Place) and kind in {None, place.kind}
    ]
    last = {name_part(name): name for name in handles}
    return (
        nearest(handle, handles)
        or (nearest(argument, [*places]) if argument.endswith((".yaml", ".yml")) else None)
        or last.get(nearest(name_part(handle), [*last]) or "")
    )


def _paths(history: History, id_: str) -> set[str]:
    return {state.path for state in history.states[id_] if state.path is not None}


def find_in(snapshot: Snapshot, argument: str, folder: str | Path = ".") -> EntityFile:
    """Return the entity of a revision that an argument names there or, by its id, at another time.

    `folder` is where the present data root is looked for. Raises UnknownEntityError.
    """
    try:
        return entity_named(snapshot, argument)
    except UnknownEntityError as error:
        if snapshot.source.revision is None:
            raise
        id_, lacking = _id_now(argument, folder)
        if id_ is not None and id_ in snapshot.by_id and snapshot.carriers.get(id_, "") is not None:
            return snapshot.by_id[id_]
        if lacking is None or isinstance(error, UnreadEntityError):
            raise
        raise UnreadEntityError(f"{error} ({lacking})") from None


def _id_now(argument: str, folder: str | Path) -> tuple[str | None, str | None]:
    """Return the id of the entity that an argument names in the whole history, and what git lacks of that."""
    try:
        history = history_of(open_source(folder))
    except QafilesError:
        return None, None
    lacking = "; ".join(history.left_out.sentences) if history.left_out.is_missing else None
    try:
        return history.find(argument), lacking
    except QafilesError:
        return None, lacking
