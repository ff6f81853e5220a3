"""What history has to know of a blob: the id that it holds, and whether its data is that of another."""

import json
from _blake2 import blake2b
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from qafiles.git import GitRepository
from qafiles.history.facts_cache import BlobFacts, FactsCache
from qafiles.history.identities import may_refer
from qafiles.parsing import MAX_SECRET_SIZE
from qafiles.parsing.ids import legible_id, quick_id
from qafiles.processes import map_in_processes
from qafiles.snapshot.field_changes import canonical


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
    new_facts = _read(repository, [(blob, blobs[blob]) for blob in unread])
    known.update(new_facts)
    count = Counter(known[blob].id for blob in blobs if blob in known)
    vague = [blob for blob in blobs if blob in known and not known[blob].digest and count[known[blob].id] > 1]
    more = _read(repository, [(blob, True) for blob in vague])
    known.update(more)
    if cache is not None and (len(known) > before or more):
        cache.save(known)
    return known


def _read(repository: GitRepository, wanted: Sequence[tuple[str, bool]]) -> dict[str, BlobFacts]:
    def work(share: Sequence[tuple[str, bool]]) -> Iterator[BlobFacts | None]:
        contents = repository.blobs([blob for blob, _ in share], MAX_SECRET_SIZE + 1)
        for (_, whole), content in zip(share, contents, strict=True):
            if content is None:
                yield None
                continue
            id_ = None if whole else quick_id(content)
            yield facts(content) if id_ is None else BlobFacts(id_, "")

    if not wanted:
        return {}
    read_facts = map_in_processes(work, wanted, to_plain=tuple, from_plain=BlobFacts._make)
    return {blob: item for (blob, _), item in zip(wanted, read_facts, strict=True) if item is not None}


def facts(content: bytes) -> BlobFacts:
    """Return the facts of a file's bytes; the data of a file that can't be read is its bytes."""
    from qafiles.parsing import parse  # noqa: PLC0415  # what is known of blobs is known without a reader of YAML

    parsed = parse(content, MAX_SECRET_SIZE)
    id_ = legible_id(parsed.data, content) or ""
    data = parsed.data
    if not isinstance(data, dict) or not data or "secret_value" in data:
        whole = (
            data_digest(data) if isinstance(data, dict) and data and not parsed.refusals else _digest(content)
        )
        return BlobFacts(id_, whole, whole)
    references = {name: value for name, value in data.items() if may_refer(name, value)}
    rest = digest_of({name: value for name, value in data.items() if name not in references})
    return BlobFacts(id_, data_digest(data), rest, _json(references) if references else "")


def _json(data: Any) -> str:
    try:
        return json.dumps(data, sort_keys=True, separators=(",", ":"))
    except ValueError:  # a number of thousands of digits
        return json.dumps({name: repr_of(value) for name, value in data.items()}, sort_keys=True)


def data_digest(data: Any) -> str:
    """Return the digest of what a file says, which is the same where nothing else is said."""
    return digest_of(canonical(data) if isinstance(data, dict) else data)


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
    return blake2b(content, digest_size=12).hexdigest()
