"""Where the data roots of a workspace are."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from qafiles.layout import SETTINGS_FILE
from qafiles.sources.enclosing import enclosing_roots

_DEPTH: Final = 6
_FOLDERS: Final = 20_000
"""How deep and how many folders are looked into for a data root; one below is found when a file of it is opened."""

_SKIPPED: Final = frozenset({"node_modules", "__pycache__", "vendor", "venv"})


def root_of(path: Path) -> Path | None:
    """Return the outermost data root that a path lies in, or None; one inside another is that one's finding."""
    return next(reversed([*enclosing_roots(path.parent)]), None)


def roots_in(folder: Path, most: int = _FOLDERS) -> list[Path]:
    """Return the data root that a folder lies in, or those below it, in so many folders at most."""
    around = root_of(folder / SETTINGS_FILE)
    return [around] if around is not None else [*_below(folder, most)]


def _below(top: Path, most: int) -> Iterator[Path]:
    depth = len(top.parts)
    for number, (name, folders, files) in enumerate(os.walk(top)):
        if SETTINGS_FILE in files:
            yield Path(name)
            folders.clear()
        elif len(Path(name).parts) - depth >= _DEPTH or number > most:
            folders.clear()
        folders[:] = sorted(item for item in folders if not item.startswith(".") and item not in _SKIPPED)
