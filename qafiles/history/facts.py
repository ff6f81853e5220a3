"""What history has to know of a blob: the id that it holds, and whether its data is that of another."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from qafiles.git import GitRepository
from qafiles.history.facts_cache import BlobFacts, FactsCache
from qafiles.parsing import MAX_SECRET_SIZE, parse
from qafiles.processes import map_in_processes

# An id in the first line that is no comment: it needs no parsing, unless the file says `id:` again.
_plain_id = re.compile(
    rb"\A(?:\xef\xbb\xbf)?(?:#[^\r\n]*\r?\n)*id:[ ](['\"]?)([a-z][0-9a-z]{23}|c[0-9a-z]{24})\1[ ]*\r?\n"
).match
# Begins with plain letters, which is searched for many times faster than what may stand before a key.
_maybe_id = re.compile(rb"id['\"]?[ \t]*:").finditer
_BEFORE_KEY: Final = frozenset(b" \t\r\n{,?")
_QUOTES: Final = frozenset(b"'\"")


def facts_of(
    repository: GitRepository, blobs: Mapping[str, bool], cache: FactsCache | None = None
) -> Mapping[str, BlobFacts]:
    """Return the facts of each blob; those that the repository lacks are not among them.

    True marks a blob whose digest will be needed. It is known in any case where two blobs have the same id. Raises
    GitError.
    """
    known = cache.load() if cache is not None else {}
    before = len(known)
    unread = [blob for blob in blobs if blob not in known]
    found = _read(repository, [(blob, blobs[blob]) for blob in unread])
    known.update(found)
    count = Counter(known[blob].id for blob in blobs if blob in known)
    vague = [blob for blob in blobs if blob in known and not known[blob].digest and count[known[blob].id] > 1]
    more = _read(repository, [(blob, True) for blob in vague])
    known.update(more)
    if cache is not None and (len(known) > before or more):
        cache.save(known)
    return known


def _read(repository: GitRepository, wanted: Sequence[tuple[str, bool]]) -> dict[str, BlobFacts]:
    def work(share: Sequence[tuple[str, bool]]) -> Iterator[tuple[str, str] | None]:
        contents = repository.blobs([blob for blob, _ in share], MAX_SECRET_SIZE + 1)
        for (_, whole), content in zip(share, contents, strict=True):
            if content is None:
                yield None
                continue
            id_ = None if whole else quick_id(content)
            if id_ is not None:
                yield id_, ""
            else:
                found = facts(content)
                yield found.id, found.digest  # `marshal` carries no classes

    if not wanted:
        return {}
    pairs = zip(wanted, map_in_processes(work, wanted), strict=True)
    return {blob: BlobFacts(*item) for (blob, _), item in pairs if item is not None}


def quick_id(content: bytes) -> str | None:
    """Return the id of a file that writes it as people do, in its first line; None where the file has to be parsed."""
    match = _plain_id(content)
    return match[2].decode() if match is not None and not _another_id(content, match.end()) else None


def _another_id(content: bytes, start: int) -> bool:
    """Return whether a file may say `id:` after a line's end."""
    for found in _maybe_id(content, start):
        at = found.start() - 1
        if content[at] in _QUOTES:
            at -= 1
        if content[at] in _BEFORE_KEY:
            return True
    return False


def facts(content: bytes) -> BlobFacts:
    """Return the facts of a file's bytes; the data of a file that is refused is its bytes."""
    from qafiles.loading.loader import legible_id  # noqa: PLC0415  # the models behind it take longer than git's log

    parsed = parse(content, MAX_SECRET_SIZE)
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
