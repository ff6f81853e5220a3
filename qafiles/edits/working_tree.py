"""The files of a working tree as edits see them: bytes in full, and never through a link."""

import os
import stat
from pathlib import Path
from typing import NamedTuple

from qafiles.cache.digests import sha256
from qafiles.errors import EditFailedError, UsageError
from qafiles.git import GitRepository
from qafiles.snapshot import Snapshot
from qafiles.sources import FolderSource, Source
from qafiles.sources.edit_state import EditState, state_of
from qafiles.sources.overlay import OverlaySource

FOREIGN = "no file"
"""What stands for the digest of a link, a folder or a device."""


class WorkingTree(NamedTuple):
    """The folder of a data root, where the state of its edits lies, and the repository, if git keeps it."""

    root: Path
    state: EditState
    repository: GitRepository | None = None
    prefix: str = ""
    """What leads from the top of the repository to the data root: empty, or with a `/`."""

    def place(self, path: str) -> Path:
        """Return where a path of the data root lies on disk."""
        return self.root / path

    def content(self, path: str) -> bytes | None:
        """Return the bytes of a file, None where there is none.

        Raises EditFailedError for a link, a link on the way, and anything else that is no file or can't be read.
        """
        self.refuse_links(path)
        is_file = self._regular(path)
        if is_file is None:
            return None
        if not is_file:
            raise EditFailedError(
                f"{path} is a link or no file, which edits leave alone; nothing was written"
            )
        try:
            return self.place(path).read_bytes()
        except OSError as error:
            raise EditFailedError(f"{path} can't be read: {error.strerror}; nothing was written") from error

    def digest(self, path: str) -> str | None:
        """Return the SHA-256 of a file as it is now, None where there is none, FOREIGN for what is no legible file."""
        try:
            self.refuse_links(path)
        except EditFailedError:
            return FOREIGN
        is_file = self._regular(path)
        if is_file is None:
            return None
        try:
            return digest(self.place(path).read_bytes()) if is_file else FOREIGN
        except PermissionError:
            return FOREIGN

    def _regular(self, path: str) -> bool | None:
        try:
            return stat.S_ISREG(os.lstat(self.place(path)).st_mode)
        except (FileNotFoundError, NotADirectoryError):
            return None

    def refuse_links(self, path: str) -> None:
        """Raise EditFailedError when what leads to a path below the data root is a link, or no folder."""
        root, end = os.fspath(self.root), path.find("/")
        while end >= 0:
            folder, end = path[:end], path.find("/", end + 1)
            try:
                mode = os.lstat(f"{root}/{folder}").st_mode
            except FileNotFoundError:
                return
            except NotADirectoryError:
                continue
            if not stat.S_ISDIR(mode):
                what = "a symbolic link" if stat.S_ISLNK(mode) else "no folder"
                raise EditFailedError(
                    f"{folder} is {what}, and edits stay inside the data root; nothing was written"
                )


def digest(content: bytes | None) -> str | None:
    """Return the SHA-256 of bytes, None for None."""
    return None if content is None else sha256(content).hex()


def working_tree(source: Source) -> WorkingTree:
    """Return the working tree that a source reads; raises UsageError for one that is no folder on disk."""
    if isinstance(source, OverlaySource):
        return working_tree(source.base)
    if not isinstance(source, FolderSource):
        raise UsageError("edits are made in a working tree, not in memory, in the index or at a revision")
    repository = source.repository
    git_dir = repository.git_dir if repository is not None else None
    prefix = "" if source.root == "." or repository is None else source.root + "/"
    return WorkingTree(source.folder, state_of(source.folder, git_dir, source.root), repository, prefix)


def content_of(snapshot: Snapshot, path: str) -> bytes:
    """Return the bytes of a file that a snapshot holds as an edit needs them: in full, and as they are on disk now.

    Raises EditFailedError when there are none any more, and for a link.
    """
    source = snapshot.source
    if isinstance(source, OverlaySource) and path in source.buffers:
        return source.buffers[path]
    content = working_tree(source).content(path)
    if content is None:
        raise EditFailedError(f"{path} was deleted since it was read; nothing was written, try again")
    return content


def is_free(snapshot: Snapshot, path: str) -> bool:
    """Return whether a new file may be made at a path: the snapshot has none there, and neither has the disk."""
    source = snapshot.source
    if isinstance(source, OverlaySource) and path in source.buffers:
        return False
    if path in snapshot.entries and snapshot.exists(path):
        return False
    taken = os.path.lexists(working_tree(source).place(path))
    return not taken or (isinstance(source, OverlaySource) and path not in snapshot.entries)
