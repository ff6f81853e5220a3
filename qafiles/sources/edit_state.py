"""Where the edits of one data root keep their lock and their journal, and whether one of them is not over."""

import os
import sys
from pathlib import Path
from typing import Final, NamedTuple

from qafiles.cache.digests import sha256
from qafiles.cache.surroundings import variable

BESIDE: Final = ".qafiles"
"""The folder of a data root for what has to lie on its file system."""

JOURNAL: Final = "journal"
"""The name of the journal of an edit that is being written."""


class EditState(NamedTuple):
    """Where the edits of one data root keep their lock, which the whole working tree shares, and their journal."""

    lock: Path
    folder: Path

    @property
    def journal(self) -> Path:
        """The place of the journal."""
        return self.folder / JOURNAL


def state_of(root: Path, git_dir: Path | None, relative: str = ".") -> EditState:
    """Return where edits of a data root keep their state; `relative` is the root's path from the top of git's tree."""
    if git_dir is not None:
        base = git_dir / "qafiles"
        return EditState(base / "lock", base / _digest(relative))
    base = _user_state() / "qafiles" / _digest(os.path.realpath(root))
    beside = root / BESIDE
    is_foreign = os.path.lexists(beside) and (beside.is_symlink() or not beside.is_dir())
    return EditState(base / "lock", base if is_foreign else beside)


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogateescape")).hex()[:16]


def _user_state() -> Path:
    # https://specifications.freedesktop.org/basedir-spec/latest/ and its counterpart on Windows
    named = variable("LOCALAPPDATA" if sys.platform == "win32" else "XDG_STATE_HOME") or ""
    home = Path(os.path.expanduser("~"))  # noqa: PTH111  # pathlib raises where there is no home
    places = [Path(named), home / ".local" / "state"]
    import tempfile  # noqa: PLC0415  # slow to import, and seldom needed

    return next((place for place in places if place.is_absolute()), Path(tempfile.gettempdir()))


def unfinished(state: EditState) -> bool:
    """Return whether an edit was interrupted here, or is being written at this moment."""
    return os.path.lexists(state.journal)
