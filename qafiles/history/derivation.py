"""Values that git's history gives where the file does not write them: created_at, updated_at, version."""

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from qafiles.git.dates import timestamp
from qafiles.history.facts import data_digest, facts_of
from qafiles.history.history import History
from qafiles.history.shared_ids import own_state, why_not_its_own
from qafiles.history.state import State
from qafiles.kinds import KIND_FACTS, Kind
from qafiles.snapshot import EntityFile, Snapshot
from qafiles.sources.source import is_named

DERIVED_FIELDS: Final[Mapping[Kind, tuple[str, ...]]] = MappingProxyType(
    {kind: facts.derived for kind, facts in KIND_FACTS.items()}
)
"""The fields of each kind that may be left out of the file."""


class Derived(NamedTuple):
    """The derived values of an entity by field, None where they are not known; `reason` says why.

    `uncommitted` is whether the file's data has changed since the commit that the values count up to.
    """

    values: Mapping[str, Any]
    reason: str | None = None
    uncommitted: bool = False

    def record(self) -> dict[str, Any]:
        """Return the values as plain data, with the reason and the mark where there are any."""
        result = dict(self.values)
        if self.reason is not None:
            result["reason"] = self.reason
        if self.uncommitted:
            result["uncommitted"] = True
        return result


def derived(history: History, file: EntityFile, snapshot: Snapshot | None = None) -> Derived:
    """Return what git says about the fields that a file leaves out; see `derived_of`."""
    return derived_of(history, [file], snapshot)[file.path]


def derived_of(
    history: History, files: Sequence[EntityFile], snapshot: Snapshot | None = None
) -> dict[str, Derived]:
    """Return what git says about the fields that files leave out, by path.

    created_at is the author date of the first commit that has the entity, updated_at that of the commit from which its
    data comes, and version counts the first-parent commits that changed its data. A copy, which has the id of another file,
    has none; `snapshot`, in which the files lie, also tells those that are not committed.
    """
    digests = _digests(history, files, snapshot)
    return {file.path: _derived(history, file, digests, snapshot) for file in files}


def _digests(history: History, files: Sequence[EntityFile], snapshot: Snapshot | None) -> dict[str, str]:
    """Return the digests of the committed data of files, by blob; of one whose bytes are the blob's, nothing is said."""
    states = [history.last[file.id] for file in files if file.id is not None and file.id in history.last]
    digests = {state.blob: state.digest for state in states if state.blob is not None and state.digest}
    # What only says the same in other words has the digest of what it was made from.
    for file in files:
        own = history.last.get(file.id) if file.id is not None else None
        if own is not None and any(
            state.digest == own.digest and state.blob != own.blob for state in history.states[own.id]
        ):
            digests[str(own.blob)] = str(own.blob)
    vague = {blob: True for blob, digest in digests.items() if blob == digest}
    for blob in _of_the_same_bytes(history, files, vague, snapshot):
        del vague[blob]
        digests[blob] = ""
    if vague and history.repository is not None:
        vague_facts = facts_of(history.repository, vague)
        history.lost.update(blob for blob in vague if blob not in vague_facts)
        digests |= {blob: vague_facts[blob].digest if blob in vague_facts else "" for blob in vague}
    return digests


def _of_the_same_bytes(
    history: History, files: Sequence[EntityFile], blobs: Collection[str], snapshot: Snapshot | None
) -> set[str]:
    """Return those of some blobs which are the very bytes of every file whose last committed state they are."""
    if snapshot is None or not blobs:
        return set()
    states = [(file.path, history.last.get(file.id or "")) for file in files]
    asked = [(path, state.blob) for path, state in states if state is not None and state.blob in blobs]
    there = [(path, blob) for path, blob in asked if path in snapshot.entries]
    contents = snapshot.source.read([snapshot.entries[path] for path, _ in there])
    same = {path for (path, blob), content in zip(there, contents, strict=True) if is_named(content, blob)}
    return {*blobs}.difference(blob for path, blob in asked if path not in same)


def _derived(
    history: History, file: EntityFile, digests: Mapping[str, str], snapshot: Snapshot | None
) -> Derived:
    values = derived_values(history, file, snapshot)
    state = history.last.get(file.id) if file.id is not None else None
    if not values:
        return Derived(values)
    if state is None or state.path is None:
        return Derived(values, _why_none(history, file))
    copied = why_not_its_own(history, file, snapshot)
    if copied is not None:
        return Derived(values, copied)
    reason = None
    if None in values.values():
        reason = history.incomplete or "the commit has no date that a timestamp can hold"
    known = digests.get(state.blob or "")
    # Where git lacks the content, nobody knows.
    changed = file.valid and not history.missing and known != "" and data_digest(dict(file.data)) != known
    return Derived(values, reason, changed)


def derived_values(history: History, file: EntityFile, snapshot: Snapshot | None = None) -> Mapping[str, Any]:
    """Return the values that `derived_of` gives for a file, without reading anything to tell why one is missing."""
    names = [name for name in DERIVED_FIELDS[file.kind] if file.data.get(name) is None]
    state = own_state(history, file, snapshot) if names else None
    return MappingProxyType(
        {name: _value(history, state, name) if state is not None else None for name in names}
    )


def _why_none(history: History, file: EntityFile) -> str:
    if history.unknown is not None:
        return history.unknown
    if file.id is None:
        return "the file has no legible id to follow"
    if history.incomplete is not None:
        return history.incomplete
    return "the entity was never committed"


def _value(history: History, state: State, name: str) -> Any:
    if history.missing or (
        history.shallow and (name != "updated_at" or state.updated.name in history.shallow)
    ):
        return None
    if name == "version":
        return state.version
    if name == "updated_at":
        return timestamp(state.updated.authored)
    return timestamp(history.states[state.id][0].commit.authored)
