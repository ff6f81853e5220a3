"""What others do to a data root on disk, for editors that do not watch files: noticed by looking again and again."""

import os
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from qafiles.errors import GitError
from qafiles.git import find_repository
from qafiles.layout import ENTITY_FOLDERS, SETTINGS_FILE

_IGNORED: Final = ".gitignore"
RACY: Final = 2 * 10**9
"""Nanoseconds within which two changes may have the same time stamp, on the coarsest of file systems."""
_EACH: Final = 1.0
_SHARE: Final = 50


def pause_after(seconds: float) -> float:
    """Return how many seconds to wait after a look that took so long: it costs next to nothing, however large the data is."""
    return max(_EACH, _SHARE * seconds)


class Signature(NamedTuple):
    """What changes about a file or a folder on disk when somebody writes it."""

    modified: int
    changed: int
    size: int
    inode: int


def signature(path: str) -> Signature | None:
    """Return the signature of what lies at a path, or None where nothing does that can be looked at."""
    try:
        status = os.lstat(path)
    except OSError:
        return None
    return Signature(status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino)


class Outside:
    """A data root on disk, as it was when it was last looked at."""

    def __init__(self, folder: Path) -> None:
        self._root = os.fspath(folder)
        self._folders: dict[str, Signature | None] = {}
        self._files: dict[str, Signature | None] = {}
        self._looked_at = 0

    def look(self, known: Mapping[str, Signature | None]) -> bool:
        """Return whether something was made, deleted or written since the last look, or since files had known signatures.

        Folders are read again only where they changed, so that a look costs one `lstat` for each file and folder.
        """
        if not self._files:
            self._files = dict.fromkeys(self._settings(), None)
        began = time.time_ns()
        files = {path: signature(path) for path in self._files}
        folders = self._folders_now(files)
        differs = (files, folders) != (self._files, self._folders)
        self._files, self._folders, self._looked_at = files, folders, began
        # Any file will do: all are read again, in the order of their paths.
        return differs or any(
            signature(f"{self._root}{os.sep}{path}") != before for path, before in known.items()
        )

    def _settings(self) -> Iterator[str]:
        """Yield the files outside the tree that say what belongs to it."""
        yield os.path.join(self._root, SETTINGS_FILE)  # noqa: PTH118  # a name of a file, not a path to be walked
        try:
            repository = find_repository(Path(self._root))
        except GitError:
            repository = None
        if repository is None:
            yield os.path.join(self._root, _IGNORED)  # noqa: PTH118  # as above
            return
        # A checkout, a commit and an addition are written into the index; a switch to the same commit into HEAD alone.
        yield from (os.fspath(repository.git_dir / name) for name in ("HEAD", "index"))
        yield os.fspath(repository.common_dir / "info" / "exclude")
        place = Path(self._root)
        for folder in (place, *place.parents):
            yield os.fspath(folder / _IGNORED)
            if folder == repository.top:
                break

    def _folders_now(self, files: dict[str, Signature | None]) -> dict[str, Signature | None]:
        """Return the signatures of the folders of the tree, and add what is ignored in them to the files."""
        now: dict[str, Signature | None] = {}
        left = [f"{self._root}{os.sep}{name}" for name in ENTITY_FOLDERS]
        inside: dict[str, list[str]] = {}
        for path in self._folders:
            inside.setdefault(path.rpartition(os.sep)[0], []).append(path)
        while left:
            path = left.pop()
            current_signature = now[path] = signature(path)
            if current_signature is None:
                continue
            if (
                current_signature == self._folders.get(path)
                and current_signature.modified < self._looked_at - RACY
            ):
                left += inside.get(path, ())
            else:
                left += self._read(path, files)
        return now

    def _read(self, folder: str, files: dict[str, Signature | None]) -> list[str]:
        """Return the folders in a folder; what lies behind a link is none of the tree's."""
        folders: list[str] = []
        if os.path.islink(folder):  # noqa: PTH114  # thousands of them
            return folders
        try:
            with os.scandir(folder) as items:
                for item in items:
                    if item.name == _IGNORED:
                        files[item.path] = signature(item.path)
                    elif item.is_dir(follow_symlinks=False):
                        folders.append(item.path)
        except OSError:
            pass  # gone by now, or not to be read: its signature stands for it
        return folders
