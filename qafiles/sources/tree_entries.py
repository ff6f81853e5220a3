"""What a working tree lists, made when somebody asks: of most files, who loads from what is kept asks nothing."""

from collections.abc import Collection, Iterator, Mapping

from qafiles.git import ListedPath
from qafiles.sources.source import SourceEntry

_new = tuple.__new__  # a NamedTuple's own constructor takes more than twice as long


class TreePaths(Collection[ListedPath]):
    """The paths of a working tree of which none is in conflict or left out."""

    def __init__(self, paths: Collection[str]) -> None:
        """Take the paths, sorted."""
        self._paths = paths

    def __iter__(self) -> Iterator[ListedPath]:
        return (_new(ListedPath, (path, False, False)) for path in self._paths)

    def __len__(self) -> int:
        return len(self._paths)

    def __contains__(self, item: object) -> bool:
        return isinstance(item, ListedPath) and item == (item.path, False, False) and item.path in self._paths


class TreeEntries(Mapping[str, SourceEntry]):
    """The entries of such paths, none of which is a link or another repository."""

    def __init__(self, paths: Collection[str]) -> None:
        """Take the paths, sorted."""
        self._paths = paths
        self._made: dict[str, SourceEntry] = {}

    def __getitem__(self, path: str) -> SourceEntry:
        entry = self._made.get(path)
        if entry is None:
            if path not in self._paths:
                raise KeyError(path)
            entry = self._made[path] = _new(SourceEntry, (path, "", None, False))
        return entry

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)

    def __contains__(self, path: object) -> bool:
        return path in self._paths

    def changed(self, added: Collection[str], removed: Collection[str]) -> "TreeEntries":
        """Return the entries with those of some paths more, and without those of others."""
        if not added and not removed:
            return self
        paths = dict.fromkeys([*self._paths, *added])
        for path in removed:
            paths.pop(path, None)
        # Most of them are sorted, which a set would not know of.
        return TreeEntries(dict.fromkeys(sorted(paths)) if added else paths)
