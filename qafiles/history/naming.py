"""Finding an entity at a revision by a name that it has at another time."""

from pathlib import Path

from qafiles.errors import AmbiguousNameError, QafilesError, UnknownEntityError, UnreadEntityError
from qafiles.history.history import History, history_of
from qafiles.snapshot import EntityFile, Snapshot
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
        except UnknownEntityError:
            return _formerly_named(history, argument, error)
        if file.id is None:
            raise UnknownEntityError(f"{file.path} has no legible id, by which history follows it") from None
        return file.id


def _formerly_named(history: History, argument: str, error: UnknownEntityError) -> str:
    """Return the id of the only entity of the past that the last parts of a handle name; raises the error without one."""
    ids = history.named(argument, shortened=True)
    if not ids:
        raise error from None
    if len(ids) > 1:
        listed = ", ".join(sorted(ids)[:5])
        raise AmbiguousNameError(
            f"`{argument}` named more than one entity: {listed}; give one of these ids"
        ) from None
    return ids[0]


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
