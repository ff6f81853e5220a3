"""What a site shows that no commit holds: said on every page, and told in the history of the entities that it concerns."""

from collections.abc import Mapping
from typing import Final

from qafiles.diff import EntityChange, diff
from qafiles.sources import GitObjectSource, MemorySource, Source
from qafiles.sources.commit_state import CommitState
from qafiles.sources.repositories import repository_of

_NAMED: Final = 3


def state_sentence(origin: CommitState) -> str | None:
    """Return what pages say of files that are not as a commit holds them; None where they are, and outside git."""
    paths = origin.uncommitted
    if paths == () or (origin.commit is None and paths is None):
        return None
    named = f": {', '.join(paths[:_NAMED])}" if paths else ""
    more = f" and {len(paths) - _NAMED:,} more" if paths and len(paths) > _NAMED else ""
    sentence = f"{origin}{named}{more}"
    return sentence[:1].upper() + sentence[1:]


def pending_changes(source: Source, origin: CommitState) -> Mapping[str, EntityChange]:
    """Return what a source has of entities that the commit below it has not, by their paths."""
    repository = repository_of(source)
    if not origin.is_dirty or repository is None:
        return {}
    before: Source = MemorySource({})
    if origin.commit is not None:
        before = GitObjectSource(repository, "" if source.root == "." else source.root, origin.commit)
    difference = diff(before, source)
    return {
        item.after.path: item
        for item in (*difference.changes, *difference.rewritten)
        if item.after is not None
    }
