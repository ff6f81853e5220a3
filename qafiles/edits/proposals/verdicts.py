"""What formatting said of contents that it has seen: they are in order, or they are not. Names of files do not count."""

import marshal
from _blake2 import blake2b
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from qafiles.cache.git_answer import git_on_path
from qafiles.cache.programs import programs
from qafiles.cache.store import Store
from qafiles.kinds import Kind
from qafiles.layout import SETTINGS_FILE
from qafiles.sources import FolderSource, Source, SourceEntry

_NAME: Final = "formatted"
_DIGEST_SIZE: Final = 20
_MOST: Final = 500_000
"""Verdicts up to which those of earlier runs are kept."""


@dataclass(frozen=True, slots=True)
class Verdicts:
    """The digests of contents that are in order and of those that are not, as a key says what decides that; None keeps nothing."""

    key: bytes | None = None
    in_order: frozenset[bytes] = frozenset()
    unordered: frozenset[bytes] = frozenset()

    def __bool__(self) -> bool:
        """Whether anything is known."""
        return bool(self.in_order or self.unordered)

    def of(self, digest: bytes) -> bool | None:
        """Return whether a content is in order; None where nobody knows."""
        return True if digest in self.in_order else False if digest in self.unordered else None


NO_VERDICTS: Final = Verdicts()


def digest_of(kind: Kind, content: bytes) -> bytes:
    """Return what stands for the bytes of a file of a kind."""
    return blake2b(content, digest_size=_DIGEST_SIZE, person=kind.encode()).digest()


def read_verdicts(source: Source, entries: Iterable[SourceEntry]) -> Verdicts:
    """Return what was kept for the data root of a source, its settings and this program; without git nothing."""
    store = _store(source)
    entry = next((entry for entry in entries if entry.path == SETTINGS_FILE), None)
    if store is None or entry is None or entry.unmerged:
        return NO_VERDICTS
    settings, git = next(iter(source.read([entry])), None), git_on_path()
    if not isinstance(settings, bytes) or git is None:
        return NO_VERDICTS
    key = programs(git) + settings
    body = store.read(_NAME, key)
    if body is None:
        return Verdicts(key)
    in_order, unordered = marshal.loads(body)  # noqa: S302  # the store gives what was written, or nothing
    return Verdicts(key, _parts(in_order), _parts(unordered))


def keep_verdicts(source: Source, known: Verdicts, new: Mapping[bytes, bool]) -> None:
    """Keep what is new beside what is known, as far as that can be written."""
    store = _store(source)
    key = known.key
    if not new or key is None or store is None:
        return
    if len(known.in_order) + len(known.unordered) + len(new) > _MOST:
        known = Verdicts(key)
    in_order = known.in_order.union(digest for digest, is_in_order in new.items() if is_in_order)
    unordered = known.unordered.union(digest for digest, is_in_order in new.items() if not is_in_order)
    store.write(_NAME, key, marshal.dumps((b"".join(sorted(in_order)), b"".join(sorted(unordered)))))


def _store(source: Source) -> Store | None:
    repository = source.repository if isinstance(source, FolderSource) else None
    return Store.of(repository.common_dir) if repository is not None else None


def _parts(joined: bytes) -> frozenset[bytes]:
    return frozenset(joined[at : at + _DIGEST_SIZE] for at in range(0, len(joined), _DIGEST_SIZE))
