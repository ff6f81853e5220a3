"""The journal of an edit that is being written: what it changes and where its bytes wait, for whoever comes next.

It lies in git's own folder, where it belongs to one working tree and travels with it; without git in the data root's
`.qafiles`, which is there while an edit is written. Linked working trees have journals of their own, since they share no
files.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any, Final, NamedTuple

from qafiles.atomic_write import write_atomically
from qafiles.sources.edit_state import JOURNAL, EditState

_VERSION: Final = 1


class Step(NamedTuple):
    """One file of an edit: its path, and the SHA-256 of its bytes before and after, None where there is no file."""

    path: str
    before: str | None
    after: str | None


class Journal(NamedTuple):
    """An edit between its decision and its end.

    `staged` is the name of the folder in which the file `N.new` or `N.old` of each step waits. `commits` says that the edit ends
    with a commit on top of `head` (None for the first one), without which it counts as not made. `afterwards` are lines to
    tell when it is finished.
    """

    title: str
    staged: str
    steps: tuple[Step, ...]
    commits: bool
    head: str | None = None
    afterwards: tuple[str, ...] = ()


def read_journal(state: EditState) -> Journal | None:
    """Return the journal, None when there is none; raises ValueError when it is not one of this version."""
    try:
        text = state.journal.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    try:
        data: Any = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError("it is damaged") from error
    if not isinstance(data, dict) or data.pop("version", None) != _VERSION:
        raise ValueError("another release of qafiles wrote it")
    try:
        steps = tuple(Step(*step) for step in data.pop("steps"))
        afterwards = tuple(map(str, data.pop("afterwards", ())))
        return Journal(steps=steps, afterwards=afterwards, **data)
    except (KeyError, TypeError) as error:
        raise ValueError("it is damaged") from error


def unwritten(folder: Path) -> Path:
    """Return where in a folder for state a journal lies that is not written to its end."""
    return folder / f"{JOURNAL}.new"


def write_journal(state: EditState, journal: Journal) -> None:
    """Write the journal so that it is there as a whole or not at all, also after a loss of power; raises OSError."""
    data = {"version": _VERSION, **journal._asdict()}
    write_atomically(state.journal, json.dumps(data).encode(), part=unwritten(state.folder), sync=True)
    sync_folder(state.folder)


def remove_journal(state: EditState) -> None:
    """Remove the journal, with which an edit ends; raises OSError."""
    state.journal.unlink(missing_ok=True)
    sync_folder(state.folder)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder permanent, where the system can do so."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
