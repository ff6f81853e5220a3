"""Which commits come before which."""

from collections.abc import Mapping, Sequence
from functools import cached_property

from qafiles.git.log import LoggedCommit


class Ancestry:
    """The ancestors of commits of a history, found when they are asked for."""

    def __init__(self, commits: Sequence[LoggedCommit]) -> None:
        self.commits = commits
        self._ancestors: dict[str, frozenset[str]] = {}

    @cached_property
    def _parents(self) -> Mapping[str, tuple[str, ...]]:
        return {commit.name: commit.parents for commit in self.commits}

    def of(self, commit: LoggedCommit) -> frozenset[str]:
        """Return the names of all commits from which a commit came, those that a clone lacks left out."""
        if commit.name not in self._ancestors:
            seen: set[str] = set()
            waiting = [*commit.parents]
            while waiting:
                name = waiting.pop()
                if name not in seen and name in self._parents:
                    seen.add(name)
                    waiting += self._parents[name]
            self._ancestors[commit.name] = frozenset(seen)
        return self._ancestors[commit.name]
