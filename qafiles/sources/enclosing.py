"""The data roots that a folder lies in, by its path alone; git is not asked."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from qafiles.layout import SETTINGS_FILE


def enclosing_roots(folder: Path) -> Iterator[Path]:
    """Yield the data roots that an absolute folder is or lies in, the innermost first: more than one is a fault."""
    for place in (folder, *folder.parents):
        if os.path.isfile(place / SETTINGS_FILE):  # noqa: PTH113  # pathlib raises for a folder that nobody may look into
            yield place


def existing(folder: Path) -> Path:
    """Return an absolute folder, or the nearest one above it that is on the disk, as where a sparse checkout leaves it out."""
    return next((place for place in (folder, *folder.parents) if os.path.isdir(place)), folder)  # noqa: PTH112  # as above


def misnamed_settings(folder: Path) -> Path | None:
    """Return the file in an absolute folder or above it that was probably meant to be the settings of a data root, or None."""
    for place in (folder, *folder.parents):
        try:
            names = sorted(os.listdir(place))  # noqa: PTH208  # as above
        except OSError:
            continue
        misnamed = next((name for name in names if is_misnamed(name)), None)
        if misnamed is not None:
            return place / misnamed
    return None


def is_misnamed(name: str) -> bool:
    """Return whether a name is that of the settings but for its ending, a letter's case, a dot in front or an `s`."""
    stem = name.lower().removeprefix(".").removesuffix(".txt")
    return name != SETTINGS_FILE and stem in {"qafiles.yaml", "qafiles.yml", "qafile.yaml", "qafile.yml"}


def folder_of(folder: Path, paths: Iterable[Path]) -> Path:
    """Return the folder to look for the data root in: itself, or that of the first path where it lies in none and the path does.

    Paths are relative to the current folder, as on the command line.
    """
    if enclosing_root(folder.absolute()) is not None:
        return folder
    for path in paths:
        place = Path.cwd() / path
        place = place.resolve() if ".." in place.parts else place
        start = place if place.is_dir() else place.parent
        if enclosing_root(start) is not None:
            return start
    return folder


def enclosing_root(folder: Path) -> Path | None:
    """Return the innermost data root that an absolute folder is or lies in, or None."""
    return next(enclosing_roots(folder), None)
