"""What history has to know of a blob: the id that it holds, and whether its data is that of another."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from qafiles.git import GitRepository
from qafiles.history.cache import FactsCache
from qafiles.loader import legible_id
from qafiles.parsing import MAX_SIZE, parse
from qafiles.processes import collector_paused, map_in_processes


class BlobFacts(NamedTuple):
    """The id in a file and a digest of its data, whatever its format; an empty id where none is legible."""

    id: str
    digest: str


NOTHING: Final = BlobFacts("", "")
"""What is known of a blob that the repository lacks."""


def facts_of(
    repository: GitRepository, blobs: Sequence[str], cache: FactsCache | None = None
) -> Mapping[str, BlobFacts]:
    """Return the facts of each blob, each read once; those that the repository lacks are not among them.

    Raises GitError.
    """
    known = cache.load() if cache is not None else {}
    wanted = [blob for blob in dict.fromkeys(blobs) if blob not in known]
    if not wanted:
        return known

    def work(share: Sequence[str]) -> Iterator[tuple[str, str] | None]:
        for content in repository.blobs(share, MAX_SIZE + 1):
            if content is None:
                yield None
            else:
                found = facts(content)
                yield found.id, found.digest  # `marshal` carries no classes

    with collector_paused():
        pairs = zip(wanted, map_in_processes(work, wanted), strict=True)
        new = {blob: BlobFacts(*item) for blob, item in pairs if item is not None}
    if cache is not None and new:
        cache.save({**known, **new})
    return {**known, **new}


def facts(content: bytes) -> BlobFacts:
    """Return the facts of a file's bytes; the data of a file that is refused is its bytes."""
    parsed = parse(content)
    id_ = legible_id(parsed.data, content) or ""
    return BlobFacts(id_, digest_of(parsed.data) if not parsed.refusals else _digest(content))


def digest_of(data: Any) -> str:
    """Return a digest that equal data has, whatever the order of its keys."""
    try:
        text = json.dumps(data, sort_keys=True, separators=(",", ":"))
    except ValueError:  # a number of thousands of digits
        text = repr_of(data)
    return _digest(text.encode())


def repr_of(data: Any) -> str:
    """Return data as text for comparison alone, with numbers in hexadecimal, which have no limit of length."""
    if isinstance(data, dict):
        return "{" + ",".join(f"{key!r}:{repr_of(value)}" for key, value in sorted(data.items())) + "}"
    if isinstance(data, list):
        return "[" + ",".join(map(repr_of, data)) + "]"
    return hex(data) if isinstance(data, int) and not isinstance(data, bool) else repr(data)


def _digest(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=12).hexdigest()
