"""The paths of a data root in git, which is asked for them before anything that reads files is imported.

Git walks a large working tree as long as Python imports what it is loaded with.
"""

import os

from qafiles.cache.asked_git import data_root_at
from qafiles.cache.git_answer import Answer, git_on_path
from qafiles.cache.surroundings import GIT_OPTIONS, OF_ONE_REPOSITORY, variables_of_git

WHERE = ("rev-parse", "--is-inside-work-tree", "--show-cdup", "--absolute-git-dir")
"""What git is asked about the repository of a folder; its git folder comes last, because its name may hold newlines."""
PATHS = ("ls-files", "-z", "-t", "--cached", "--others", "--exclude-standard", "--full-name")
"""What git is asked for the paths that it tracks or would track."""


class AskedPaths:
    """What git says of the data root at a folder: first of its repository, then of the paths there."""

    __slots__ = ("_command", "_paths", "_where", "is_answered", "root", "variables")

    def __init__(self, root: str, git: str) -> None:
        """Ask git for the repository of a data root. Raises OSError."""
        self.root = root
        self._command = [git, *GIT_OPTIONS]
        self.variables = variables_of_git()
        self._where = Answer([*self._command, "-C", root, *WHERE], self.variables)
        self._paths: Answer | None = None
        self.is_answered = False

    @classmethod
    def at(cls, folder: str) -> "AskedPaths | None":
        """Return those of the data root at or above a folder, with git at work; None where it has to be looked for with care."""
        names = (*OF_ONE_REPOSITORY, "GIT_DIR")
        if not hasattr(os, "posix_spawn") or any(name in os.environ for name in names):
            return None
        try:
            root, git = data_root_at(folder), git_on_path()
            return cls(root, git) if root is not None and git is not None else None
        except (OSError, ValueError):
            return None

    def go_on(self) -> None:
        """Ask git for the paths, once it has said where the repository is."""
        words = self._where.read()
        inside, _, rest = os.fsdecode(words or b"").removesuffix("\n").partition("\n")
        up, _, git_dir = rest.partition("\n")
        if inside != "true":
            return
        root = os.path.realpath(self.root)
        top = os.path.normpath(os.path.join(root, up))
        folder = os.path.relpath(root, top)
        places = ["-C", top, f"--git-dir={git_dir}", f"--work-tree={top}"]
        below = [] if folder == "." else ["--", folder]
        try:
            self._paths = Answer([*self._command, *places, *PATHS, *below], self.variables)
        except (OSError, ValueError):
            self._paths = None

    def where(self) -> bytes | None:
        """Return what git says of the repository; None where it fails."""
        return self._where.read()

    def paths(self) -> bytes | None:
        """Return what git says of the paths, of which nothing is kept; None where it fails, was not asked, or has answered."""
        asked, self._paths = self._paths, None
        words = asked.read() if asked is not None else None
        self.is_answered = words is not None
        return words
