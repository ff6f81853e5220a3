"""Finding the git repository that a folder lies in."""

import os
from pathlib import Path

from qafiles.cache.asked_paths import WHERE
from qafiles.errors import GitError
from qafiles.git.process import NoGitError, environment, finish, start
from qafiles.git.repository import GitRepository


def find_repository(folder: Path) -> GitRepository | None:
    """Return the git repository that a folder lies in, or None.

    GIT_DIR of a calling hook is not asked: the folder decides. Raises NoGitError when git is missing or refuses the
    folder, and GitError when the repository is unusable.
    """
    # Git checks who owns the folder only while it looks for the repository itself, as here, and not with --git-dir.
    try:
        out = finish(start(WHERE, folder, environment(None, folder)), WHERE[0])
    except GitError as error:
        words = str(error).lower()  # releases before 2.18 begin them with a capital
        if "not a git repository (or any" in words:
            return None
        if "not a git repository" in words:  # `.git` is a file that leads nowhere
            raise NoGitError(str(error)) from error
        raise
    return repository_of(out, folder)


def repository_of(out: bytes, folder: Path) -> GitRepository:
    """Return the repository of a folder by what git said when it was asked where that is."""
    inside, _, rest = os.fsdecode(out).removesuffix("\n").partition("\n")
    if inside != "true":
        return GitRepository(Path(rest), None)
    up, _, git_dir = rest.partition("\n")
    return GitRepository(Path(git_dir), Path(os.path.normpath(Path(os.path.realpath(folder), up))))


def find_top_without_git(folder: Path) -> Path | None:
    """Return the top of the working tree that a folder lies in, without running git; None when there is none."""
    os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")  # its import fails otherwise when git is missing
    import git as gitpython  # noqa: PLC0415  # slow, and needed in this one case

    try:
        with gitpython.Repo(folder, search_parent_directories=True, expand_vars=False) as repo:
            return Path(repo.working_tree_dir) if repo.working_tree_dir else None
    except (gitpython.InvalidGitRepositoryError, gitpython.NoSuchPathError, ValueError, OSError):
        return None
