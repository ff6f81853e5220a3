"""Which paths of a log are those of entities, and which blobs stand there."""

import re
from collections.abc import Sequence
from typing import Final

from qafiles.git.log import LoggedCommit
from qafiles.kinds import KIND_FACTS

_PART: Final = r"(?!\.)[^/]*"


def _files_within(within: str) -> str:
    """Return what matches the paths of entities below the data root, an organization's folder or a project's."""
    forms: dict[str, list[str]] = {}
    for facts in KIND_FACTS.values():
        if facts.within == within:
            below = rf"(?:{_PART}/)*[^/]*\.yaml" if facts.suites else r"[^/]*\.yaml"
            form = below if facts.file is None else rf"{_PART}/{re.escape(facts.file)}"
            forms.setdefault(form, []).append(re.escape(facts.folder))
    return "|".join(rf"(?:{'|'.join(folders)})/{form}\Z" for form, folders in forms.items())


# The same as `layout.classify`, which says more and takes longer; a test compares the two.
_is_entity_path: Final = re.compile(
    rf"{_files_within('root')}|organizations/{_PART}/(?:{_files_within('organization')}"
    rf"|projects/{_PART}/(?:{_files_within('project')}))"
).match


class EntityPaths(dict[str, bool]):
    """Whether a path relative to the data root is one of an entity: each path is looked at once."""

    def __missing__(self, path: str) -> bool:
        """Return the answer for a new path."""
        self[path] = answer = _is_entity_path(path) is not None
        return answer


def entity_blobs(
    commits: Sequence[LoggedCommit], roots: Sequence[str], is_entity: EntityPaths
) -> dict[str, bool]:
    """Return the blobs that are or may be entities, with whether another blob has stood at the same path."""
    prefixes = [f"{root}/" if root else "" for root in roots]
    blobs: dict[str, bool] = {}
    ours: dict[str, bool] = {}
    added: set[str | None] = set()
    removed: set[str | None] = set()
    for commit in commits:
        for path, before, after in commit.changes:
            if path not in ours:
                ours[path] = any(
                    path.startswith(prefix) and is_entity[path[len(prefix) :]] for prefix in prefixes
                )
            if not ours[path]:
                continue
            # What is taken from one place and put at another is looked at: in another project it may name other entities.
            both = (before is not None and after is not None) or (before or after) in (
                added if before else removed
            )
            (removed if before else added).add(before or after)
            if before is not None:
                blobs[before] = both or blobs.get(before, False)
            if after is not None:
                blobs[after] = both or blobs.get(after, False)
    return blobs
