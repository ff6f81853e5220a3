"""An earlier state of files that are loaded already: what is the same in both is read, parsed and judged once."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from qafiles.fingerprints import with_fingerprints
from qafiles.layout import SETTINGS_FILE
from qafiles.loading.loader import Progress, load
from qafiles.processes import collector_paused
from qafiles.snapshot import Snapshot
from qafiles.sources import Source, SourceEntry
from qafiles.sources.overlay import OverlaySource


def names_in(entries: Sequence[SourceEntry]) -> Mapping[str, str]:
    """Return git's names of the contents of an earlier state by path, with which a later one is loaded."""
    return {entry.path: entry.blob for entry in entries if entry.blob}


@collector_paused()
def load_earlier(
    source: Source, entries: Sequence[SourceEntry], later: Snapshot, progress: Progress | None = None
) -> Snapshot:
    """Return what `load` returns for a source with these entries; files that `later`, as loaded, has alike are taken from there.

    Whether they are is told by git's object names of what was read, never by times.
    """
    shared = {entry.path for entry in entries if _is_shared(entry, later)}
    rest = tuple(entry for entry in entries if entry.path not in shared)
    part = load(OverlaySource(source, rest, {}), progress, later.examine) if shared else None
    if part is None or part.settings.fields != later.settings.fields:
        return load(source, progress, later.examine)
    files = {**part.files, **{path: later.files[path] for path in shared}}
    diagnostics = [*part.diagnostics, *(d for d in later.diagnostics if d.path in shared)]
    return replace(
        part,
        files=MappingProxyType({path: files[path] for path in sorted(files)}),
        diagnostics=with_fingerprints(diagnostic._replace(fingerprint="") for diagnostic in diagnostics),
        source=source,
        entries=MappingProxyType({entry.path: entry for entry in entries}),
    )


def _is_shared(entry: SourceEntry, later: Snapshot) -> bool:
    """Return whether an entry is that of an entity whose bytes are the same in both states."""
    other = later.entries.get(entry.path)
    if other is None or not entry.blob or entry.path not in later.files or entry.path == SETTINGS_FILE:
        return False
    if entry.refused or entry.unmerged or other.refused or other.unmerged:
        return False
    return other.blob == entry.blob if other.blob else entry.path in later.as_named
