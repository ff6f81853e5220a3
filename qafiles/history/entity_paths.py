"""Which paths of a log are those of entities, and which blobs stand there."""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from qafiles.git.log import LoggedCommit
from qafiles.layout import MEMBER_FOLDERS, PROJECT_FOLDERS, SUITE_KINDS, TOP_FOLDERS

_PART: Final = r"(?!\.)[^/]*"


def _one_of(folders: Iterable[str]) -> str:
    return f"(?:{'|'.join(map(re.escape, folders))})"


# The same as `layout.classify`, which says more and takes longer; a test compares the two.
_is_entity_path: Final = re.compile(
    rf"{_one_of(TOP_FOLDERS)}/[^/]*\.yaml\Z"
    rf"|organizations/{_PART}/(?:organization\.yaml\Z|{_one_of(MEMBER_FOLDERS)}/[^/]*\.yaml\Z|projects/{_PART}/(?:"
    rf"project\.yaml\Z|{_one_of(name for name, kind in PROJECT_FOLDERS.items() if kind not in SUITE_KINDS)}/[^/]*\.yaml\Z"
    rf"|{_one_of(name for name, kind in PROJECT_FOLDERS.items() if kind in SUITE_KINDS)}/(?:{_PART}/)*[^/]*\.yaml\Z))"
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
    for commit in commits:
        for path, before, after in commit.changes:
            if path not in ours:
                ours[path] = any(
                    path.startswith(prefix) and is_entity[path[len(prefix) :]] for prefix in prefixes
                )
            if not ours[path]:
                continue
            both = before is not None and after is not None
            if before is not None:
                blobs[before] = both or blobs.get(before, False)
            if after is not None:
                blobs[after] = both or blobs.get(after, False)
    return blobs
