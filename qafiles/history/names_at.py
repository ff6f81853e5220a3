"""What references named at commits, read from git in one go."""

from collections.abc import Iterable, Iterator, Mapping

from qafiles.history.history import History
from qafiles.kinds import Kind
from qafiles.layout import Place, classify, is_id, looks_like_id, path_for
from qafiles.parsing import MAX_SECRET_SIZE, parse
from qafiles.parsing.ids import legible_id, quick_id
from qafiles.references import parents, paths_meant
from qafiles.snapshot import EntityFile
from qafiles.snapshot.field_changes import items_of

Lookup = tuple[str, str]
"""A commit and a path below the data root."""


class NamesAt:
    """The ids of files at commits, None where there is no file; those are asked for that `prepare` was not told of, too."""

    def __init__(self, history: History) -> None:
        self.history = history
        self._ids: dict[Lookup, str | None] = {}

    def prepare(self, wanted: Iterable[Lookup]) -> None:
        """Read the ids of some files, which takes one process of git for all of them."""
        new = [item for item in dict.fromkeys(wanted) if item not in self._ids and _is_askable(item)]
        roots = self.history.roots or ("",)
        asked = [
            f"{commit}:{root}/{path}" if root else f"{commit}:{path}"
            for commit, path in new
            for root in roots
        ]
        repository = self.history.repository
        contents = (
            repository.blobs(asked, MAX_SECRET_SIZE + 1) if repository is not None and asked else iter(())
        )
        for item in new:
            root_contents = [next(contents, None) for _ in roots]
            first = next((content for content in root_contents if content is not None), None)
            self._ids[item] = _id_in(first) if first is not None else None

    def id_at(self, commit: str, path: str) -> str | None:
        """Return the id of the file at a path of a commit, empty for one without, None where there is no file."""
        if (commit, path) not in self._ids:
            self.prepare([(commit, path)])
        return self._ids.get((commit, path))

    def at(self, commit: str) -> "CommitNames":
        """Return what references name at a commit."""
        return CommitNames(self, commit)


def _is_askable(item: Lookup) -> bool:
    """Return whether git can be asked for a path by a line of text."""
    return "\n" not in item[1] and all(not "\ud800" <= character <= "\udfff" for character in item[1])


def _id_in(content: bytes) -> str:
    id_ = quick_id(content)
    if id_ is None:
        id_ = legible_id(parse(content, MAX_SECRET_SIZE).data, content)
    return id_ or ""


class CommitNames:
    """What references name at a commit."""

    def __init__(self, names: NamesAt, commit: str) -> None:
        self.names = names
        self.commit = commit

    def identity(self, kind: Kind, value: str, project: str | None, *, read: bool) -> str:  # noqa: ARG002  # all are read
        """Return a text that is equal for two references, at whatever commits, when they name the same entity."""
        for path in () if looks_like_id(value) else paths_meant(kind, value, project):
            id_ = self.names.id_at(self.commit, path)
            if id_ is not None:
                return f"id {id_}" if id_ else f"path {path}"
        return f"id {value}" if is_id(value) else f"text {value}"

    def shown(self, kind: Kind, value: str, project: str | None) -> str:
        """Return the handle that a reference is shown by, short within its project: the last that its entity had."""
        states = self.names.history.states.get(value, ()) if is_id(value) else ()
        path = next((state.path for state in reversed(states) if state.path is not None), "")
        place = classify(path)
        if not isinstance(place, Place) or place.kind != kind:
            return value
        return place.handle.removeprefix(f"{project}/") if project else place.handle


def lookups(commit: str, file: EntityFile, fields: Mapping[str, object]) -> Iterator[Lookup]:
    """Yield the files that have to be looked at to know what some reference fields of a file name at a commit."""
    owners = parents(file.kind, file.handle)
    for name, target, _ in file.reference_fields:
        if name not in fields:
            continue
        for value in items_of(fields[name]):
            if isinstance(value, str) and not looks_like_id(value):
                yield from ((commit, path) for path in paths_meant(target, value, file.project))
        if name in owners:
            yield commit, path_for(*owners[name])
