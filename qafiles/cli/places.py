"""Paths on the command line and in messages, relative to where the user stands."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from qafiles.snapshot import Snapshot
    from qafiles.sources import FolderSource


def folder_source(folder: Path) -> "FolderSource":
    """Return the working tree of the data root at or above a folder; raises as `open_source` does."""
    from qafiles.errors import UsageError
    from qafiles.sources import FolderSource
    from qafiles.sources.data_root import open_source

    source = open_source(folder)
    if not isinstance(source, FolderSource):
        raise UsageError("files are written in a working tree only")
    return source


def below(root: Path, paths: "Iterable[Path]") -> list[str] | None:
    """Return PATH arguments relative to the data root, None for none. Raises UsageError where nothing of it is there."""
    from qafiles.errors import UsageError
    from qafiles.layout import nearest

    top = root.resolve()
    relative_paths = []
    for path in paths:
        place = Path.cwd() / path
        wanted = place.parent.resolve() / place.name if path.name not in {"", ".."} else place.resolve()
        if not os.path.lexists(wanted):
            beside = [other.name for other in place.parent.glob("*")]
            near = nearest(place.name, beside)
            hint = (
                f"did you mean `{path.parent / near}`?"
                if near
                else f"name files or folders of the data root {root}"
            )
            raise UsageError(f"`{path}` is not there; {hint}")
        if wanted != top and not wanted.is_relative_to(top):
            raise UsageError(f"`{path}` is no file of the data root {root}")
        relative_paths.append(wanted.relative_to(top).as_posix())
    return relative_paths or None


@contextmanager
def writing(place: Path) -> Iterator[None]:
    """Return a context in which files are written at or below a place; raises QafilesError for what the disk does not allow."""
    from qafiles.errors import QafilesError

    try:
        yield
    except OSError as error:
        if not os.path.isdir(os.curdir):  # noqa: PTH112  # it may be gone
            raise
        raise QafilesError(
            f"{error.filename or place} can't be written: {error.strerror}; name another place"
        ) from error


def refuse_empty(places: "Iterable[str] | None", checked: "Iterable[str]") -> None:
    """Raise UsageError for a place below the data root that none of the paths of entities and settings lies at."""
    from qafiles.errors import UsageError
    from qafiles.layout import SETTINGS_FILE
    from qafiles.sops_files.config import CONFIG_FILE

    known = [*checked, SETTINGS_FILE, CONFIG_FILE] if places else []
    for place in places or ():
        if place != "." and not any(path == place or path.startswith(f"{place}/") for path in known):
            raise UsageError(
                f"`{place}` holds no entity of the data root; entities are .yaml files below {_folders()}"
            )


def _folders() -> str:
    from qafiles.layout import ENTITY_FOLDERS

    *first, last = (f"{folder}/" for folder in ENTITY_FOLDERS)
    return f"{', '.join(first)} and {last}"


def checked_paths(snapshot: "Snapshot") -> list[str]:
    """Return the paths at which something is checked: those of entities, and of findings such as misplaced files."""
    return [*snapshot.files, *(item.path for item in snapshot.diagnostics)]


def shown(root: Path, path: str) -> str:
    """Return a path of the data root as one line of text, relative to the current folder."""
    return next(shown_all(root, [path]))


def shown_all(root: Path, paths: "Iterable[str]") -> "Iterator[str]":
    """Yield what `shown` returns for each of many paths."""
    from qafiles.render.escape import escape

    base = os.path.relpath(root)
    leads_down = not base.startswith(os.pardir)
    prefix = "" if base == os.curdir else base + os.sep
    for path in paths:
        place = prefix + path if leads_down else os.path.relpath(root / path)
        yield escape(place.replace(os.sep, "/"))
