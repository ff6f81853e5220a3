"""What became of the entities that dangling references name: renamed, moved or deleted, and by which commit.

`whereabouts(snapshot, references)` asks git once, and only about the references that it is given. An entity lives on
where its id does, however little the two files have in common.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from qafiles.errors import GitError
from qafiles.git import GitRepository
from qafiles.git.completeness import HOW_TO_GET_COMMITS, how_to_get_objects
from qafiles.git.dates import day_text
from qafiles.git.log import boundary
from qafiles.git.removals import Removal, removals
from qafiles.kinds import Kind
from qafiles.layout import LABELS, Place, classify, looks_like_id, path_for
from qafiles.parsing import MAX_SECRET_SIZE, parse
from qafiles.parsing.ids import legible_id
from qafiles.references import Reference
from qafiles.snapshot import EntityFile, Snapshot
from qafiles.sources import FolderSource, GitObjectSource, Source
from qafiles.sources.merged import MergedSource
from qafiles.sources.overlay import OverlaySource

_MOST_PATHS: Final = 100
"""Paths up to which git is asked about these alone; for more, one look at the whole data root is quicker."""
MOST_BLOBS: Final = 5_000
"""Removed files that are searched for an id, newest first."""


class Removed(NamedTuple):
    """The commit that removed a file, with its author and the author's date as `YYYY-MM-DD`."""

    commit: str
    author: str
    date: str


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """The entity that a dangling reference named: where its file was, and where the entity is now.

    `file` is None when it was deleted. `removed` is None when the change is not committed yet. `direct` is false when
    the entity was renamed again after it had lost this handle.
    """

    kind: Kind
    path: str
    handle: str
    file: EntityFile | None
    removed: Removed | None
    direct: bool = True

    def new_value(self, project: str | None) -> str | None:
        """Return the handle by which a file of a project refers to the entity now, or None when it was deleted."""
        if self.file is None:
            return None
        return self.file.handle.removeprefix(f"{project}/") if project else self.file.handle

    def message(self, project: str | None) -> str:
        """Return what happened, as a message about a reference in a file of this project says it."""
        old = self.handle.removeprefix(f"{project}/") if project else self.handle
        new = self.new_value(project)
        when = "and that is not committed yet"
        if self.removed is not None:
            when = f"in {self.removed.commit[:10]} by {self.removed.author} on {self.removed.date}"
        what = f"{LABELS[self.kind]} `{old}` was"
        if new is None:
            return f"{what} deleted{',' if self.removed is None else ''} {when}"
        verb = "renamed" if _folder(self.handle) == _folder(str(self.file and self.file.handle)) else "moved"
        if self.removed is None:
            return f"{what} {verb} to `{new}`, {when}"
        return (
            f"{what} {verb} to `{new}` {when}" if self.direct else f"{what} {verb} {when}, and is `{new}` now"
        )


def _folder(handle: str) -> str:
    return handle.rpartition("/")[0]


class AskedHistory(NamedTuple):
    """The history that is asked: of a repository, below a folder, up to some commits."""

    repository: GitRepository
    prefix: str
    tips: tuple[str, ...]
    committed: bool
    """Whether the files come from a commit, so that nothing uncommitted can explain what is missing."""


def whereabouts(
    snapshot: Snapshot, references: Iterable[Reference], lacking: list[str] | None = None
) -> Mapping[Reference, Whereabouts]:
    """Return what became of the entities that dangling references of a snapshot name, as far as git knows.

    The history up to the snapshot's revision is asked, or that of HEAD, and for a merge that of both sides; placeholders are passed over. Without git,
    commits or a trace the answer is empty. What git lacks that might tell more is added to `lacking`.
    """
    lacking = [] if lacking is None else lacking
    history = asked_history(snapshot.source)
    wanted = {
        reference: _candidates(snapshot, reference) for reference in references if not reference.placeholder
    }
    if history is None or not wanted:
        return {}
    try:
        if boundary(history.repository):
            lacking.append(
                f"this clone is shallow and lacks older commits, which may tell more: {HOW_TO_GET_COMMITS}"
            )
        by_reference = _by_reference(snapshot, history, wanted, lacking)
        left = {reference: paths for reference, paths in wanted.items() if reference not in by_reference}
        return (
            by_reference | _by_reference(snapshot, history, left, lacking, merges=True)
            if left
            else by_reference
        )
    except GitError:
        lacking.append(lacking_sentence(history))
        return {}


def lacking_sentence(history: AskedHistory) -> str:
    """Return that git lacks what might tell more, and how to get it."""
    return f"git can't tell what became of it: {how_to_get_objects(history.repository)}"


def asked_history(source: Source) -> AskedHistory | None:
    """Return the history behind a source, None where there is none, and where it takes too long to ask."""
    if isinstance(source, OverlaySource) and source.has_history:
        source = source.base
    if isinstance(source, FolderSource) and source.repository is not None:
        repository, revision = source.repository, None
    elif isinstance(source, GitObjectSource):
        repository, revision = source.repository, source.revision
    elif isinstance(source, MergedSource):
        ours = source.ours
        tips = (str(ours.revision), source.theirs)
        return AskedHistory(ours.repository, ours.folder + "/" if ours.folder else "", tips, committed=True)
    else:
        return None
    try:
        if revision is None and not repository.has_commit("HEAD"):
            return None
    except GitError:
        return None
    prefix = "" if source.root == "." else source.root + "/"
    return AskedHistory(repository, prefix, (revision or "HEAD",), committed=revision is not None)


def _candidates(snapshot: Snapshot, reference: Reference) -> tuple[str, ...]:
    """Return the paths at which a reference by handle was resolved once, in the order in which they are tried."""
    value, project = reference.value, snapshot.files[reference.path].project
    if looks_like_id(value):
        return ()
    paths = []
    for handle in (f"{project}/{value}" if project else "", value):
        try:
            paths.append(path_for(reference.target, handle))
        except ValueError:
            continue
    return tuple(paths)


def _by_reference(
    snapshot: Snapshot,
    history: AskedHistory,
    wanted: Mapping[Reference, tuple[str, ...]],
    lacking: list[str],
    *,
    merges: bool = False,
) -> dict[Reference, Whereabouts]:
    """Return the answers that commits give, or with `merges` those that only a merge gives."""
    paths = {path for candidates in wanted.values() for path in candidates}
    ids = {reference.value for reference in wanted if looks_like_id(reference.value)}
    kinds = {reference.target for reference in wanted if looks_like_id(reference.value)}
    by_path: dict[str, Removal] = {}
    of_kinds: list[Removal] = []
    for removal in removals_in(snapshot, history, paths, everything=bool(ids), merges=merges):
        if removal.path in paths:
            by_path.setdefault(removal.path, removal)
        place = classify(removal.path) if ids else None
        if isinstance(place, Place) and place.kind in kinds and len(of_kinds) < MOST_BLOBS:
            of_kinds.append(removal)
    blobs = dict.fromkeys(removal.blob for removal in (*by_path.values(), *of_kinds))
    contents = [*history.repository.blobs([*blobs], MAX_SECRET_SIZE + 1)]
    if None in contents and not lacking:
        lacking.append(lacking_sentence(history))
    id_by_blob = dict(zip(blobs, map(_id_in, contents), strict=True))
    by_id: dict[str, Removal] = {}
    for removal in of_kinds:
        id_ = id_by_blob[removal.blob]
        if id_ in ids:
            by_id.setdefault(str(id_), removal)
    result = {}
    for reference, candidates in wanted.items():
        known = (by_path[path] for path in candidates if path in by_path)
        last_removal = by_id.get(reference.value) if looks_like_id(reference.value) else next(known, None)
        place = classify(last_removal.path) if last_removal else None
        if last_removal is not None and isinstance(place, Place):
            result[reference] = whereabouts_of(
                snapshot, history, place, last_removal, id_by_blob[last_removal.blob]
            )
    return result


def whereabouts_of(
    snapshot: Snapshot, history: AskedHistory, place: Place, removal: Removal, id_: str | None
) -> Whereabouts:
    """Return what became of the entity whose file a removal is of, by the id that it had."""
    file = snapshot.by_id.get(id_) if id_ is not None else None
    if file is not None and file.kind != place.kind:
        file = None
    direct = file is None or not removal.commit or history.prefix + file.path in removal.added
    removed = Removed(removal.commit, removal.author, day_text(removal.date)) if removal.commit else None
    return Whereabouts(place.kind, removal.path, place.handle, file, removed, direct)


def removals_in(
    snapshot: Snapshot, history: AskedHistory, paths: set[str], *, everything: bool, merges: bool
) -> Iterator[Removal]:
    """Yield removals with paths relative to the data root, newest first; those not committed come before all others."""
    prefix = history.prefix
    if not history.committed:
        for entry in history.repository.tree_entries("HEAD", prefix.rstrip("/")):
            if entry.path not in snapshot.files and (everything or entry.path in paths):
                yield Removal(entry.path, entry.blob, "", "", "", frozenset())
    asked: Sequence[str] = sorted(prefix + path for path in paths)
    if everything or len(asked) > _MOST_PATHS:
        asked = [prefix.rstrip("/")] if prefix else []
    for removal in removals(history.repository, history.tips, asked, merges=merges):
        if removal.path.startswith(prefix):
            yield removal._replace(path=removal.path[len(prefix) :])


def _id_in(content: bytes | None) -> str | None:
    return None if content is None else legible_id(parse(content, MAX_SECRET_SIZE).data, content)
