"""The only package that talks to git, and the rules for talking to it.

Only plumbing runs to read, with output separated by NUL, so that no alias, pager, colour, textconv, attribute or
replace ref of the user can change a result. GitPython finds the repository where git itself is missing or refuses to.
"""

from qafiles.git.discovery import find_repository, find_top_without_git
from qafiles.git.listed_paths import ListedPath
from qafiles.git.process import MissingObjectsError, NoGitError
from qafiles.git.repository import GitRepository, TreeEntry

__all__ = [
    "GitRepository",
    "ListedPath",
    "MissingObjectsError",
    "NoGitError",
    "TreeEntry",
    "find_repository",
    "find_top_without_git",
]
