"""The history of every entity of a data root, from one pass of git."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from qafiles.declared_fields import NOTHING_DECLARED, DeclaredFields
from qafiles.diagnostics import LeftOut
from qafiles.errors import AmbiguousNameError, UnknownEntityError, UnknownRevisionError, UnreadEntityError
from qafiles.git import GitRepository, MissingObjectsError
from qafiles.git.completeness import HOW_TO_GET_COMMITS, how_to_get_objects
from qafiles.git.log import LoggedCommit, boundary
from qafiles.git.people import People, people_of
from qafiles.history.declared import declared_at
from qafiles.history.entity_paths import EntityPaths, entity_blobs
from qafiles.history.facts import facts_of
from qafiles.history.facts_cache import FactsCache
from qafiles.history.replay import Replay, TreeOf
from qafiles.history.replay_cache import ReplayCache
from qafiles.history.roots import followed
from qafiles.history.state import State
from qafiles.history.stored_replay import Head, StoredStates, authors_of, stored_replay_of
from qafiles.layout import name_part
from qafiles.processes import collector_paused
from qafiles.snapshot import Snapshot
from qafiles.snapshot.naming import beginning_with, is_name_of_path, kind_and_handle
from qafiles.sources import FolderSource, GitObjectSource, Source
from qafiles.sources.overlay import OverlaySource

_NOTHING: Final[Mapping[Any, Any]] = MappingProxyType({})


class _Values(NamedTuple):
    """The values of a history."""

    revision: str | None = None
    commits: Sequence[LoggedCommit] = ()
    states: Mapping[str, tuple[State, ...]] = _NOTHING
    last: Mapping[str, State] = _NOTHING
    unknown: str | None = None
    incomplete: str | None = None
    shallow: frozenset[str] = frozenset()
    missing: int = 0
    vague: frozenset[str] = frozenset()
    """Commits of which it can't be told what they made new: files that they replaced or removed can't be read."""
    unreadable: bool = False
    """Whether there is no history since git lacks objects that it is made from."""
    repository: GitRepository | None = None
    roots: tuple[str, ...] = ()
    """The places that the data root has had, the present one first."""
    people: People = _NOTHING
    """Who is meant by the authors that commits name, where that is somebody else; commits hold those who are meant."""


class History(_Values):
    """All that git knows about the entities of a data root, up to one commit.

    `states` holds the states of each id in the order of their commits, `last` the state after the commit, which may be a
    deletion. `commits` are without what they changed. `unknown` says why there is no history at all, and `incomplete` what is missing in it.
    """

    @cached_property
    def lost(self) -> set[str]:
        """Blobs of states that were not here any more when their data was asked for."""
        return set()

    def __repr__(self) -> str:
        """Return what it is the history of, without the history."""
        return f"History({self.revision!r}, unknown={self.unknown!r}, incomplete={self.incomplete!r})"

    @cached_property
    def declared(self) -> DeclaredFields:
        """The custom fields that the data root declares at the last commit, by which references are compared."""
        if self.repository is None or self.revision is None:
            return NOTHING_DECLARED
        return declared_at(self.repository, self.revision, self.roots[0] if self.roots else "")

    @property
    def left_out(self) -> LeftOut:
        """What answers from this history are made without."""
        why = self.unknown or self.incomplete
        if why is None and self.lost and self.repository is not None:
            why = _missing_sentence(self.repository, len(self.lost))
        return LeftOut((why,) if why is not None else (), self.unreadable or why not in {None, self.unknown})

    def named(self, argument: str, *, shortened: bool = False) -> list[str]:
        """Return the ids that a path, a handle or a `kind:handle` has named: the one that it names now, then the latest.

        `shortened` is whether the last parts of a handle are a name, too.
        """
        kind, handle = kind_and_handle(argument.removeprefix("./"))
        # Few paths hold the end of the name, and to look closely at all takes longer than git's log.
        end = name_part(handle)
        ids = self.states.holding(end) if isinstance(self.states, StoredStates) else [*self.states]
        named = {
            id_: named_states
            for id_ in ids
            if (
                named_states := [
                    state
                    for state in self.states[id_]
                    if state.path is not None
                    and end in state.path
                    and is_name_of_path(state.path, kind, handle, shortened=shortened)
                ]
            )
        }
        if len(named) < 2:
            return [*named]
        order = {commit.name: -number for number, commit in enumerate(self.commits)}
        ranks = {
            id_: max((state is self.last.get(id_), order[state.commit.name]) for state in named_states)
            for id_, named_states in named.items()
        }
        return sorted(ranks, key=ranks.__getitem__, reverse=True)

    def find(self, argument: str) -> str:
        """Return the id of an entity that exists or existed: by id, handle, path or the beginning of an id.

        Of several entities that a handle named one after the other, the latest is meant. Raises UnknownEntityError.
        """
        if argument in self.states:
            return argument
        named = self.named(argument)
        if named:
            return named[0]
        ids = beginning_with(argument, self.states)
        if len(ids) == 1:
            return ids[0]
        if ids:
            listed = ", ".join(sorted(ids)[:5])
            raise AmbiguousNameError(f"`{argument}` begins {len(ids)} ids: {listed}; write more of it")
        why = self.unknown or self.incomplete
        error = UnreadEntityError if self.left_out.is_missing else UnknownEntityError
        raise error(f"no entity is or was called `{argument}`" + (f" ({why})" if why else ""))


def history_of(data: Snapshot | Source, rev: str | None = None, *, cached: bool = True) -> History:
    """Return the history of every entity of a data root up to a revision, or to the commit that the data stands on.

    Where there is none, as without git, without commits or where git lacks them, the result says why. Raises GitError,
    UnknownRevisionError, and DataRootError where the settings ask for another release.
    """
    source = data.source if isinstance(data, Snapshot) else data
    if not isinstance(data, Snapshot):
        from qafiles.loading.settings import required  # noqa: PLC0415  # not needed for what is loaded

        required(source)
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
        return History(unknown="the repository has no commits yet", repository=repository)
    except MissingObjectsError as error:
        return History(unknown=str(error), unreadable=True, repository=repository)
    try:
        return _history(repository, commit, "" if source.root == "." else source.root, cached=cached)
    except MissingObjectsError as error:
        return History(unknown=str(error), unreadable=True, repository=repository)


@collector_paused()
def _history(repository: GitRepository, commit: str, root: str, *, cached: bool) -> History:
    cache = ReplayCache.of(repository, root) if cached else None
    replay = cache.load(commit) if cache is not None else None
    if replay is None and cache is not None:
        replay = cache.continued(commit, _tree_of(repository))
        if replay is not None:
            cache.save(commit, replay)
    if replay is None:
        return _replayed(repository, commit, root, cache)
    shallow = frozenset(replay.head.shallow)
    replay.commits.people = people_of(repository, replay.head.authors)
    return History(
        commit,
        replay.commits,
        replay.states,
        replay.last,
        incomplete=_incomplete(repository, shallow, 0),
        shallow=shallow,
        repository=repository,
        people=replay.commits.people,
        roots=replay.head.roots,
    )


def _replayed(repository: GitRepository, commit: str, root: str, cache: ReplayCache | None) -> History:
    roots, commits = followed(repository, commit, root)
    is_entity = EntityPaths()
    blobs = entity_blobs(commits, roots, is_entity)
    known = facts_of(repository, blobs, FactsCache.of(repository) if cache is not None else None)
    missing_blobs = {blob for blob in blobs if blob not in known}
    missing = len(missing_blobs)
    vague = (
        {c.name for c in commits if any(before in missing_blobs for _, before, _ in c.changes)}
        if missing_blobs
        else ()
    )
    authors = tuple(authors_of(commits).items())
    people = people_of(repository, authors)
    replay = Replay(known, roots, _tree_of(repository), is_entity)
    replay.people = people
    replay.declared = declared_at(repository, commit, root)
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
        incomplete=_incomplete(repository, shallow, missing),
        shallow=shallow,
        missing=missing,
        vague=frozenset(vague),
        repository=repository,
        people=people,
        roots=tuple(roots),
    )


def _tree_of(repository: GitRepository) -> TreeOf:
    def tree(name: str, folder: str) -> Iterator[tuple[str, str]]:
        for entry in repository.tree_entries(name, folder):
            if entry.mode in {"100644", "100755"}:
                yield entry.path, entry.blob

    return tree


def _incomplete(repository: GitRepository, shallow: frozenset[str], missing: int) -> str | None:
    sentences = []
    if shallow:
        sentences.append(f"this clone is shallow and lacks older commits; {HOW_TO_GET_COMMITS}")
    if missing:
        sentences.append(_missing_sentence(repository, missing))
    return "; ".join(sentences) or None


def _missing_sentence(repository: GitRepository, missing: int) -> str:
    files = "1 older file" if missing == 1 else f"{missing} older files"
    return f"git lacks the content of {files}; {how_to_get_objects(repository)}"
