"""The data roots that a folder lies in, by its path alone; git is not asked."""

import os
from collections.abc import Iterator
from pathlib import Path

from qafiles.layout import SETTINGS_FILE


def enclosing_roots(folder: Path) -> Iterator[Path]:
    """Yield the data roots that an absolute folder is or lies in, the innermost first: more than one is a fault."""
    for place in (folder, *folder.parents):
        if os.path.isfile(place / SETTINGS_FILE):  # noqa: PTH113  # pathlib raises for a folder that nobody may look into
            yield place


def enclosing_root(folder: Path) -> Path | None:
    """Return the innermost data root that an absolute folder is or lies in, or None."""
    return next(enclosing_roots(folder), None)
