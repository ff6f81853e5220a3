"""Verdicts on working trees that are kept between runs: read where nothing has changed on which they depend.

A verdict is kept with all that was known of the tree before it was loaded, and only where loading found the same. A tree
that git can't vouch for, a verdict that lacks something, and whatever else is doubtful is loaded each time.
"""

import contextlib
import marshal
import os
from _blake2 import blake2b
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any, NamedTuple

from qafiles.cache.contents import content_of
from qafiles.cache.index_listing import Listing, digest_of, listing_of
from qafiles.cache.programs import programs
from qafiles.cache.store import Store
from qafiles.cache.working_tree import Where, WorkingTree
from qafiles.validation.plain import plain_of, verdict_of_plain
from qafiles.validation.verdict import Verdict

_FORMAT = b"qafiles verdict 1"
_PREFIX = "verdict-"
_MOST = 16
_MOST_BYTES = 64 << 20


class KeptVerdict:
    """The verdict on a working tree, and where it is kept."""

    def __init__(self, tree: WorkingTree) -> None:
        """Take a working tree that git was asked about."""
        self.tree = tree
        self._state: _State | None = None

    @classmethod
    def at(cls, folder: str | os.PathLike[str]) -> "KeptVerdict | None":
        """Return that of the data root at or above a folder, with git at work; None where none can be kept."""
        tree = WorkingTree.asked(os.fspath(folder))
        return cls(tree) if tree is not None else None

    def read(self) -> Verdict | None:
        """Return the verdict on the tree as it is, None where it is not known."""
        try:
            return self._read()
        except OSError:
            return None

    def _read(self) -> Verdict | None:
        tree = self.tree
        where = tree.where()
        if where is None:
            return None
        place = _Place(tree, where)
        known = _record(place.store.read(place.name, place.key))
        words, around, differing = tree.listing(), tree.around(where), tree.differing()
        if words is None or around is None or differing is None:
            return None
        digest, plain = b"", None
        if known is not None and known[0].digest == digest_of(words):
            listing, digest, plain = known
        else:
            made = listing_of(words, tree.begun, tree.root)
            if made is None:
                return None
            listing = made
        contents = tree.contents(listing, *differing)
        if contents is None:
            return None
        self._state = _State(place, where, around, words, listing, differing, contents)
        if plain is None or digest != self._state.digest:
            return None
        try:
            verdict = verdict_of_plain(plain, tree.root, reader(tree.root))
        except (TypeError, ValueError):
            return None
        if listing.by_content:
            self._settle(plain)
        return verdict

    def write(self, verdict: Verdict, paths: Collection[str]) -> None:
        """Keep a verdict that loading has come to since `read`; `paths` are all that it was made of."""
        state = self._state
        if state is None or verdict.undecided or verdict.revision is not None:
            return
        with contextlib.suppress(OSError):
            # What was changed meanwhile and changed back would be taken for what was loaded.
            if state.contents != self.tree.contents(state.listing, *state.differing):
                return
            self.tree.again()
            where = self.tree.where()
            if where is None or where.words != state.where.words or self.tree.around(where) != state.around:
                return
            self._write(state, plain_of(verdict), {path.encode("utf-8", "surrogateescape") for path in paths})

    def _settle(self, plain: Any) -> None:
        """Keep a verdict anew whose tree has come to rest, so that less of it counts with its content."""
        if self._state is not None:
            self._write(self._state, plain, None)

    def _write(self, state: "_State", plain: Any, paths: set[bytes] | None) -> None:
        """Write a verdict, for all that differs from the index no longer ago than that can be told by it."""
        tree, listing = self.tree, state.listing
        if listing.paths is None:
            made = listing_of(state.words, tree.begun, tree.root)
            if made is None or (paths is None and len(made.by_content) == len(listing.by_content)):
                return
            listing = made
        if paths is not None and paths != (listing.paths or frozenset()).union(state.differing[1]):
            return
        contents = tree.contents(listing, *state.differing)
        if contents is None:
            return
        digest = _digest(state.around, contents)
        body = marshal.dumps((listing.digest, listing.by_content, listing.repositories, digest, plain))
        store = state.place.store
        if len(body) <= _MOST_BYTES and store.write(state.place.name, state.place.key, body):
            store.keep_latest(_PREFIX, _MOST)


class _Place:
    """Where the verdict on a working tree is kept: a store, and a name and a key in it."""

    def __init__(self, tree: WorkingTree, where: Where) -> None:
        own = f"{where.git_dir}\n{where.prefix}\n{tree.root}".encode("utf-8", "surrogateescape")
        self.store = Store.of(where.common_dir)
        self.name = _PREFIX + blake2b(own, digest_size=8).hexdigest()
        self.key = b"\0".join((_FORMAT, programs(tree.git), own))


class _State(NamedTuple):
    """What is known of a working tree before it is loaded."""

    place: _Place
    where: Where
    around: bytes
    words: bytes
    listing: Listing
    differing: tuple[list[bytes], list[bytes]]
    contents: bytes

    @property
    def digest(self) -> bytes:
        """The digest of all that the verdict depends on beside the index."""
        return _digest(self.around, self.contents)


def reader(root: str) -> Callable[[Sequence[str]], Iterator[bytes | None]]:
    """Return what yields the contents of paths of a data root, none through a link."""

    def read(paths: Sequence[str]) -> Iterator[bytes | None]:
        for path in paths:
            content = content_of(f"{root}/{path}")
            yield content[1:] if content[:1] == b"=" else None

    return read


def _digest(around: bytes, contents: bytes) -> bytes:
    return blake2b(around + contents, digest_size=20).digest()


def _record(body: bytes | None) -> tuple[Listing, bytes, Any] | None:
    """Return what was kept: what the index said, the state beside it, and the values of the verdict."""
    if body is None:
        return None
    try:
        digest, by_content, repositories, state, plain = marshal.loads(body)  # noqa: S302  # the user's own, and whole
    except (ValueError, EOFError, TypeError):
        return None
    if not all(isinstance(part, bytes) for part in (digest, state)):
        return None
    lists = (by_content, repositories)
    if not all(isinstance(paths, tuple) and all(isinstance(p, bytes) for p in paths) for paths in lists):
        return None
    return Listing(digest, by_content, repositories), state, plain
