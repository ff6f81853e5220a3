"""What the references of one state name, without loading that state.

A handle is a path, so that the list of paths tells whether it names something. Ids are known of the files that differ;
another file is read only where a field holds ids, of which the handle is to be shown or to be compared with a handle.
"""

from collections.abc import Mapping
from functools import cached_property
from typing import Final

from qafiles.diff.sides import Side, parsed
from qafiles.kinds import Kind
from qafiles.layout import PROJECT_KINDS, Place, classify, is_id, looks_like_id, path_for
from qafiles.references import parents, paths_meant
from qafiles.snapshot import EntityFile
from qafiles.sources import SourceEntry

_MOST_READ: Final = 1_000
"""Files of a kind and project that are read for their ids; where there are more, an id is shown as it is."""


class Names:
    """The entities of one side, by handle and by id."""

    def __init__(self, side: Side) -> None:
        self.side = side
        self._ids: dict[str, str | None] = {path: file.id for path, file in side.files.items()}
        self._scanned: set[tuple[Kind, str | None]] = set()
        self.missing: list[str] = []
        """Paths of files whose id was asked for, and whose content git lacks."""
        self.refused: list[str] = []
        """Those of which another reason keeps the id from being read."""
        self._paths = {file.id: path for path, file in reversed([*side.files.items()]) if file.id}

    @cached_property
    def _entries(self) -> Mapping[str, SourceEntry]:
        """Every entry; reading the list costs no look into a file."""
        return {entry.path: entry for entry in self.side.source.entries()}

    def _exists(self, path: str) -> bool:
        return path in self.side.files or (not self.side.whole and path in self._entries)

    def identity(self, kind: Kind, value: str, project: str | None, *, read: bool) -> str:
        """Return a text that is equal for two references, in either state, when they name the same entity.

        With `read`, the id of a file that does not differ is looked up in the file.
        """
        paths = () if looks_like_id(value) else paths_meant(kind, value, project)
        path = next(filter(self._exists, paths), None)
        if path is None and is_id(value):
            return f"id {value}"
        if path is None:
            return f"text {value}"
        if path not in self._ids and read:
            self._read([path])
        id_ = self._ids.get(path)
        return f"id {id_}" if id_ else f"path {path}"

    def shown(self, kind: Kind, value: str, project: str | None) -> str:
        """Return the handle that a reference is shown by, short within its project; the value itself if it dangles."""
        if not is_id(value):
            return value
        if value not in self._paths and not self.side.whole:
            self._scan(kind, project)
        place = classify(self._paths.get(value, ""))
        if not isinstance(place, Place):
            return value
        return place.handle.removeprefix(f"{project}/") if project else place.handle

    def _scan(self, kind: Kind, project: str | None) -> None:
        """Learn the ids of a kind's files, those of a project for kinds that belong to one."""
        scope = (kind, project if kind in PROJECT_KINDS else None)
        if scope in self._scanned:
            return
        self._scanned.add(scope)
        wanted = [path for path in self._entries if path not in self._ids and _in_scope(path, *scope)]
        if len(wanted) <= _MOST_READ:
            self._read(wanted)

    def _read(self, paths: list[str]) -> None:
        results = parsed(self.side.source, [self._entries[path] for path in paths])
        for path, result in zip(paths, results, strict=True):
            self._ids[path] = id_ = result.id if result else None
            if result is not None and id_ is None and not result.legible:
                (self.missing if result.missing else self.refused).append(path)
            if id_:
                self._paths.setdefault(id_, path)


def _in_scope(path: str, kind: Kind, project: str | None) -> bool:
    place = classify(path)
    if not isinstance(place, Place) or place.kind != kind:
        return False
    return project is None or place.handle.startswith(project + "/")


def implied(file: EntityFile) -> Mapping[str, str]:
    """Return the paths of the entities that a file's place implies, by the field that would name them."""
    return {name: path_for(*parent) for name, parent in parents(file.kind, file.handle).items()}
