"""What is asked about access, and the states that the change can't alter, by which it is answered."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from qafiles.access.makers import NOBODY, Word
from qafiles.access.policy import Policy, policy_of, policy_snapshot
from qafiles.git import GitRepository
from qafiles.git.changes_between import RawChange, changes_between, empty_tree
from qafiles.snapshot import Snapshot
from qafiles.sources import GitObjectSource, SourceEntry
from qafiles.sources.revisions import at_revision


class Question(NamedTuple):
    """What is asked: which commits a tip adds to a known one, in a repository that is whole, and who says who made them.

    Where nothing is known, as before the first push, all are asked about.
    """

    folder: str | Path
    repository: GitRepository
    known: str | None
    tip: str
    word: Word = NOBODY
    is_bootstrap: bool = False


class Trusted(NamedTuple):
    """A commit that the change can't alter, with its policy."""

    commit: str
    source: GitObjectSource
    entries: Sequence[SourceEntry]
    snapshot: Snapshot
    policy: Policy


def trusted_states(asked: Question, commits: Iterable[str]) -> Iterator[Trusted]:
    """Yield the states of the data root at some commits, with their policies; not those at which there is none."""
    for commit in commits:
        source = at_revision(asked.folder, commit, asked.repository)
        if isinstance(source, GitObjectSource):
            entries = source.entries()
            snapshot = policy_snapshot(source, entries)
            yield Trusted(commit, source, entries, snapshot, policy_of(snapshot))


def net_changes(repository: GitRepository, bases: Sequence[str], tip: str) -> tuple[RawChange, ...]:
    """Return what differs from the merge base: of several, from each of them, since each has what the others lack."""
    first, *others = bases or [empty_tree(repository)]
    net = changes_between(repository, first, tip)
    for base in others:
        paths = {change.path for change in changes_between(repository, base, tip)}
        net = tuple(change for change in net if change.path in paths)
    return net
