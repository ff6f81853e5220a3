"""The change as a whole, beside its commits: what they come to together must be allowed, too."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from qafiles.access.judging import Judge, Ruling, no_commit
from qafiles.access.makers import Maker
from qafiles.access.operations import PathChange
from qafiles.access.policy import Claim
from qafiles.git.changes_between import RawCommit
from qafiles.git.repository import TreeEntry


class Net(NamedTuple):
    """The change as a whole: what happens at each path, and the paths as they are afterwards."""

    changes: Sequence[PathChange]
    entries: Mapping[str, TreeEntry | None]


class Parts(NamedTuple):
    """What each commit changes, who made it, and the key that signs one that adds keys, by the commit's name; beside the whole."""

    changes: Mapping[str, Sequence[PathChange]]
    makers: Mapping[str, Maker]
    proofs: Mapping[str, Claim]
    commits: Sequence[RawCommit]
    net: Net

    def writers(self, path: str) -> Iterator[Maker]:
        """Yield who wrote the content of a path: git puts a new file where the other side moved its folder to."""
        entry = self.net.entries.get(path)
        for commit in self.commits if entry is not None else ():
            if any(change.new and entry and change.new.blob == entry.blob for change in commit.changes):
                yield self.makers[commit.name]


def unproven(parts: Parts, commits: Sequence[RawCommit]) -> Iterator[Ruling]:
    """Yield a warning for each commit whose author was taken at their word, at the first path that it changes."""
    for commit in reversed(commits):
        maker, changes = parts.makers[commit.name], parts.changes[commit.name]
        if maker.is_unsigned and changes:
            who = f"`{commit.email[:80]}`"
            why = f"{maker.missing}; {who} was taken at their word, which proves nothing"
            hint = "sign commits, and ask for it: `access: {require_signed: error}`"
            yield Ruling(commit, changes[0].path, changes[0].what, who, why, "QF802", hint, is_error=False)


def _not_judged_yet(parts: Parts) -> Iterator[PathChange]:
    """Yield the changes as a whole that are not what one commit did, which alone changed the path: that is judged with it."""
    by_path: dict[str, list[PathChange]] = {}
    for changes in parts.changes.values():
        for change in changes:
            by_path.setdefault(change.path, []).append(change)
            if change.source is not None:
                by_path.setdefault(change.source, []).append(change)
    return (change for change in parts.net.changes if by_path.get(change.path) != [change])


def as_a_whole(judge: Judge, parts: Parts, refused: Collection[str]) -> Iterator[Ruling]:
    """Yield the rulings on the change as a whole, for which those answer who changed the path, or what it was renamed from."""
    left = [*_not_judged_yet(parts)]
    if not left:
        return
    standing = connected(parts.changes)
    claims: dict[str, dict[Claim, None]] = {}
    keys: dict[str, Claim] = {}
    for name, changes in parts.changes.items():
        for change in changes:
            root = standing[change.path]
            maker = parts.makers[name]
            claims.setdefault(root, {}).update(dict.fromkeys(() if maker.is_bad else maker.claims))
            if name in parts.proofs:
                keys[root] = parts.proofs[name]
    for change in left:
        if change.path in refused or change.source in refused:
            continue
        origin = standing.get(change.path) or standing.get(change.source or "")
        able = tuple(claims.get(origin, ())) if origin is not None else ()
        if origin is None:
            writers = [*parts.writers(change.path)]
            able = tuple(dict.fromkeys(claim for each in writers if not each.is_bad for claim in each.claims))
            if not writers:
                yield no_commit(change)
                continue
        ruling = judge.ruling(change, Maker(able, next(iter(able), None)), None, keys.get(origin or ""))
        if not ruling.is_allowed:
            yield ruling


def connected(commits: Mapping[str, Sequence[PathChange]]) -> Mapping[str, str]:
    """Return a path that stands for each changed one: the same for all paths that renames join."""
    standing: dict[str, str] = {}

    def first(path: str) -> str:
        while (other := standing.setdefault(path, path)) != path:
            standing[path] = standing[other]
            path = other
        return path

    for changes in commits.values():
        for change in changes:
            root = first(change.path)
            if change.source is not None:
                standing[first(change.source)] = root
    return {path: first(path) for path in [*standing]}
