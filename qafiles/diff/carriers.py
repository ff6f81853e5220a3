"""Which of several files with one id carries the history of it, in each of two states."""

from collections.abc import Collection, Mapping

from qafiles.diff.sides import Side
from qafiles.history.history import history_of
from qafiles.history.shared_ids import carrier


def carriers(side: Side, ids: Collection[str]) -> Mapping[str, str]:
    """Return the path of the file that each of some ids means in a state; of an id none where history can't tell, or the file is the same in both."""
    history = history_of(side.source)
    known = {id_: history.last[id_].path for id_ in ids if id_ in history.last}
    # Of two sources only those files are read that differ.
    unread = {entry.path for entry in side.source.entries()} - {*side.files} if known else set()
    originals = {
        id_: carrier(history, id_, tuple(file for file in side.files.values() if file.id == id_))
        for id_, path in known.items()
        if path not in unread
    }
    return {id_: file.path for id_, file in originals.items() if file is not None}
