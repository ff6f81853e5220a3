"""Every commit between two, raw: what it changed by path and mode, and of a merge what the merger added.

Replace refs, grafts and the mailmap do not count, nor do attributes: the working tree is not looked at.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from qafiles.errors import GitError
from qafiles.git.completeness import HOW_TO_GET_COMMITS, is_shallow
from qafiles.git.merge import SETTINGS, require_version
from qafiles.git.objects_alone import objects_alone
from qafiles.git.process import MissingObjectsError, readable
from qafiles.git.repository import GitRepository, TreeEntry

_FIELDS: Final = ("%H", "%P", "%an", "%ae", "%s")
_OPTIONS: Final = (
    "--root",
    "--no-follow",
    "-O/dev/null",
    "--raw",
    "-z",
    "--no-abbrev",
    "--no-renames",
    "--ignore-submodules=none",
    "--full-history",
    "--encoding=UTF-8",
    "--no-show-signature",
    "--no-notes",
    "--no-decorate",
    "--no-color",
    "--no-ext-diff",
    "--no-textconv",
    "--no-relative",
    "--no-mailmap",
    f"--format=tformat:%x01{'%x00'.join(_FIELDS)}%x00",
    "--stdin",
)


_SETTINGS: Final = ("core.commitGraph=false", "format.pretty=medium")
"""What else would let a file beside the objects say what the commits are, or stop git."""

_new = tuple.__new__


class RawChange(NamedTuple):
    """A path, relative to the top, with its entry before and after; None where there was or is none."""

    path: str
    old: TreeEntry | None
    new: TreeEntry | None

    @property
    def modes(self) -> tuple[str | None, str | None]:
        """Git's modes before and after."""
        return self.old.mode if self.old else None, self.new.mode if self.new else None


class RawCommit(NamedTuple):
    """A commit as it names itself, with what it changed: against its parent, or against the merge that git would make."""

    name: str
    parents: tuple[str, ...]
    author: str
    email: str
    subject: str
    changes: tuple[RawChange, ...]


def require_whole(repository: GitRepository) -> None:
    """Raise MissingObjectsError in a shallow clone, where nobody knows what a commit changed."""
    if is_shallow(repository):
        raise MissingObjectsError(
            f"this clone is shallow, so that nobody knows which commits there are: {HOW_TO_GET_COMMITS}"
        )


def merge_bases(repository: GitRepository, first: str, second: str) -> list[str]:
    """Return the best common ancestors of two commits; none of unrelated histories."""
    process = repository.start("-c", "core.commitGraph=false", "merge-base", "--all", first, second)
    out, words = process.communicate()
    if process.returncode > 1:
        raise MissingObjectsError(f"git merge-base failed: {os.fsdecode(words).strip()[:400]}")
    return out.decode("ascii").split()


def commits_between(repository: GitRepository, known: Sequence[str], tip: str) -> list[RawCommit]:
    """Return the commits that a tip reaches and no known one does, none before its children. Raises GitError."""
    limits = (tip, *(f"^{name}" for name in known))
    data = "".join(f"{line}\n" for line in limits).encode("ascii")
    settings = [word for setting in (*SETTINGS, *_SETTINGS) for word in ("-c", setting)]
    # Without a working tree no .gitattributes is read.
    bare = repository._replace(top=None)
    out = bare.run("--bare", *settings, "log", "--topo-order", "--diff-merges=off", *_OPTIONS, data=data)
    commits = [*_commits(out)]
    merges = [commit.name for commit in commits if len(commit.parents) > 1]
    if not merges:
        return commits
    merged = _merges(repository, settings, merges)
    return [merged.get(commit.name, commit) for commit in commits]


def _merges(
    repository: GitRepository, settings: Sequence[str], names: Sequence[str]
) -> Mapping[str, RawCommit]:
    """Return merges, by name, with what the merger added."""
    from qafiles.git.temporary import temporary_folder  # noqa: PLC0415  # slow to import, and needed for merges alone

    require_version(repository)
    data = "".join(f"{name}\n" for name in names).encode("ascii")
    with temporary_folder() as place:
        alone, variables = objects_alone(repository, place, names[0])
        command = ("log", "--no-walk=unsorted", "--remerge-diff", *_OPTIONS)
        commits = _commits(alone.run(*settings, *command, data=data, variables=variables))
        octopuses = (
            _of_octopus(alone, settings, commit, variables) if len(commit.parents) > 2 else commit
            for commit in commits
        )
        merged = {commit.name: _real(repository, commit) for commit in octopuses}
    if merged.keys() != {*names}:
        raise GitError(
            "git log did not show every merge; run this again, and report it if that does not help"
        )
    return merged


def changes_between(repository: GitRepository, before: str, after: str) -> tuple[RawChange, ...]:
    """Return the paths that differ between two commits or trees, renames as deleted and added. Raises GitError."""
    return tuple(_diff(repository, before, after, {}))


def empty_tree(repository: GitRepository) -> str:
    """Return the name of the tree without entries."""
    return repository.run("hash-object", "-t", "tree", "--stdin", data=b"").decode("ascii").strip()


def _diff(
    repository: GitRepository, before: str, after: str, variables: Mapping[str, str]
) -> Iterator[RawChange]:
    options = ("-r", "-z", "--raw", "--no-renames", "--full-index", "--ignore-submodules=none", "-O/dev/null")
    out = repository.run("diff-tree", *options, before, after, variables=variables)
    tokens = iter(out.decode("utf-8", "surrogateescape").split("\0"))
    return (_change(token, next(tokens)) for token in tokens if token.startswith(":"))


def _of_octopus(
    alone: GitRepository, settings: Sequence[str], commit: RawCommit, variables: Mapping[str, str]
) -> RawCommit:
    """Return a merge of more than two with what it adds to merging one parent after the other."""
    identity = {
        f"GIT_{role}_{field}": value
        for role in ("AUTHOR", "COMMITTER")
        for field, value in (("NAME", "merge"), ("EMAIL", "merge@localhost"), ("DATE", "@0 +0000"))
    }
    merged, *others = commit.parents
    for parent in others:
        command = (*settings, "merge-tree", "--write-tree", "-z", "--allow-unrelated-histories")
        process = alone.start(*command, merged, parent, variables=variables)
        out, words = process.communicate()
        if process.returncode not in {0, 1}:
            raise GitError(f"git merge-tree failed: {os.fsdecode(words).strip()[:400]}")
        tree = out.split(b"\0", 1)[0].decode("ascii").strip()
        made = alone.run(
            "commit-tree",
            tree,
            "-p",
            merged,
            "-p",
            parent,
            "-m",
            "merge",
            variables={**variables, **identity},
        )
        merged = made.decode("ascii").strip()
    return commit._replace(changes=tuple(_diff(alone, merged, commit.name, variables)))


def _real(repository: GitRepository, commit: RawCommit) -> RawCommit:
    """Return a merge without the files that git makes of conflicts and no parent has, such as `a.yaml~HEAD`."""
    deleted = [change.path for change in commit.changes if change.new is None]
    if len(commit.parents) < 2 or not deleted:
        return commit
    known = {path for parent in commit.parents for path in repository.paths_in(parent, deleted)}
    real = tuple(change for change in commit.changes if change.new is not None or change.path in known)
    return commit._replace(changes=real)


def _commits(out: bytes) -> Iterator[RawCommit]:
    tokens = out.decode("utf-8", "surrogateescape").split("\0")
    at, end = 0, len(tokens)
    while at < end:
        token = tokens[at].rpartition("\n")[2]  # behind what git says of a merge of more than two
        if not token.startswith("\1"):
            at += 1
            continue
        parents, author, email, subject = tokens[at + 1 : at + 5]
        at += 6
        changes = []
        while at + 1 < end and (facts := tokens[at].lstrip("\n")).startswith(":"):
            changes.append(_change(facts, tokens[at + 1]))
            at += 2
        yield RawCommit(
            token[1:],
            tuple(parents.split()),
            readable(author),
            readable(email),
            readable(subject),
            tuple(changes),
        )


def _change(facts: str, path: str) -> RawChange:
    old_mode, new_mode, old, new, _ = facts[1:].split(" ")
    # A NamedTuple's own constructor takes more than twice as long, and there may be a hundred thousand.
    before = None if old_mode == "000000" else _new(TreeEntry, (path, old_mode, old, 0))
    after = None if new_mode == "000000" else _new(TreeEntry, (path, new_mode, new, 0))
    return _new(RawChange, (path, before, after))
