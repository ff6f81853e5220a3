"""What the working tree and the index hold that no commit has, and what git has begun there and not ended."""

import os
import time
from collections.abc import Sequence
from typing import Final, NamedTuple

from qafiles.errors import GitError
from qafiles.git.process import parts, records
from qafiles.git.repository import GitRepository

PATIENCE: Final = 20.0
"""Seconds for which another git process may hold the index or a branch."""
_IN_PROGRESS: Final = {
    "MERGE_HEAD": ("merge", "git merge --continue", "git merge --abort"),
    "CHERRY_PICK_HEAD": ("cherry-pick", "git cherry-pick --continue", "git cherry-pick --abort"),
    "REVERT_HEAD": ("revert", "git revert --continue", "git revert --abort"),
    "rebase-merge": ("rebase", "git rebase --continue", "git rebase --abort"),
    "rebase-apply": ("rebase", "git rebase --continue", "git rebase --abort"),
    "rebase-apply/applying": ("git am", "git am --continue", "git am --abort"),
}


class Operation(NamedTuple):
    """Something that git has begun and not ended, and the commands that end it."""

    name: str
    to_continue: str
    to_abort: str


def operation_in_progress(repository: GitRepository) -> Operation | None:
    """Return the merge, rebase or the like that waits to be ended in a working tree, or None."""
    operations = [facts for name, facts in _IN_PROGRESS.items() if os.path.lexists(repository.git_dir / name)]
    return Operation(*operations[-1]) if operations else None


def unmerged(repository: GitRepository, folder: str) -> list[str]:
    """Return the paths below a folder, relative to the top, that the index holds in conflict."""
    spec = ["--", folder] if folder else []
    out = repository.run("ls-files", "-z", "--unmerged", "--full-name", *spec)
    return sorted({line.partition("\t")[2] for line in records(out)})


def uncommitted(repository: GitRepository, paths: Sequence[str]) -> list[str]:
    """Return those of the paths, relative to the top, that differ between HEAD, index and working tree.

    Paths that git does not track are not among them; those that it was told not to look at are.
    """
    changed_paths: dict[str, None] = {}
    for part in parts(paths):
        options = ("--porcelain=v1", "-z", "--no-renames", "--untracked-files=no", "--ignore-submodules=all")
        changed_paths |= dict.fromkeys(
            line[3:] for line in records(repository.run("status", *options, "--", *part))
        )
        tagged = records(repository.run("ls-files", "-z", "-v", "--full-name", "--", *part))
        # https://git-scm.com/docs/git-update-index: `assume unchanged` is a small letter, `skip worktree` an S
        unseen = [line[2:] for line in tagged if line[0].islower() or line[0] == "S"]
        changed_paths |= dict.fromkeys(path for path in unseen if not _is_as_staged(repository, path))
    return [*changed_paths]


def _is_as_staged(repository: GitRepository, path: str) -> bool:
    """Return whether the index holds a path as it is in the working tree, whatever git was told to think of it."""
    if repository.top is None or not os.path.lexists(repository.top / path):
        return True
    try:
        name = repository.run("hash-object", "--", path).split()
    except GitError:
        return False
    staged = repository.run("ls-files", "-z", "--stage", "--full-name", "--", path).split()
    return name == staged[1:2]


def untracked(repository: GitRepository, paths: Sequence[str]) -> list[str]:
    """Return those of the paths that the index does not hold."""
    tracked = {path for part in parts(paths) for path in repository.paths_in(None, part)}
    return [path for path in paths if path not in tracked]


def ignored(repository: GitRepository, paths: Sequence[str]) -> list[str]:
    """Return those of the paths that git would not track."""
    told, is_all = _ignored(repository, paths) if paths else ([], True)
    if is_all and not told:
        return []
    # The index may hold what is ignored, and git says nothing of what comes behind a path at which it fails.
    names = untracked(repository, paths)
    if is_all and len(names) == len(paths):
        return told
    return _ignored(repository, names)[0] if names else []


def _ignored(repository: GitRepository, paths: Sequence[str]) -> tuple[list[str], bool]:
    """Return those of some paths that ignore files name, and whether git could tell of all of them."""
    # It refuses to run where pathspecs are literal, and reads none.
    command = ("--no-literal-pathspecs", "check-ignore", "-z", "--stdin", "--no-index")
    process = repository.start(*command, takes_input=True, talks=False)
    out, _ = process.communicate(b"".join(os.fsencode(name) + b"\0" for name in paths))
    return records(out), process.returncode in {0, 1}


def current_head(repository: GitRepository) -> str | None:
    """Return the commit that is checked out, None before the first one."""
    return repository.commit("HEAD") if repository.has_commit("HEAD") else None


def wait_for_index(repository: GitRepository, patience: float = PATIENCE) -> bool:
    """Return whether no other git process holds the index, after waiting for one that does."""
    end = time.monotonic() + patience
    while os.path.lexists(repository.git_dir / "index.lock"):
        if time.monotonic() >= end:
            return False
        time.sleep(0.05)
    return True
