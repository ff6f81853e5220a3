"""Data roots in git in which nothing is going on: their files need not be listed before an edit begins."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from qafiles.cache.surroundings import OF_ONE_REPOSITORY
from qafiles.edits.working_tree import WorkingTree
from qafiles.edits.writing.lock import is_lock_inherited
from qafiles.errors import GitError
from qafiles.git import find_repository
from qafiles.git.uncommitted import operation_in_progress
from qafiles.layout import SETTINGS_FILE
from qafiles.sources.edit_state import state_of, unfinished
from qafiles.sources.enclosing import enclosing_roots

if TYPE_CHECKING:
    from qafiles.cache.working_tree import WorkingTree as AskedTree


def tree_at_rest(folder: str | Path, asked: "AskedTree | None" = None) -> WorkingTree | None:
    """Return the working tree of the data root at or above a folder, None where more has to be known before an edit.

    Git tracks its settings, and it is at rest as `is_at_rest` says. `asked` is a working tree that git was asked about, perhaps
    this one.
    """
    try:
        tree = _tree(folder, asked)
    except (GitError, OSError):
        return None  # why, is said where the data root is opened
    return tree if tree is not None and is_at_rest(tree) else None


def _tree(folder: str | Path, asked: "AskedTree | None") -> WorkingTree | None:
    start = Path(folder).absolute()
    if ".." in start.parts:
        start = start.resolve()
    roots = [*enclosing_roots(start)]
    # A hook is told of the repository in which it runs, and of the edit that waits for it.
    is_hook = is_lock_inherited() or any(name in os.environ for name in (*OF_ONE_REPOSITORY, "GIT_DIR"))
    repository = find_repository(roots[0]) if len(roots) == 1 and start.is_dir() and not is_hook else None
    if repository is None or repository.top is None:
        return None
    place, top = roots[0].resolve(), repository.top.resolve()
    if not place.is_relative_to(top):
        return None
    relative = place.relative_to(top).as_posix()
    prefix = "" if relative == "." else f"{relative}/"
    tree = WorkingTree(roots[0], state_of(roots[0], repository.git_dir, relative), repository, prefix)
    if asked is not None and asked.root == str(roots[0]):
        return tree if asked.ask_settings().read() else None
    return tree if repository.paths_in(None, [prefix + SETTINGS_FILE]) else None


def is_at_rest(tree: WorkingTree) -> bool:
    """Return whether no edit is unfinished, git is in the middle of nothing, and none of its processes holds the index."""
    return (
        tree.repository is not None
        and not unfinished(tree.state)
        and operation_in_progress(tree.repository) is None
        and not os.path.lexists(tree.repository.git_dir / "index.lock")
    )
