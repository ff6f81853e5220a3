"""What became of the test cases that had keys of other tools: renamed, moved or deleted, and by which commit."""

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from qafiles.diff.whereabouts import (
    MOST_BLOBS,
    Whereabouts,
    asked_history,
    lacking_sentence,
    removals_in,
    whereabouts_of,
)
from qafiles.errors import GitError
from qafiles.layout import Place, classify
from qafiles.parsing import MAX_SIZE, parse
from qafiles.parsing.ids import legible_id
from qafiles.snapshot import Snapshot
from qafiles.snapshot.foreign_keys import key_in

if TYPE_CHECKING:
    from qafiles.git.removals import Removal


def key_whereabouts(
    snapshot: Snapshot, keys: Collection[str], lacking: list[str]
) -> Mapping[str, Whereabouts]:
    """Return what became of the test cases that had keys once which none has now, by the key alone, as far as git knows.

    The last removed file with a key counts. What git lacks that might tell more is added to `lacking`.
    """
    history = asked_history(snapshot.source) if keys else None
    if history is None:
        return {}
    known: dict[str, Whereabouts] = {}
    try:
        removed: list[tuple[Removal, Place]] = []
        for removal in removals_in(snapshot, history, set(), everything=True, merges=False):
            place = classify(removal.path)
            if isinstance(place, Place) and place.kind == "test_case" and len(removed) < MOST_BLOBS:
                removed.append((removal, place))
        contents = [*history.repository.blobs([removal.blob for removal, _ in removed], MAX_SIZE + 1)]
    except GitError:
        lacking.append(lacking_sentence(history))
        return {}
    for (removal, place), content in zip(removed, contents, strict=True):
        data = None if content is None else parse(content, MAX_SIZE).data
        key = key_in(data) if content is not None and isinstance(data, dict) else None
        if content is not None and key is not None and key.key in keys and key.key not in known:
            known[key.key] = whereabouts_of(snapshot, history, place, removal, legible_id(data, content))
    return known
