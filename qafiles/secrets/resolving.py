"""A secret in a merge conflict: one side's whole file, encrypted anew under a version above both."""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Literal

from qafiles.edits.proposal import FileChange, Proposal
from qafiles.edits.working_tree import working_tree
from qafiles.errors import EditRefusedError, UnknownEntityError, UsageError
from qafiles.git import GitRepository
from qafiles.git.index import stage_paths
from qafiles.git.uncommitted import operation_in_progress, unmerged
from qafiles.layout import Place, classify, name_part, nearest
from qafiles.loading.renewal import with_texts
from qafiles.parsing import MAX_SECRET_SIZE, parse
from qafiles.secrets.failures import TamperedSecretError
from qafiles.secrets.reading import clear_fields, read_secret, sops_config
from qafiles.secrets.sealing import sealed
from qafiles.snapshot import EntityFile, Snapshot
from qafiles.sources.data_root import open_source

ConflictSide = Literal["ours", "theirs"]

_STAGES: Final[Mapping[int, ConflictSide]] = MappingProxyType({2: "ours", 3: "theirs"})
"""https://git-scm.com/docs/git-merge#_true_merge; in a rebase, `ours` is the branch onto which one rebases."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """A secret that the index holds in conflict: the bytes of each side that has the file."""

    path: str
    handle: str
    sides: Mapping[ConflictSide, bytes]


def conflicts(snapshot: Snapshot) -> tuple[Conflict, ...]:
    """Return the secrets of a working tree that a merge, rebase or the like left in conflict, sorted by path."""
    tree = working_tree(snapshot.source)
    if tree.repository is None:
        return ()
    blobs_by_path: dict[str, dict[ConflictSide, str]] = {}
    for entry in tree.repository.index_entries(tree.prefix.rstrip("/")):
        path = entry.path.removeprefix(tree.prefix)
        place = classify(path)
        if entry.stage and isinstance(place, Place) and place.is_secret:
            sides = blobs_by_path.setdefault(path, {})
            if entry.stage in _STAGES and entry.mode.startswith("100"):
                sides[_STAGES[entry.stage]] = entry.blob
    return tuple(
        Conflict(path, place.handle, MappingProxyType(_contents(tree.repository, sides)))
        for path, sides in sorted(blobs_by_path.items())
        if isinstance(place := classify(path), Place)
    )


def _contents(repository: GitRepository, blobs: Mapping[ConflictSide, str]) -> dict[ConflictSide, bytes]:
    contents = repository.blobs([*blobs.values()], MAX_SECRET_SIZE + 1)
    return {side: content for side, content in zip(blobs, contents, strict=True) if content is not None}


def resolved(
    snapshot: Snapshot,
    name: str,
    side: ConflictSide,
    *,
    project: str | None = None,
    now: datetime | None = None,
) -> Proposal:
    """Return the proposal that gives a secret in conflict the value of one side, under a version above both.

    Raises UnknownEntityError when no such secret is in conflict, EditRefusedError when that side deleted it, and SopsError.
    """
    conflict = _named(conflicts(snapshot), name, project)
    if side not in conflict.sides:
        raise EditRefusedError(
            f"{conflict.path} was deleted by `{side}`; `git rm {conflict.path}` keeps it so. Nothing was written"
        )
    # Without its entry in the index, which is in conflict, the file is looked at like any other.
    alone, _ = with_texts(snapshot, {conflict.path: None})
    alone, _ = with_texts(alone, {conflict.path: conflict.sides[side]})
    file = alone.files.get(conflict.path)
    if file is None or not file.valid:
        raise TamperedSecretError(
            f"{conflict.path}: what `{side}` has is no file of a secret; take the other side, or set the secret again "
            f"after `git checkout --{side} {conflict.path}`"
        )
    config = sops_config(alone)
    value = read_secret(alone, file, config, synchronized=False)
    moment = (now or datetime.now(UTC)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    fields = clear_fields(file.data) | {"version": _version_above(conflict, file), "updated_at": moment}
    content = sealed(alone, conflict.path, fields, value, config)
    before = snapshot.bytes_of(conflict.path)
    change = FileChange(conflict.path, before, content)
    title = f"resolve secret {conflict.handle} with {side}"
    # That the index holds a conflict there is true until the file is staged.
    return Proposal(
        title,
        (change,),
        revealed=frozenset({conflict.path}),
        origins=MappingProxyType({conflict.path: conflict.sides[side]}),
    )


def _version_above(conflict: Conflict, file: EntityFile) -> int:
    versions = [file.data["version"]]
    for content in conflict.sides.values():
        data: Any = parse(content, MAX_SECRET_SIZE).data
        version = data.get("version") if isinstance(data, dict) else None
        if isinstance(version, int) and not isinstance(version, bool):
            versions.append(version)
    return 1 + int(max(versions))


def _named(all_conflicts: tuple[Conflict, ...], name: str, project: str | None) -> Conflict:
    if not all_conflicts:
        raise UsageError("no secret is in conflict: the index holds none of them unmerged")
    wanted = [
        conflict
        for conflict in all_conflicts
        if name in {name_part(conflict.handle), conflict.handle, conflict.path}
        and project in {None, conflict.handle.rpartition("/")[0]}
    ]
    if len(wanted) == 1:
        return wanted[0]
    handles = [conflict.handle for conflict in wanted or all_conflicts]
    listed = ", ".join(handles[:5])
    if wanted:
        raise UnknownEntityError(
            f"more than one secret `{name}` is in conflict: {listed}; choose one with --project"
        )
    near = nearest(name, [name_part(handle) for handle in handles])
    hint = f"; did you mean `{near}`?" if near else f"; in conflict are {listed}"
    raise UnknownEntityError(f"no secret `{name}` is in conflict{hint}")


def staged(folder: str | Path, paths: Sequence[str]) -> None:
    """Put files, by path below the data root, into the index as they are, which tells git that they are resolved."""
    tree = working_tree(open_source(folder))
    if tree.repository is not None:
        stage_paths(tree.repository, [tree.prefix + path for path in paths])


def next_step(folder: str | Path, paths: Sequence[str]) -> str:
    """Return a sentence about what is left to do after secrets were resolved."""
    tree = working_tree(open_source(folder))
    if tree.repository is None:
        return "resolved"
    left = unmerged(tree.repository, "")
    operation = operation_in_progress(tree.repository)
    end = f"`{operation.to_continue}`" if operation else "`git commit`"
    own = [path for path in left if path.removeprefix(tree.prefix) in paths]
    others = len(left) - len(own)
    steps = (
        [f"`git add {shlex.join(str(tree.place(path.removeprefix(tree.prefix))) for path in own)}`"]
        if own
        else []
    )
    if others:
        steps.append("resolve the other conflict" if others == 1 else f"resolve the {others} other conflicts")
    return f"next: {', then '.join([*steps, end])}"
