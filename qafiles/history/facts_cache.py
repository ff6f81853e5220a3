"""Facts of blobs kept between runs: they never change, since a blob's name is its content. One line for each blob."""

import contextlib
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from qafiles.cache.release import release
from qafiles.cache.store import Store
from qafiles.git import GitRepository

_NAME: Final = "blob-facts"
_FORMAT: Final = 4
_MAX_ENTRIES: Final = 1_000_000
_LINE: Final = re.compile(r"[0-9a-f]{40,64} [0-9a-z]{0,25} (?:[0-9a-f]{24})? (?:[0-9a-f]{24})? .*")


class BlobFacts(NamedTuple):
    """The id in a file and a digest of its data, whatever its format.

    The id is empty where none is legible, and the digest where it was not needed: it only serves to compare. `rest` is the
    digest of the data without the fields that may refer, which are `references` as JSON.
    """

    id: str
    digest: str
    rest: str = ""
    references: str = ""


class FactsCache(NamedTuple):
    """The facts that earlier runs have found."""

    files: Store

    @classmethod
    def of(cls, repository: GitRepository) -> "FactsCache":
        """Return the cache of a repository."""
        return cls(Store.of(repository.common_dir))

    def load(self) -> dict[str, BlobFacts]:
        """Return the facts by blob; none where the cache is missing, damaged, or of another version."""
        text = (self.files.read(_NAME, _key()) or b"").decode("ascii", "replace")
        if text and not _LINE.fullmatch(text.partition("\n")[0]):
            return {}
        rows = (line.split(" ", 4) for line in text.split("\n")[:-1])
        # The checksum keeps out accidents; somebody may still have written other lines with their checksum.
        with contextlib.suppress(ValueError):
            return {blob: BlobFacts(*facts) for blob, *facts in _whole(rows)}
        return {}

    def save(self, facts: Mapping[str, BlobFacts]) -> None:
        """Write the facts for later runs, all at once; where no folder can be written, nothing happens."""
        entries = [*facts.items()][-_MAX_ENTRIES:]
        body = "".join(f"{blob} {' '.join(facts)}\n" for blob, facts in entries)
        self.files.write(_NAME, _key(), body.encode("ascii"))


def _whole(rows: Iterable[list[str]]) -> Iterator[list[str]]:
    """Yield the rows; raises ValueError for one that is none."""
    for row in rows:
        if len(row) != len(BlobFacts._fields) + 1:
            raise ValueError(row)
        yield row


def _key() -> bytes:
    return f"qafiles blob facts {_FORMAT}, {release()}".encode()
