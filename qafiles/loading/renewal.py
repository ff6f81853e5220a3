"""Renewing a snapshot: a few files are read again, everything else is taken as it was."""

from collections.abc import Collection, Mapping
from collections.abc import Set as AbstractSet
from types import MappingProxyType
from typing import Final

from qafiles.diagnostics import Diagnostic
from qafiles.layout import SETTINGS_FILE
from qafiles.loading.loader import load
from qafiles.models.settings import Settings
from qafiles.snapshot import EntityFile, Snapshot
from qafiles.snapshot.file_rows import RowFiles
from qafiles.snapshot.lookups_again import copied, with_lookups_of
from qafiles.sources import SourceEntry
from qafiles.sources.overlay import OverlaySource
from qafiles.sources.tree_entries import TreeEntries

_SETTINGS: Final = SourceEntry(SETTINGS_FILE)


def renewed(
    old: Snapshot, source: OverlaySource, again: AbstractSet[str]
) -> tuple[Snapshot, tuple[Diagnostic, ...]]:
    """Return a snapshot of a source in which only the given paths differ, and the loader's findings in them.

    The settings are read again, and every file where they declare other fields; paths that the source does not list
    are dropped. The snapshot itself has no diagnostics.
    """
    entries = old.entries
    before = old.source.listed if isinstance(old.source, OverlaySource) else None
    is_same = source.listed is before or (
        len(source.listed) == len(entries)
        and all(entries.get(entry.path) is entry for entry in source.listed)
    )
    if not is_same:
        entries = MappingProxyType({entry.path: entry for entry in source.listed})
    return _renewed(old, source, entries, again, None)


def _renewed(
    old: Snapshot,
    source: OverlaySource,
    entries: Mapping[str, SourceEntry],
    again: AbstractSet[str],
    settings: Settings | None,
) -> tuple[Snapshot, tuple[Diagnostic, ...]]:
    """Return the same, given the entries of the source by path, and the settings unless they are to be read again."""
    only = {path: entries[path] for path in again if path in entries}
    if settings is None:
        only.setdefault(SETTINGS_FILE, entries.get(SETTINGS_FILE, _SETTINGS))
    part = load(source.only([*only.values()]), examine=old.examine, settings=settings)
    if part.settings.fields != old.settings.fields:
        again = {*old.entries, *entries}
        part = load(source, examine=old.examine)
    files = _changed(old.files, {path: part.files.get(path) for path in {*again, *part.files}})
    others = old.other_paths
    if not (part.files.keys() >= again - {SETTINGS_FILE} and {*others}.isdisjoint(again)):
        others = tuple(sorted(({*others} - {*again}) | {*part.other_paths}))
    snapshot = old.replaced(
        files=files,
        other_paths=others,
        settings=part.settings,
        diagnostics=(),
        read_state=None,
        rule_findings=None,
        source=source,
        entries=entries,
    )
    return with_lookups_of(old, snapshot, {*again, *part.files}), part.diagnostics


def _changed(old: Mapping[str, EntityFile], new: Mapping[str, EntityFile | None]) -> Mapping[str, EntityFile]:
    """Return files by path, sorted, with some others in their places, None for one that is not there any more."""
    if isinstance(old, RowFiles):
        return old.changed(new)
    files = copied(old)
    for path, file in new.items():
        if file is None:
            files.pop(path, None)
        else:
            files[path] = file
    return MappingProxyType(
        {path: files[path] for path in sorted(files)} if new.keys() - old.keys() else files
    )


def with_texts(
    snapshot: Snapshot, texts: Mapping[str, bytes | None]
) -> tuple[Snapshot, tuple[Diagnostic, ...]]:
    """Return the snapshot as it would be with other texts in some files, and the loader's findings in those.

    None stands for no file. Nothing is written, and nothing else is read.
    """
    source = snapshot.source
    base, known = source, dict[str, bytes]()
    if isinstance(source, OverlaySource):
        base, known = source.base, dict(source.buffers)
    removed_paths = {path for path, text in texts.items() if text is None}
    buffers = {**known, **{path: text for path, text in texts.items() if text is not None}}
    for path in removed_paths:
        buffers.pop(path, None)
    added_paths = [path for path in texts if path not in removed_paths and path not in snapshot.entries]
    entries = _entries(snapshot.entries, added_paths, removed_paths & snapshot.entries.keys())
    settings = None if SETTINGS_FILE in texts else snapshot.settings
    return _renewed(snapshot, OverlaySource(base, entries.values(), buffers), entries, {*texts}, settings)


def _entries(
    old: Mapping[str, SourceEntry], added: Collection[str], removed: AbstractSet[str]
) -> Mapping[str, SourceEntry]:
    """Return entries by path, sorted, with those of some paths more, and without those of others."""
    if isinstance(old, TreeEntries):
        return old.changed(added, removed)
    if not added and not removed:
        return old
    remaining = [entry for path, entry in old.items() if path not in removed]
    new = [SourceEntry(path) for path in added]
    return MappingProxyType({entry.path: entry for entry in sorted([*remaining, *new])})
