"""The places that a data root has had in its history, and the log of them."""

import posixpath

from qafiles.git import GitRepository
from qafiles.git.log import LoggedCommit, deleted_in, log
from qafiles.layout import SETTINGS_FILE

_MOVES = 20
"""Places of a data root that are followed; a history that moves it more often is not made by people."""


def followed(repository: GitRepository, commit: str, root: str) -> tuple[list[str], list[LoggedCommit]]:
    """Return the places that the data root has had, the present one first, and the log of them."""
    roots = [root]
    asked: set[tuple[str, str]] = set()
    while True:
        commits = log(repository, commit, roots)
        logged_count = len(roots)
        while (known := len(roots)) < _MOVES:
            settings = {posixpath.join(place, SETTINGS_FILE) for place in roots}
            questions = {
                (logged.parents[0], logged.name): None
                for logged in commits
                for path, before, after in logged.changes
                if path in settings and before is None and after is not None and logged.parents
            }
            for question in [item for item in questions if item not in asked]:
                asked.add(question)
                roots += [place for place in _left(repository, *question) if place not in roots]
            # Below a new place another log may have to look; that of the top has seen everything.
            if len(roots) == known or "" not in roots[:logged_count]:
                break
        if len(roots) == logged_count or "" in roots[:logged_count]:
            return roots, commits


def _left(repository: GitRepository, parent: str, commit: str) -> list[str]:
    """Return the folders from which a commit took the settings file."""
    if not repository.has_commit(parent):
        return []
    return [
        folder
        for folder, _, name in (path.rpartition("/") for path in deleted_in(repository, parent, commit))
        if name == SETTINGS_FILE
    ]
