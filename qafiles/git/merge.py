"""What merging two commits would give, without a checkout and without a write to the repository.

`git merge-tree` puts the objects that it makes into a temporary object directory, whose few new contents are read before
it is deleted.
"""

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import takewhile
from pathlib import Path
from typing import Final, NamedTuple

from qafiles.cache.surroundings import variable
from qafiles.errors import GitError
from qafiles.git.completeness import HOW_TO_GET_COMMITS, how_to_get_objects, is_shallow
from qafiles.git.process import MissingObjectsError, lacks_objects, records
from qafiles.git.repository import GitRepository, TreeEntry

_SINCE: Final = (2, 38)
"""The first version of git that merges without a working tree."""

# What the user has configured for merges must not change the answer.
SETTINGS: Final = (
    "merge.renames=true",
    "merge.directoryRenames=conflict",
    "merge.renormalize=false",
    "merge.renameLimit=7000",
    "merge.conflictStyle=merge",
    "merge.verifySignatures=false",
    "diff.renames=true",
    f"core.attributesFile={os.devnull}",
)
"""The settings of a merge whose result depends on nobody's configuration."""


class Conflict(NamedTuple):
    """A path on which git can't decide, relative to the top, and what git calls the conflict.

    `sides` are the contents that could not be merged, as far as there are such: of the common ancestor, of ours and of theirs.
    """

    path: str
    what: str
    sides: tuple[bytes | None, bytes | None, bytes | None] = (None, None, None)


class Merge(NamedTuple):
    """The tree that merging gives: its entries below a folder, the contents that are new, and the conflicts.

    The entries' paths are relative to the folder, and those of the conflicts to the top. `base` is the best common
    ancestor.
    """

    entries: tuple[TreeEntry, ...]
    contents: Mapping[str, bytes]
    conflicts: tuple[Conflict, ...]
    base: str


def merge_base(repository: GitRepository, ours: str, theirs: str) -> str | None:
    """Return the best common ancestor of two commits, or None when they have none here.

    Raises MissingObjectsError.
    """
    process = repository.start("merge-base", ours, theirs)
    out, words = process.communicate()
    if process.returncode > 1 or lacks_objects(os.fsdecode(words)):
        reason = " ".join(os.fsdecode(words).split())[:400]
        raise MissingObjectsError(f"git merge-base failed: {reason}; {how_to_get_objects(repository)}")
    return out.decode().strip() or None


def merge(repository: GitRepository, ours: str, theirs: str, folder: str, limit: int) -> Merge:
    """Return what merging one commit into another would give below a folder; of new contents, so many bytes.

    Raises GitError when git is older than 2.38, when the two have no common ancestor here, or when git fails.
    """
    require_version(repository)
    base = merge_base(repository, ours, theirs)
    if base is None:
        cut = f"this clone is shallow: {HOW_TO_GET_COMMITS}" if is_shallow(repository) else None
        why = cut or "their histories are unrelated"
        raise GitError(f"{ours[:12]} and {theirs[:12]} have no common ancestor here; {why}")
    from qafiles.git.temporary import temporary_folder  # noqa: PLC0415  # slow to import, and seldom needed

    with temporary_folder() as place:
        variables = objects_in(repository, place)
        tree, conflicts, stages = _merged(repository, ours, theirs, variables)
        entries = _entries(repository, tree, folder, variables)
        new = {entry.blob for entry in entries if Path(place, entry.blob[:2], entry.blob[2:]).exists()}
        names = sorted(new)
        read = zip(names, repository.blobs(names, limit, variables), strict=True)
        contents = {name: content for name, content in read if content is not None}
        conflicts = tuple(_with_sides(repository, conflicts, stages, limit, variables))
    return Merge(tuple(entries), contents, conflicts, base)


def require_version(repository: GitRepository) -> None:
    """Raise GitError where git is too old to merge without a working tree."""
    version = repository.run("version").decode(errors="replace").strip()
    match = re.search(r"(\d+)\.(\d+)", version)
    if match is None or (int(match[1]), int(match[2])) < _SINCE:
        raise GitError(
            f"merging without a checkout needs git 2.38 or newer, and this is {version[:60]!r}; update git"
        )


def objects_in(repository: GitRepository, place: Path) -> Mapping[str, str]:
    """Return the environment in which git writes objects to a place and finds all others where they are."""
    out = repository.run("rev-parse", "--path-format=absolute", "--git-path", "objects")
    real = os.fsdecode(out).removesuffix("\n")
    known = [_quoted(real)]
    inherited = variable("GIT_ALTERNATE_OBJECT_DIRECTORIES")
    if inherited:
        known.append(inherited)
    return {"GIT_OBJECT_DIRECTORY": str(place), "GIT_ALTERNATE_OBJECT_DIRECTORIES": os.pathsep.join(known)}


def _quoted(path: str) -> str:
    """Return a path as git reads it in a list, where it would end at a separator."""
    if os.pathsep not in path and not path.startswith('"') and "\n" not in path:
        return path
    escaped = path.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _merged(
    repository: GitRepository, ours: str, theirs: str, variables: Mapping[str, str]
) -> tuple[str, tuple[Conflict, ...], Mapping[tuple[str, int], str]]:
    """Return the tree, the conflicts, and the blob of each path and stage that the index would hold."""
    # Without a working tree no .gitattributes is read, which could name a merge driver of the user: a program that runs
    # in the working tree and writes to it. Forges merge like this, too.
    bare = repository._replace(top=None)
    settings = [word for setting in SETTINGS for word in ("-c", setting)]
    command = ["--bare", *settings, "merge-tree", "--write-tree", "-z", "--messages", ours, theirs]
    process = bare.start(*command, variables=variables)
    out, words = process.communicate()
    if process.returncode not in {0, 1}:
        reason = " ".join(os.fsdecode(words).split())[:400]
        raise MissingObjectsError(
            f"git merge-tree failed: {reason or 'it gave no reason'}; {how_to_get_objects(repository)}"
        )
    tokens = out.decode("utf-8", "surrogateescape").split("\0")
    matches = (re.fullmatch(r"[0-7]+ ([0-9a-f]+) ([123])\t(.*)", token, re.DOTALL) for token in tokens[1:])
    stages = {(match[3], int(match[2])): match[1] for match in takewhile(bool, matches) if match}
    return tokens[0], tuple(_conflicts(tokens[1:])), stages


def _with_sides(
    repository: GitRepository,
    conflicts: Iterable[Conflict],
    stages: Mapping[tuple[str, int], str],
    limit: int,
    variables: Mapping[str, str],
) -> Iterator[Conflict]:
    """Yield the conflicts with the contents of their sides."""
    names = sorted({*stages.values()})
    contents = dict(zip(names, repository.blobs(names, limit, variables), strict=True))
    for conflict in conflicts:
        base, ours, theirs = (contents.get(stages.get((conflict.path, stage), "")) for stage in (1, 2, 3))
        yield conflict._replace(sides=(base, ours, theirs))


def _conflicts(tokens: list[str]) -> Iterator[Conflict]:
    """Yield the conflicts, sorted by path: first come the unmerged entries, then messages, which say what it is."""
    end = tokens.index("") if "" in tokens else len(tokens)
    paths = dict.fromkeys(token.partition("\t")[2] for token in tokens[:end])
    kinds: dict[str, str] = {}
    rest = iter(tokens[end + 1 :])
    for count in rest:
        if not count.isdigit():
            break
        named = [next(rest, "") for _ in range(int(count))]
        kind, _ = next(rest, ""), next(rest, "")
        if kind.startswith("CONFLICT"):
            for path in named:
                kinds.setdefault(path, kind.removeprefix("CONFLICT").strip(" ()"))
    for path in sorted({*paths, *kinds}):
        yield Conflict(path, kinds.get(path, "contents"))


def _entries(
    repository: GitRepository, tree: str, folder: str, variables: Mapping[str, str]
) -> list[TreeEntry]:
    """Return the entries of the merged tree below a folder, relative to it; none when there is no such folder."""
    if folder:
        listed = repository.run("ls-tree", "-z", "--full-tree", tree, "--", folder, variables=variables)
        if not listed.startswith(b"040000"):
            return []
    out = repository.run("ls-tree", "-r", "-z", "--full-tree", f"{tree}:{folder}", variables=variables)
    entries = []
    for line in records(out):
        facts, _, path = line.partition("\t")
        mode, _, blob = facts.split(" ")
        entries.append(TreeEntry(path, mode, blob))
    return entries
