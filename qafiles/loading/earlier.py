"""An earlier state of files that are loaded already: what is the same in both is read, parsed and judged once."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from types import MappingProxyType

from qafiles.fingerprints import with_fingerprints
from qafiles.layout import SETTINGS_FILE
from qafiles.loading.loader import Progress, load
from qafiles.processes import collector_paused
from qafiles.snapshot import Snapshot
from qafiles.snapshot.lookups_again import copied
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
    shared = _shared(entries, later)
    rest = tuple(entry for entry in entries if entry.path not in shared)
    part = load(OverlaySource(source, rest, {}), progress, later.examine) if shared else None
    if part is None or part.settings.fields != later.settings.fields:
        return load(source, progress, later.examine)
    whole = copied(later.files)
    files = {**part.files, **{path: whole[path] for path in shared}}
    diagnostics = [*part.diagnostics, *(d for d in later.diagnostics if d.path in shared)]
    return part.replaced(
        files=MappingProxyType({path: files[path] for path in sorted(files)}),
        diagnostics=with_fingerprints(diagnostic._replace(fingerprint="") for diagnostic in diagnostics),
        source=source,
        entries=MappingProxyType({entry.path: entry for entry in entries}),
    )


def load_both(before: Source, after: Source, progress: Progress | None = None) -> tuple[Snapshot, Snapshot]:
    """Return what `load` returns for an earlier and a later state; what is the same in both is read once."""
    listed = before.entries()
    later = load(after, progress, named=names_in(listed))
    return load_earlier(before, listed, later, progress), later


def _shared(entries: Sequence[SourceEntry], later: Snapshot) -> AbstractSet[str]:
    """Return the paths of entities whose bytes are the same in both states."""
    odd = {SETTINGS_FILE}
    later_entries = later.entries.values()
    for listed in (entries, later_entries):
        odd.update([path for path, _, refused, unmerged in listed if refused or unmerged])
    names = names_in(entries)
    known = {path: blob for path, blob, _, _ in later_entries if blob}
    same = {path for path, blob in known.items() if names.get(path) == blob}
    same |= (names.keys() & later.as_named) - known.keys()
    return (same & later.files.keys()) - odd
