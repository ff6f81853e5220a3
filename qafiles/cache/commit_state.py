"""What a commit or the index holds, told by git's names of it, before anything is imported.

The name of a commit stands for all its files and for the history behind it, the entries of the index for its files.
"""

import os

from qafiles.cache.asked_git import SETTINGS_FILE, AskedGit, Where, absolute, root_and_git
from qafiles.cache.git_answer import Answer

_PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./-~^")
_EMPTY = (
    b" e69de29bb2d1d6434b8b29ae775ad8c2e48c5391 ",
    b" 473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813 ",
)
"""The names of the empty file, which files have that are only intended to be added."""


class CommitState(AskedGit):
    """The commit that a revision names, or the index, of the repository that a data root lies in."""

    def __init__(self, root: str, git: str, start: str, revision: str | None) -> None:
        """Ask git about a data root, the folder that it was looked for in, and a revision, None for the index."""
        super().__init__(root, git)
        self.start = start
        self.revision = revision
        self._named = self._asked_name()

    @classmethod
    def asked(cls, folder: str, revision: str | None) -> "CommitState | None":
        """Return that of the data root at or above a folder, asked about; None where only loading can tell."""
        if revision is not None and not (_PLAIN.issuperset(revision) and revision[:1].isalnum()):
            return None
        try:
            place = root_and_git(folder)
            return cls(*place, absolute(folder), revision) if place is not None else None
        except (OSError, ValueError):
            return None

    def _asked_name(self) -> Answer | None:
        if self.revision is None:
            return None  # it takes the place in the repository
        return self.ask(("rev-parse", "--verify", "--quiet", f"{self.revision}^{{commit}}"))

    def name(self, where: Where) -> bytes | None:
        """Return the name of the commit, or git's words on the index; None where only loading can tell."""
        if self._named is not None:
            words = self._named.read()
            return words.strip() if words is not None and words.count(b"\n") == 1 else None
        above = [f"{'../' * count}{SETTINGS_FILE}" for count in range(1, where.prefix.count("/") + 2)]
        spec = (".", *(above if where.prefix else ()))
        words = self.ask(("ls-files", "--stage", "-z", "--full-name", "--", *spec)).read()
        if words is None or any(name in words for name in _EMPTY):
            return None
        facts = (entry.partition(b"\t")[0] for entry in words.split(b"\0")[:-1])
        return words if all(fact.endswith(b" 0") for fact in facts) else None

    def again(self) -> tuple[Answer, Answer]:
        """Ask anew what may have changed since the first time."""
        self._named = self._asked_name()
        return super().again()

    def place(self, where: Where) -> bytes:
        """Return where the data root was looked for, and where in the repository it lies."""
        real = os.path.realpath(self.start)
        parts = (where.git_dir, where.top, where.prefix, self.root, self.start, real)
        return "\n".join(parts).encode("utf-8", "surrogateescape")
