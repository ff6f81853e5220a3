"""What validating a data root came to, as plain values: whatever is selected from and rendered."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from qafiles.diagnostics import Diagnostic, Undecided
from qafiles.kinds import SECRET, Kind
from qafiles.layout import SETTINGS_FILE

_NONE: Final[Mapping[Kind, Any]] = MappingProxyType({})


def _unread(paths: Sequence[str]) -> Iterator[bytes | None]:
    return iter([None] * len(paths))


class Verdict(NamedTuple):
    """The diagnostics of a data root, sorted, and all that is said beside them.

    `undecided` is what rules could not decide, `unchecked` sentences about what nobody looked at. `folder` is where the data
    root lies on disk, `root` where it lies below the top of the git repository, `revision` the commit that it was read from.
    `files` are the paths of entities by kind, `valid` the numbers of those without problems, and `others` the remaining paths
    that the data root holds. `read` yields the contents of paths, None for what can't be read.
    """

    diagnostics: tuple[Diagnostic, ...]
    undecided: tuple[Undecided, ...] = ()
    unchecked: tuple[str, ...] = ()
    folder: str = "."
    root: str = "."
    revision: str | None = None
    files: Mapping[Kind, Sequence[str]] = _NONE
    valid: Mapping[Kind, int] = _NONE
    others: Sequence[str] = ()
    read: Callable[[Sequence[str]], Iterator[bytes | None]] = _unread

    @property
    def checked(self) -> int:
        """The number of files that were checked: the entities' and the settings."""
        return sum(map(len, self.files.values())) + (SETTINGS_FILE in self.others)

    @property
    def entity_paths(self) -> frozenset[str]:
        """The paths of entities."""
        return frozenset(path for paths in self.files.values() for path in paths)

    @property
    def paths(self) -> frozenset[str]:
        """Every path that the data root holds."""
        return self.entity_paths.union(self.others)

    @property
    def secret_paths(self) -> frozenset[str]:
        """The paths of secrets."""
        return frozenset(self.files.get(SECRET, ()))
