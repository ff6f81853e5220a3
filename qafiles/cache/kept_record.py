"""An answer about a working tree as it is kept, with what git said of the tree then."""

import marshal
from typing import Any, NamedTuple

from qafiles.cache.index_listing import Listing
from qafiles.cache.untracked import Folders, folders_of


class Record(NamedTuple):
    """What is kept: what git said of the index, a digest of the index itself, one of all beside it, and the answer.

    `folders` tell what git does not track.
    """

    listing: Listing
    index_digest: bytes
    state: bytes
    plain: Any
    folders: Folders | None = None

    @property
    def rest(self) -> tuple[bytes, int, Folders | None]:
        """How far the tree is at rest: the digest of the index, the number of contents that count, and the folders."""
        return self.index_digest, len(self.listing.by_content), self.folders

    def body(self) -> bytes:
        """Return this as bytes."""
        listing = self.listing
        parts = (
            listing.digest,
            listing.by_content,
            listing.repositories,
            listing.paths_digest or b"",
            self.index_digest,
            self.state,
            self.folders and (*self.folders,),
            self.plain,
        )
        return marshal.dumps(parts)


def record_of(body: bytes | None) -> Record | None:
    """Return what was kept; None for what is nothing of that."""
    if body is None:
        return None
    try:
        digest, by_content, repositories, names, index, state, folders, plain = marshal.loads(body)  # noqa: S302  # the user's own, and whole
    except (ValueError, EOFError, TypeError):
        return None
    if not all(isinstance(part, bytes) for part in (digest, names, index, state)):
        return None
    lists = (by_content, repositories)
    if not all(isinstance(paths, tuple) and all(isinstance(p, bytes) for p in paths) for paths in lists):
        return None
    return Record(
        Listing(digest, by_content, repositories, names or None),
        index,
        state,
        plain,
        folders_of(folders),
    )
