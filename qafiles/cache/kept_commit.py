"""Answers about commits and the index that are kept between runs, several of them: read for what git names alike.

An answer is kept with all that it depends on beside the files, as those about working trees are. Where anything is doubtful,
none is.
"""

import contextlib
import marshal
import os
from _blake2 import blake2b
from collections.abc import Callable
from typing import Any, NamedTuple

from qafiles.cache.asked_git import Where
from qafiles.cache.commit_state import CommitState
from qafiles.cache.programs import programs
from qafiles.cache.store import Store

_MOST = 16
_MOST_BYTES = 64 << 20


class KeptCommit:
    """An answer that depends on a commit or on the index, and where it is kept: plain values, as `marshal` knows them."""

    def __init__(self, state: CommitState, kind: str, format_: bytes) -> None:
        """Take what git was asked about, what kind of answer it is, and how its values are put together."""
        self.state = state
        self._kind = kind
        self._format = format_
        self._key: _Key | None = None
        self._is_read = False

    @classmethod
    def at(
        cls, folder: str | os.PathLike[str], revision: str | None, kind: str, format_: bytes
    ) -> "KeptCommit | None":
        """Return that of the data root at or above a folder, with git at work; None where none can be kept."""
        state = CommitState.asked(os.fspath(folder), revision)
        return cls(state, kind, format_) if state is not None else None

    @property
    def commit(self) -> str | None:
        """The name of the commit, None for the index and before it was read."""
        return self._key.name.decode("ascii") if self._key is not None and self.state.revision else None

    @property
    def where(self) -> Where | None:
        """Where the repository is, None before the answer was read."""
        return self._key.where if self._key is not None else None

    def read(self) -> Any:
        """Return the answer for what a revision names now, None where it is not known, and when it was asked before."""
        if self._is_read:
            return None
        self._is_read = True
        try:
            self._key = key = self._asked_key()
            body = key.store.read(key.file, key.all) if key is not None else None
            return marshal.loads(body) if body is not None else None  # noqa: S302  # the user's own, and whole
        except (OSError, ValueError, EOFError, TypeError):
            return None

    def _asked_key(self) -> "_Key | None":
        state = self.state
        where = state.where()
        name = state.name(where) if where is not None else None
        around = state.around(where) if where is not None else None
        if where is None or name is None or around is None:
            return None
        parts = (self._format, programs(state.git), state.place(where), around, name)
        digest = blake2b(digest_size=20)
        for part in parts:
            digest.update(b"%d " % len(part) + part)
        return _Key(
            Store.of(where.common_dir), f"{self._kind}-{digest.hexdigest()}", digest.digest(), where, name
        )

    def write(self, plain: Callable[[], Any]) -> bool:
        """Return whether an answer is kept now that was found since `read`: where all that it depends on is as it was then."""
        key = self._key
        if key is None:
            return False
        with contextlib.suppress(OSError):
            self.state.again()
            again = self._asked_key()
            if again is None or again.all != key.all:
                return False
            body = marshal.dumps(plain())
            if len(body) <= _MOST_BYTES and key.store.write(key.file, key.all, body):
                key.store.keep_latest(f"{self._kind}-", _MOST, _MOST_BYTES)
                return True
        return False


class _Key(NamedTuple):
    """Where an answer is kept: a store, the name of a file in it, and a digest of all that the answer depends on."""

    store: Store
    file: str
    all: bytes
    where: Where
    name: bytes
