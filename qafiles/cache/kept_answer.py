"""Answers about working trees that are kept between runs: read where nothing has changed on which they depend.

An answer is kept with all that was known of the tree before it was looked for, and only where looking found the same. Where git
can't vouch for a tree, and where anything else is doubtful, none is kept.
"""

import contextlib
import os
from collections.abc import Callable, Collection
from typing import Any

from qafiles.cache.answer_state import Before, Place, State, digest_beside
from qafiles.cache.contents import changed_at
from qafiles.cache.index_listing import Listing, digest_of, listing_of
from qafiles.cache.kept_record import Record, record_of
from qafiles.cache.untracked import Folders
from qafiles.cache.working_tree import WorkingTree

_MOST = 16
_MOST_BYTES = 64 << 20
_LONG_AGO = 3_000_000_000
"""Nanoseconds after which git, which compares whole seconds, vouches for files that its index was written with."""
_FEW = 64
"""Files that are read in less time than git takes to say that it can vouch for them by now."""


class KeptAnswer:
    """An answer that depends on a working tree, and where it is kept: plain values, as `marshal` knows them."""

    def __init__(self, tree: WorkingTree, kind: str, format_: bytes, more: Collection[str] = ()) -> None:
        """Take a working tree that git was asked about, what kind of answer it is, and how its values are put together.

        `more` are the folders of the program that it depends on and a verdict does not, as `programs` takes them.
        """
        self.tree = tree
        self._more = more
        self._kind = kind
        self._format = format_
        self._state: State | None = None
        self._before: Before | None = None
        self._at_rest: tuple[State, Record] | None = None
        self._is_read = False

    @classmethod
    def at(
        cls, folder: str | os.PathLike[str], kind: str, format_: bytes, more: Collection[str] = ()
    ) -> "KeptAnswer | None":
        """Return that of the data root at or above a folder, with git at work; None where none can be kept."""
        tree = WorkingTree.asked(os.fspath(folder))
        return cls(tree, kind, format_, more) if tree is not None else None

    def go_on(self) -> Any:
        """Return what is kept, whatever it is of, once git has said where; it walks through the tree meanwhile where that is needed."""
        with contextlib.suppress(OSError):
            self._before = self._looked_up()
        return (
            self._before.known.plain if self._before is not None and self._before.known is not None else None
        )

    def read(self, *, is_kept_at_rest: bool = True) -> Any:
        """Return the answer for the tree as it is, None where it is not known, and when it was asked before.

        With `is_kept_at_rest`, `keep_at_rest` is done.
        """
        if self._is_read:
            return None
        self._is_read = True
        try:
            plain = self._read()
        except OSError:
            return None
        if is_kept_at_rest:
            self.keep_at_rest()
        return plain

    def changed_since(self) -> list[bytes] | None:
        """Return the paths that differ from the index, and have changed since an answer was kept; None while that is being looked for."""
        changed, before = self.tree.changed_so_far(), self._before
        if changed is None or before is None:
            return None
        written = before.place.store.written(before.place.name) if changed else 0
        place = os.fsencode(self.tree.root) + b"/"
        return [path for path in changed if changed_at(place + path) >= written]

    def is_of_this_index(self) -> bool:
        """Return whether what is kept is of the index as it is."""
        before = self._before
        return (
            before is not None
            and before.known is not None
            and before.known.index_digest == before.index_digest
        )

    def keep_at_rest(self) -> None:
        """Keep the answer that was read once more, where the tree is more at rest now: git has less to do for it then."""
        at_rest, self._at_rest = self._at_rest, None
        if at_rest is not None:
            with contextlib.suppress(OSError):
                state, known = at_rest
                self._write(state, known.plain, known=known)

    def _looked_up(self) -> Before | None:
        """Return what is kept, and the index before anything is read of it; git walks where that does not tell all."""
        tree = self.tree
        where = tree.where()
        if where is None:
            return None
        place = Place(tree, where, self._kind, self._format, self._more)
        known = record_of(place.store.read(place.name, place.key))
        index = tree.index_told(where)
        folders = None
        if known is not None and known.index_digest != index:
            tree.ask_listing()
            folders = tree.as_they_were(where, known.folders)
        if known is None or known.folders is None or (known.index_digest != index and folders is None):
            tree.walk()
        return Before(place, where, known, index, folders)

    def _read(self) -> Any:
        tree = self.tree
        before = self._before or self._looked_up()
        if before is None:
            return None
        self._before = before
        place, where, known, index, _ = before
        was_same = known is not None and known.index_digest == index
        listing = self._listing(known, index)
        tree.step()
        folders = self._folders(before, listing)
        tree.take(folders)
        around, differing = tree.around(where), tree.differing(folders)
        # What git found to differ may be of an index that was written meanwhile.
        if listing is None or around is None or differing is None or tree.index(where) != index:
            return None
        contents = tree.contents(listing, *differing)
        if contents is None:
            return None
        self._state = state = State(place, where, around, index, listing, differing, contents, folders)
        if known is None or listing is not known.listing or known.state != state.digest:
            self._state = state._replace(times=tree.times(listing, *differing))
            return None
        is_walked = folders is None and (known.folders is None or bool(known.folders.stamps))
        is_changed = folders is not None and folders is not known.folders
        if not was_same or is_walked or is_changed or self._may_vouch_for_more(listing, where.git_dir):
            self._at_rest = state, known
        return known.plain

    def _may_vouch_for_more(self, listing: Listing, git_dir: str) -> bool:
        """Return whether git can vouch by now for many of the files that it could not before: some seconds after it wrote its index."""
        if len(listing.by_content) <= _FEW:
            return False
        return changed_at(os.path.join(git_dir, "index")) < self.tree.begun_at - _LONG_AGO

    def _folders(self, before: Before, listing: Listing | None) -> Folders | None:
        """Return the folders that are known where git would tell the same of them again: in an index of the same paths, too."""
        known = before.known
        if known is None or listing is None:
            return None
        if known.index_digest == before.index_digest:
            return self.tree.as_they_were(before.where, known.folders)
        is_alike = before.folders is not None and listing.has_paths_of(known.listing)
        if is_alike and not self.tree.lacks_ignore_files(before.where):
            return before.folders
        return None

    def _listing(self, known: "Record | None", index: bytes) -> Listing | None:
        """Return what git says of the index: what was kept, where it says the same as then."""
        if known is not None and known.index_digest == index:
            return known.listing
        words = self.tree.listing()
        if words is None:
            return None
        if known is not None and known.listing.digest == digest_of(words):
            return known.listing
        return listing_of(words, self.tree.begun, self.tree.root)

    def write(self, plain: Callable[[], Any], paths: Collection[str]) -> bool:
        """Return whether an answer is kept now that was found since `read`; `paths` are all that it was made of.

        It is not where something may have changed since then.
        """
        state = self._state
        if state is None:
            return False
        with contextlib.suppress(OSError):
            self.tree.again()
            where = self.tree.where()
            is_same = where is not None and where.words == state.where.words
            if where is not None and is_same and self.tree.around(where) == state.around:
                return self._write(state, plain(), paths=paths)
        return False

    def _write(
        self,
        state: State,
        plain: Any,
        *,
        paths: Collection[str] | None = None,
        known: "Record | None" = None,
    ) -> bool:
        """Return whether an answer is written: one that was made of some paths, or one that is known of a tree that is more at rest now."""
        tree, listing = self.tree, state.listing
        is_vouched_for = known is None or len(listing.by_content) <= _FEW
        if not is_vouched_for or listing.paths_digest is None:
            words = tree.listing()
            made = listing_of(words, tree.begun, tree.root) if words is not None else None
            if made is None or made.digest != listing.digest:
                return False
            listing = made
        # In most runs there is nothing else, and the paths are as git sorts them.
        is_all = paths is not None and not state.differing[1] and listing.is_of_sorted(paths)
        if paths is not None and not is_all:
            names = {path.encode("utf-8", "surrogateescape") for path in paths}
            others = names.intersection(state.differing[1])
            if len(others) != len(state.differing[1]) or not listing.is_of(names - others):
                return False
        contents = tree.contents(listing, *state.differing)
        # What was changed since the answer was found, or read, would be taken for what it is about.
        if contents is None or tree.contents(state.listing, *state.differing) != state.contents:
            return False
        # Nor may it have been changed and changed back while the answer was found.
        if state.times and tree.times(state.listing, *state.differing) != state.times:
            return False
        if tree.index(state.where) != state.index_digest:
            return False
        folders = state.folders
        if folders is None and (known is not None or self._before is None or self._before.known is None):
            # Not where something has changed since an answer was kept, and soon will again.
            folders = tree.folders(state.where, state.differing[1])
        record = Record(listing, state.index_digest, digest_beside(state.around, contents), plain, folders)
        if known is not None and record.rest == known.rest:
            return False
        body = record.body()
        store = state.place.store
        if len(body) > _MOST_BYTES or not store.write(state.place.name, state.place.key, body):
            return False
        store.keep_latest(f"{self._kind}-", _MOST)
        return True
