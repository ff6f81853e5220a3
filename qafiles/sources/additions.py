"""How recently git's history added the paths of a source."""

import contextlib
from collections.abc import Sequence

from qafiles.errors import UnknownRevisionError
from qafiles.git import GitRepository


def additions_of(
    repository: GitRepository | None, revision: str, root: str, paths: Sequence[str]
) -> dict[str, int]:
    """Return how recently the history up to a revision added each path below a data root, 1 for the last.

    Raises MissingObjectsError.
    """
    if repository is None:
        return {}
    if not repository.has_commit(revision):
        with contextlib.suppress(UnknownRevisionError):  # before the first commit
            repository.commit(revision)  # which says what is missing
        return {}
    prefix = "" if root == "." else f"{root}/"
    recency = repository.additions(revision, [prefix + path for path in paths])
    return {path.removeprefix(prefix): newer for path, newer in recency.items()}
