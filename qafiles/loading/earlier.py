"""An earlier state of files that are loaded already: what is the same in both is read, parsed and judged once."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from qafiles.fingerprints import with_fingerprints
from qafiles.layout import SETTINGS_FILE
from qafiles.loading.loader import Progress, load
from qafiles.processes import collector_paused, map_in_processes
from qafiles.snapshot import Snapshot
from qafiles.sources import Source, SourceEntry
from qafiles.sources.overlay import OverlaySource

_SHA_1_DIGITS: Final = 40
"""Hexadecimal digits of an object name; one of SHA-256 has more."""


@collector_paused()
def load_earlier(source: Source, later: Snapshot, progress: Progress | None = None) -> Snapshot:
    """Return what `load` returns for a source; files that `later`, as loaded, has alike are taken from there.

    Whether they are is told by git's object names of what was read, never by times.
    """
    entries = source.entries()
    shared = _shared(entries, later)
    rest = [entry for entry in entries if entry.path not in shared]
    part = load(OverlaySource(source, tuple(rest), {}), progress, later.examine) if shared else None
    if part is None or part.settings.fields != later.settings.fields:
        return load(source, progress, later.examine)
    files = {**part.files, **{path: later.files[path] for path in shared}}
    diagnostics = [*part.diagnostics, *(d for d in later.diagnostics if d.path in shared)]
    return replace(
        part,
        files=MappingProxyType({path: files[path] for path in sorted(files)}),
        diagnostics=with_fingerprints(replace(diagnostic, fingerprint="") for diagnostic in diagnostics),
        source=source,
        entries=MappingProxyType({entry.path: entry for entry in entries}),
    )


def _shared(entries: Sequence[SourceEntry], later: Snapshot) -> set[str]:
    """Return the paths of entities whose bytes are the same in both states."""
    paths: set[str] = set()
    unnamed: list[tuple[SourceEntry, str]] = []
    for entry in entries:
        other = later.entries.get(entry.path)
        if other is None or not entry.blob or entry.path not in later.files or entry.path == SETTINGS_FILE:
            continue
        if entry.refused or entry.unmerged or other.refused or other.unmerged:
            continue
        if not other.blob:
            unnamed.append((other, entry.blob))
        elif other.blob == entry.blob:
            paths.add(entry.path)

    def compare(share: Sequence[tuple[SourceEntry, str]]) -> Iterator[bool]:
        contents = later.source.read([entry for entry, _ in share])
        for (_, blob), content in zip(share, contents, strict=True):
            yield isinstance(content, bytes) and _object_name(content, blob) == blob

    answers = map_in_processes(compare, unnamed)
    return paths | {entry.path for (entry, _), same in zip(unnamed, answers, strict=True) if same}


def _object_name(content: bytes, like: str) -> str:
    """Return the name that git gives bytes, by the same hash as another name."""
    data = b"blob %d\0%b" % (len(content), content)
    if len(like) == _SHA_1_DIGITS:
        return hashlib.sha1(data, usedforsecurity=False).hexdigest()
    return hashlib.sha256(data).hexdigest()
