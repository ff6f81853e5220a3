"""What a replay has found as text that is kept between runs: a line for each commit and one for each entity.

A line is read when it is asked for, so that the history of one entity does not wait for that of all others.
"""

import json
import json.encoder
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple, overload

from qafiles.errors import GitError
from qafiles.git.log import LoggedCommit
from qafiles.git.people import People, Person
from qafiles.history.state import State

_encode: Final = json.JSONEncoder(separators=(",", ":")).encode
_quote: Final = json.encoder.encode_basestring_ascii
_MALFORMED: Final = (ValueError, TypeError, LookupError, AttributeError, RecursionError)


class Head(NamedTuple):
    """What a replay knows beside commits and entities: how many commits, and where the data root was after the last.

    `authors` are those that the commits name, each with a commit of his; who is meant by them may change at any time.
    """

    commits: int
    roots: tuple[str, ...]
    active: str
    present: tuple[str, ...]
    shallow: tuple[str, ...]
    authors: tuple[tuple[Person, str], ...]


class StoredCommits(Sequence[LoggedCommit]):
    """The commits of lines that begin with the oldest, newest first, each read once."""

    def __init__(self, lines: Sequence[str]) -> None:
        """Take the lines as they are."""
        self.lines = lines
        self.people: People = {}
        self.read: dict[int, LoggedCommit] = {}

    def at(self, number: int) -> LoggedCommit:
        """Return a commit by its number, of which the oldest has 0."""
        if number not in self.read:
            if number < 0:
                raise IndexError(number)
            name, parents, author, email, authored, committed, subject = json.loads(self.lines[number])
            self.read[number] = LoggedCommit(
                name, tuple(parents), author, email, authored, committed, subject, ()
            ).meant(self.people)
        return self.read[number]

    def __len__(self) -> int:
        """Return the number of commits."""
        return len(self.lines)

    @overload
    def __getitem__(self, index: int) -> LoggedCommit: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[LoggedCommit]: ...
    def __getitem__(self, index: int | slice) -> LoggedCommit | Sequence[LoggedCommit]:
        """Return the commit at an index, or some of them."""
        numbers = range(len(self.lines))[::-1][index]
        try:
            return self.at(numbers) if isinstance(numbers, int) else tuple(map(self.at, numbers))
        except _MALFORMED as error:
            raise _foreign() from error


class StoredStates(Mapping[str, tuple[State, ...]]):
    """The states of each entity, of which a line is read when its id is asked for.

    `digests` are those of blobs that lines do not have.
    """

    def __init__(self, lines: Mapping[str, str], commits: StoredCommits) -> None:
        """Take the lines by id."""
        self.lines = lines
        self.commits = commits
        self.digests: Mapping[str, str] = {}
        self.read: dict[str, tuple[State, ...]] = {}

    def sharpen(self, digests: Mapping[str, str]) -> None:
        """Give the digests of blobs; what was read before is read again."""
        self.digests = digests
        self.read.clear()

    def holding(self, part: str) -> Iterator[str]:
        """Yield the ids whose lines hold some text, as those do that had a path with it."""
        # Each character is escaped by itself, so that a part of a path is a part of its line.
        escaped = _encode(part)[1:-1]
        return (id_ for id_, line in self.lines.items() if escaped in line)

    def __getitem__(self, id_: str) -> tuple[State, ...]:
        """Return the states of an entity in the order of their commits."""
        states = self.read.get(id_)
        if states is None:
            line = self.lines[id_]
            try:
                states = tuple(self._states(id_, json.loads(line.partition(" ")[2])))
            except _MALFORMED as error:
                raise _foreign() from error
            self.read[id_] = states
        return states

    def _states(self, id_: str, rows: Sequence[Any]) -> list[State]:
        states: list[State] = []
        for number, path, blob, digest, copies, parents, version, updated in rows:
            states.append(
                State(
                    id_,
                    self.commits.at(number),
                    path,
                    blob,
                    self.digests.get(blob, blob) if digest is True else digest,
                    tuple((str(place), str(copy_blob)) for place, copy_blob in copies),
                    tuple(states[index] if index >= 0 else None for index in parents),
                    version,
                    self.commits.at(updated),
                )
            )
        return states

    def __iter__(self) -> Iterator[str]:
        """Return the ids in the order in which history first had them."""
        return iter(self.lines)

    def __len__(self) -> int:
        """Return the number of entities that ever existed."""
        return len(self.lines)


class StoredLast(Mapping[str, State]):
    """The last state of each entity."""

    def __init__(self, states: StoredStates) -> None:
        """Take the states, whose lines say which is the last one."""
        self.states = states

    def __getitem__(self, id_: str) -> State:
        """Return the state that an entity has after the last commit."""
        line = self.states.lines[id_]
        if line.startswith("-"):
            raise KeyError(id_)
        states = self.states[id_]
        try:
            return states[int(line.partition(" ")[0])]
        except _MALFORMED as error:
            raise _foreign() from error

    def __iter__(self) -> Iterator[str]:
        """Return the ids of entities that have such a state: one on a branch whose changes a merge dropped has none."""
        return (id_ for id_, line in self.states.lines.items() if not line.startswith("-"))

    def __len__(self) -> int:
        """Return the number of these."""
        return sum(not line.startswith("-") for line in self.states.lines.values())


class StoredReplay:
    """The result of a replay as text, with commits and states that are read from it."""

    def __init__(self, head: Head, commits: Sequence[str], lines: Mapping[str, str]) -> None:
        """Take the lines of commits, oldest first, and those of entities by id."""
        self.head = head
        self.commits = StoredCommits(commits)
        self.states = StoredStates(lines, self.commits)
        self.last = StoredLast(self.states)

    @classmethod
    def of_text(cls, body: bytes) -> "StoredReplay | None":
        """Return what was kept in a file; None where that holds something else."""
        first, *lines = body.decode("ascii", "replace").split("\n")
        try:
            count, roots, active, present, shallow, authors = json.loads(first)
            known = tuple((Person(*person), name) for person, name in authors)
            head = Head(count, tuple(roots), active, tuple(present), tuple(shallow), known)
            return cls(head, lines[:count], dict(line.split(" ", 1) for line in lines[count:-1]))
        except _MALFORMED:
            return None

    def text(self) -> bytes:
        """Return this as the lines of a file."""
        entities = (f"{id_} {line}" for id_, line in self.states.lines.items())
        return "\n".join([_encode(self.head), *self.commits.lines, *entities, ""]).encode("ascii")

    def extended(
        self,
        commits: Iterable[LoggedCommit],
        states: Mapping[str, Sequence[State]],
        last: Mapping[str, State | None],
    ) -> "StoredReplay":
        """Return this with more commits, and with other states of some entities."""
        added = [*commits]
        lines = [*self.commits.lines, *(_encode([*commit[:-1]]) for commit in added)]
        numbers = {commit.name: number for number, commit in self.commits.read.items()}
        for number in range(len(self.commits), len(lines)):
            numbers[json.loads(lines[number])[0]] = number
        new = {id_: _line(entity_states, last.get(id_), numbers) for id_, entity_states in states.items()}
        authors = {**authors_of(added), **dict(self.head.authors)}
        head = self.head._replace(commits=len(lines), authors=tuple(authors.items()))
        return StoredReplay(head, lines, {**self.states.lines, **new})


def authors_of(commits: Iterable[LoggedCommit]) -> dict[Person, str]:
    """Return the authors that commits name, each with a commit of his."""
    return {commit.person: commit.name for commit in commits}


def stored_replay_of(
    head: Head,
    commits: Sequence[LoggedCommit],
    states: Mapping[str, Sequence[State]],
    last: Mapping[str, State],
) -> StoredReplay:
    """Return the result of a replay, with its commits as git names them, from the first to the last, as text."""
    numbers = {commit.name: number for number, commit in enumerate(commits)}
    lines = {id_: _line(entity_states, last.get(id_), numbers) for id_, entity_states in states.items()}
    return StoredReplay(
        head._replace(commits=len(commits)), [_encode([*commit[:-1]]) for commit in commits], lines
    )


def _line(states: Sequence[State], last: State | None, numbers: Mapping[str, int]) -> str:
    places = {id(state): index for index, state in enumerate(states)}
    places[id(None)] = -1
    rows = ",".join([_row(state, places, numbers) for state in states])
    return f"{places[id(last)]} [{rows}]"


def _row(state: State, places: Mapping[int, int], numbers: Mapping[str, int]) -> str:
    # By hand, since an encoder takes several times as long for so little; names of objects and digests are hexadecimal.
    path = _quote(state.path) if state.path is not None else "null"
    blob = f'"{state.blob}"' if state.blob is not None else "null"
    digest = "null" if state.digest is None else "true" if state.digest == state.blob else f'"{state.digest}"'
    copies = _encode(state.copies) if state.copies else "[]"
    parents = ",".join([str(places[id(parent)]) for parent in state.parents])
    first, updated = numbers[state.commit.name], numbers[state.updated.name]
    return f"[{first},{path},{blob},{digest},{copies},[{parents}],{state.version},{updated}]"


def _foreign() -> GitError:
    return GitError(
        "a file in the folder `qafiles` of git's own folder was written by something else; delete that folder"
    )
