"""Finding an entity at a revision by a name that it has at another time."""

from pathlib import Path

from qafiles.errors import QafilesError, UnknownEntityError, UnreadEntityError
from qafiles.history.history import History, history_of
from qafiles.snapshot import EntityFile, Snapshot
from qafiles.snapshot.unread import found
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
            file = found(load(source), argument)
        except UnreadEntityError:
            raise
        except UnknownEntityError:
            raise error from None
        if file.id is None:
            raise UnknownEntityError(f"{file.path} has no legible id, by which history follows it") from None
        return file.id


def find_in(snapshot: Snapshot, argument: str, folder: str | Path = ".") -> EntityFile:
    """Return the entity of a revision that an argument names there or, by its id, at another time.

    `folder` is where the present data root is looked for. Raises UnknownEntityError.
    """
    try:
        return found(snapshot, argument)
    except UnknownEntityError:
        if snapshot.source.revision is None:
            raise
        id_ = _id_now(argument, folder)
        if id_ is None or id_ not in snapshot.by_id:
            raise
        return snapshot.by_id[id_]


def _id_now(argument: str, folder: str | Path) -> str | None:
    """Return the id of the entity that an argument names in the whole history."""
    try:
        return history_of(open_source(folder)).find(argument)
    except QafilesError:
        return None
