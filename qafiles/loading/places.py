"""The places of many paths that lie together."""

from collections.abc import Iterable, Iterator
from typing import Final

from qafiles.kinds import KIND_FACTS, Kind
from qafiles.layout import FOLDER_KINDS, Misplaced, Place, classify

_new = tuple.__new__  # a NamedTuple's own constructor takes more than twice as long
_OWNERS: Final = {"root": 0, "organization": 1, "project": 2}
"""How many parts of a handle name what an entity lies in."""
_NOWHERE: Final = "\0"
"""What no path begins with."""


def places(paths: Iterable[str]) -> Iterator[Place | Misplaced | None]:
    """Yield what `classify` returns for each path; of sorted ones most lie below the same folder of a kind as the one before."""
    folder, owner, has_suites = _NOWHERE, "", False
    kind: Kind = "organization"
    for path in paths:
        if path.startswith(folder) and path.endswith(".yaml") and "/." not in path:
            rest = path[len(folder) : -5]
            if has_suites or "/" not in rest:
                yield _new(Place, (kind, owner + rest))
                continue
        place = classify(path)
        if isinstance(place, Place) and place.kind not in FOLDER_KINDS:
            kind, handle = place
            facts = KIND_FACTS[kind]
            has_suites = facts.suites
            rest = handle.split("/", _OWNERS[facts.within])[-1]
            folder, owner = path[: len(path) - len(rest) - 5], handle[: len(handle) - len(rest)]
        yield place
