"""What is known of a working tree while an answer about it is looked for, and the place where such answers are kept."""

from _blake2 import blake2b
from collections.abc import Collection
from typing import NamedTuple

from qafiles.cache.asked_git import Where
from qafiles.cache.index_listing import Listing
from qafiles.cache.kept_record import Record
from qafiles.cache.programs import programs
from qafiles.cache.store import Store
from qafiles.cache.untracked import Folders
from qafiles.cache.working_tree import WorkingTree


class Place:
    """Where an answer is kept: a store, and a name and a key in it."""

    def __init__(
        self, tree: WorkingTree, where: Where, kind: str, format_: bytes, more: Collection[str]
    ) -> None:
        own = f"{where.git_dir}\n{where.prefix}\n{tree.root}".encode("utf-8", "surrogateescape")
        self.store = Store.of(where.common_dir)
        self.name = f"{kind}-{blake2b(own, digest_size=8).hexdigest()}"
        self.key = b"\0".join((format_, programs(tree.git, more), own))


class Before(NamedTuple):
    """Where an answer is kept, the repository, what was kept, and the digest of the index before git's words on it are read.

    `folders` are those that are known, where they are as they were, though the index is another.
    """

    place: Place
    where: Where
    known: Record | None
    index_digest: bytes
    folders: Folders | None


class State(NamedTuple):
    """What is known of a working tree before it is loaded."""

    place: Place
    where: Where
    around: bytes
    index_digest: bytes
    listing: Listing
    differing: tuple[list[bytes], list[bytes]]
    contents: bytes
    folders: Folders | None
    times: bytes = b""

    @property
    def digest(self) -> bytes:
        """That of `digest_beside`."""
        return digest_beside(self.around, self.contents)


def digest_beside(around: bytes, contents: bytes) -> bytes:
    """Return the digest of all that an answer depends on beside the index: what is around the files, and contents of some."""
    return blake2b(around + contents, digest_size=20).digest()
