"""An earlier state of files that are loaded already: what is the same in both is read, parsed and judged once."""

from collections.abc import Container, Mapping, Sequence
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
    whole = copied(later.files)
    shared, rest = _shared(entries, later, whole)
    part = load(OverlaySource(source, rest, {}), progress, later.examine) if shared else None
    if part is None or part.settings.fields != later.settings.fields:
        return load(source, progress, later.examine)
    are_in_order = part.files.keys() <= whole.keys()
    for path in [path for path in whole if path not in shared and path not in part.files]:
        del whole[path]
    whole.update(part.files)
    diagnostics = [*part.diagnostics, *(d for d in later.diagnostics if d.path in shared)]
    return part.replaced(
        files=MappingProxyType(whole if are_in_order else dict(sorted(whole.items()))),
        diagnostics=with_fingerprints(diagnostic._replace(fingerprint="") for diagnostic in diagnostics),
        source=source,
        entries=MappingProxyType({entry.path: entry for entry in entries}),
    )


def load_both(before: Source, after: Source, progress: Progress | None = None) -> tuple[Snapshot, Snapshot]:
    """Return what `load` returns for an earlier and a later state; what is the same in both is read once."""
    listed = before.entries()
    later = load(after, progress, named=names_in(listed))
    return load_earlier(before, listed, later, progress), later


def _shared(
    entries: Sequence[SourceEntry], later: Snapshot, files: Container[str]
) -> tuple[AbstractSet[str], list[SourceEntry]]:
    """Return the paths of entities whose bytes are the same in both states, and the entries of all others."""
    odd = {SETTINGS_FILE}
    known: dict[str, str] = {}
    for path, blob, refused, unmerged in later.entries.values():
        if refused or unmerged:
            odd.add(path)
        elif blob:
            known[path] = blob
    as_named = later.as_named
    shared: set[str] = set()
    rest: list[SourceEntry] = []
    for entry in entries:
        path, blob, refused, unmerged = entry
        is_same = known[path] == blob if path in known else path in as_named
        if is_same and blob and not (refused or unmerged) and path in files and path not in odd:
            shared.add(path)
        else:
            rest.append(entry)
    return shared, rest
