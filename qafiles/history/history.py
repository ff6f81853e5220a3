"""The history of every entity of a data root, from one pass of git."""

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from qafiles.errors import UnknownEntityError, UnknownRevisionError
from qafiles.git import GitRepository
from qafiles.git.log import LoggedCommit, boundary, deleted_in, log
from qafiles.git.people import People, people_of
from qafiles.history.entity_paths import EntityPaths, entity_blobs
from qafiles.history.facts import facts_of
from qafiles.history.facts_cache import FactsCache
from qafiles.history.replay import Replay, State, TreeOf
from qafiles.history.replay_cache import ReplayCache
from qafiles.history.stored_replay import Head, StoredStates, authors_of, stored_replay_of
from qafiles.layout import SETTINGS_FILE, Place, classify
from qafiles.processes import collector_paused
from qafiles.snapshot import Snapshot
from qafiles.sources import FolderSource, GitObjectSource, Source
from qafiles.sources.overlay import OverlaySource

_MOVES = 20
"""Places of a data root that are followed; a history that moves it more often is not made by people."""


@dataclass(frozen=True)
class History:
    """All that git knows about the entities of a data root, up to one commit.

    `states` holds the states of each id in the order of their commits, `last` the state after the commit, which may be a
    deletion. `commits` are without what they changed. `unknown` says why there is no history at all, and `incomplete` what is missing in it.
    """

    revision: str | None = None
    commits: Sequence[LoggedCommit] = field(default=(), repr=False)
    states: Mapping[str, tuple[State, ...]] = field(default_factory=dict, repr=False)
    last: Mapping[str, State] = field(default_factory=dict, repr=False)
    unknown: str | None = None
    incomplete: str | None = None
    shallow: frozenset[str] = frozenset()
    missing: int = 0
    repository: GitRepository | None = field(default=None, repr=False, compare=False)
    people: People = field(default_factory=dict, repr=False)
    """Who is meant by the authors that commits name, where that is somebody else; commits hold those who are meant."""

    def _named(self, name: str) -> list[str]:
        """Return the ids that a path, a handle or a `kind:handle` has named: the one that it names now, then the latest."""
        # Few paths hold the end of the name, and to look closely at all takes longer than git's log.
        end = name.rpartition(":")[2].rpartition("/")[2]
        ids = self.states.holding(end) if isinstance(self.states, StoredStates) else [*self.states]
        named = {
            id_: found
            for id_ in ids
            if (
                found := [
                    state
                    for state in self.states[id_]
                    if state.path is not None and end in state.path and name in _names(state.path)
                ]
            )
        }
        if len(named) < 2:
            return [*named]
        order = {commit.name: -number for number, commit in enumerate(self.commits)}
        ranks = {
            id_: max((state is self.last.get(id_), order[state.commit.name]) for state in found)
            for id_, found in named.items()
        }
        return sorted(ranks, key=ranks.__getitem__, reverse=True)

    def find(self, argument: str) -> str:
        """Return the id of an entity that exists or existed: by id, handle, path or the beginning of an id.

        Of several entities that a handle named one after the other, the latest is meant. Raises UnknownEntityError.
        """
        if argument in self.states:
            return argument
        kind, colon, handle = argument.partition(":")
        name = f"{kind.replace('-', '_')}:{handle}" if colon else argument.removeprefix("./")
        ids = self._named(name)
        if ids:
            return ids[0]
        if len(argument) >= 4 and argument.isalnum():
            ids = [id_ for id_ in self.states if id_.startswith(argument)]
            if len(ids) == 1:
                return ids[0]
            if ids:
                listed = ", ".join(sorted(ids)[:5])
                raise UnknownEntityError(f"`{argument}` begins {len(ids)} ids: {listed}; write more of it")
        why = self.unknown or self.incomplete
        raise UnknownEntityError(f"no entity is or was called `{argument}`" + (f" ({why})" if why else ""))


def _names(path: str) -> tuple[str, ...]:
    place = classify(path)
    if not isinstance(place, Place):
        return ()
    return path, place.handle, f"{place.kind}:{place.handle}"


def history_of(data: Snapshot | Source, rev: str | None = None, *, cached: bool = True) -> History:
    """Return the history of every entity of a data root up to a revision, or to the commit that the data stands on.

    Where there is none, as without git or without commits, the result says why. Raises GitError and
    UnknownRevisionError.
    """
    source = data.source if isinstance(data, Snapshot) else data
    while isinstance(source, OverlaySource):
        source = source.base
    repository = source.repository if isinstance(source, FolderSource | GitObjectSource) else None
    if repository is None:
        why = "; ".join(source.unchecked) or "the data lies in no git repository"
        return History(unknown=why)
    asked = rev if rev is not None else source.revision
    try:
        commit = repository.commit(asked if asked is not None else "HEAD")
    except UnknownRevisionError:
        if asked is not None:
            raise
        return History(unknown="the repository has no commits yet")
    return _history(repository, commit, "" if source.root == "." else source.root, cached=cached)


@collector_paused()
def _history(repository: GitRepository, commit: str, root: str, *, cached: bool) -> History:
    cache = ReplayCache.of(repository, root) if cached else None
    kept = cache.load(commit) if cache is not None else None
    if kept is None and cache is not None:
        kept = cache.continued(commit, _tree_of(repository))
        if kept is not None:
            cache.save(commit, kept)
    if kept is None:
        return _replayed(repository, commit, root, cache)
    shallow = frozenset(kept.head.shallow)
    kept.commits.people = people_of(repository, kept.head.authors)
    return History(
        commit,
        kept.commits,
        kept.states,
        kept.last,
        incomplete=_incomplete(shallow, 0),
        shallow=shallow,
        repository=repository,
        people=kept.commits.people,
    )


def _replayed(repository: GitRepository, commit: str, root: str, cache: ReplayCache | None) -> History:
    roots, commits = _followed(repository, commit, root)
    is_entity = EntityPaths()
    blobs = entity_blobs(commits, roots, is_entity)
    known = facts_of(repository, blobs, FactsCache.of(repository) if cache is not None else None)
    missing = sum(blob not in known for blob in blobs)
    authors = tuple(authors_of(commits).items())
    people = people_of(repository, authors)
    replay = Replay(known, roots, _tree_of(repository), is_entity, people)
    tip = replay.run(commits)
    last = tip.all()
    shallow = boundary(repository).intersection(logged.name for logged in commits)
    # What is missing may be there the next time.
    if cache is not None and not missing:
        head = Head(0, tuple(roots), tip.active, tuple(sorted(tip.present)), tuple(sorted(shallow)), authors)
        cache.save(commit, stored_replay_of(head, commits[::-1], replay.states, last))
    return History(
        commit,
        tuple(reversed(replay.commits)),
        MappingProxyType({id_: tuple(states) for id_, states in replay.states.items()}),
        MappingProxyType(last),
        incomplete=_incomplete(shallow, missing),
        shallow=shallow,
        missing=missing,
        repository=repository,
        people=people,
    )


def _tree_of(repository: GitRepository) -> TreeOf:
    def tree(name: str, folder: str) -> Iterator[tuple[str, str]]:
        for entry in repository.tree_entries(name, folder):
            if entry.mode in {"100644", "100755"}:
                yield entry.path, entry.blob

    return tree


def _incomplete(shallow: frozenset[str], missing: int) -> str | None:
    if shallow:
        return "this clone is shallow and lacks older commits; `git fetch --unshallow` gets them"
    if missing:
        return f"git can't read {missing} older file{'s' if missing > 1 else ''}; `git fsck` or fetching them helps"
    return None


def _followed(repository: GitRepository, commit: str, root: str) -> tuple[list[str], list[LoggedCommit]]:
    """Return the places that the data root has had, the present one first, and the log of them."""
    roots = [root]
    asked: set[tuple[str, str]] = set()
    while True:
        commits = log(repository, commit, roots)
        found = len(roots)
        while (known := len(roots)) < _MOVES:
            settings = {posixpath.join(place, SETTINGS_FILE) for place in roots}
            questions = {
                (logged.parents[0], logged.name): None
                for logged in commits
                for path, before, after in logged.changes
                if path in settings and before is None and after is not None and logged.parents
            }
            for question in [item for item in questions if item not in asked]:
                asked.add(question)
                roots += [place for place in _left(repository, *question) if place not in roots]
            # Below a new place another log may have to look; that of the top has seen everything.
            if len(roots) == known or "" not in roots[:found]:
                break
        if len(roots) == found or "" in roots[:found]:
            return roots, commits


def _left(repository: GitRepository, parent: str, commit: str) -> list[str]:
    """Return the folders from which a commit took the settings file."""
    if not repository.has_commit(parent):
        return []
    return [
        folder
        for folder, _, name in (path.rpartition("/") for path in deleted_in(repository, parent, commit))
        if name == SETTINGS_FILE
    ]
