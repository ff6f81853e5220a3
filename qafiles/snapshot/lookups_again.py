"""What is looked up in a snapshot, taken from an earlier one of which a few files differ, so that typing costs the same in any data root."""

from bisect import bisect_left
from collections.abc import Collection, Mapping
from operator import attrgetter
from types import MappingProxyType
from typing import Final, TypeVar

from qafiles.kinds import Kind
from qafiles.snapshot.entity_file import EntityFile
from qafiles.snapshot.file_rows import RowFiles
from qafiles.snapshot.snapshot import Snapshot

K = TypeVar("K")

_MOST: Final = 64
"""Files that are put in the places of others one by one."""


def with_lookups_of(old: Snapshot, snapshot: Snapshot, paths: Collection[str]) -> Snapshot:
    """Return a snapshot that knows by kind, handle and id what an earlier one knew, of which no files but those of some paths differ.

    Where one of them came, went or has another id now, all of it is looked up anew.
    """
    if len(paths) > _MOST or isinstance(old.files, RowFiles) or old.carriers != snapshot.carriers:
        return snapshot
    pairs = [(old.files.get(path), snapshot.files.get(path)) for path in paths]
    both = [(before, after) for before, after in pairs if before is not None and after is not None]
    is_alike = len(both) == sum(pair != (None, None) for pair in pairs)
    if not is_alike or any(before.id != after.id for before, after in both):
        return snapshot
    known, new = old.__dict__, snapshot.__dict__
    if "by_handle" in known:
        new["by_handle"] = _with(old.by_handle, {(after.kind, after.handle): after for _, after in both})
    if "by_id" in known:
        first = {str(before.id): after for before, after in both if old.by_id.get(str(before.id)) is before}
        new["by_id"] = _with(old.by_id, first)
    if "by_kind" in known:
        new["by_kind"] = _in_their_places(old.by_kind, [after for _, after in both])
    if "shared_ids" in known and old.shared_ids.keys().isdisjoint(str(before.id) for before, _ in both):
        new["shared_ids"] = old.shared_ids
    return snapshot


def copied(files: Mapping[K, EntityFile]) -> dict[K, EntityFile]:
    """Return a copy of files by some key."""
    # Unpacking a proxy takes ten times as long as its own copy.
    return files.copy() if isinstance(files, MappingProxyType) else dict(files)


def _with(known: Mapping[K, EntityFile], files: Mapping[K, EntityFile]) -> Mapping[K, EntityFile]:
    return MappingProxyType({**copied(known), **files})


def _in_their_places(
    known: Mapping[Kind, tuple[EntityFile, ...]], files: Collection[EntityFile]
) -> dict[Kind, tuple[EntityFile, ...]]:
    """Return the files of each kind with some in the places of those that have their paths."""
    groups = {**known}
    for file in files:
        of_kind = groups[file.kind]
        place = bisect_left(of_kind, file.path, key=attrgetter("path"))
        groups[file.kind] = (*of_kind[:place], file, *of_kind[place + 1 :])
    return groups
