"""What the server knows of one data root: immutable, and renewed file by file instead of from scratch."""

import gc
import os
import time
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from qafiles.diagnostics import Diagnostic
from qafiles.errors import GitError
from qafiles.layout import SETTINGS_FILE
from qafiles.loading.data_root import load_data_root
from qafiles.loading.loader import load
from qafiles.loading.renewal import renewed
from qafiles.lsp.outside import RACY, Signature, signature
from qafiles.processes import collector_paused
from qafiles.rules.check import check
from qafiles.rules.file_rules import examiner
from qafiles.snapshot import Snapshot
from qafiles.snapshot.file_rows import RowFiles
from qafiles.sources import SourceEntry
from qafiles.sources.data_root import open_source
from qafiles.sources.overlay import OverlaySource

Findings = Mapping[str, tuple[Diagnostic, ...]]
"""Diagnostics by path."""


@dataclass(frozen=True)
class RootState:
    """A snapshot that has the loader's findings apart, by path, so that one file can be read again alone."""

    folder: Path
    snapshot: Snapshot
    source: OverlaySource
    loader_findings: Findings
    signatures: Mapping[str, Signature | None]


def opened(folder: Path, buffers: Mapping[str, bytes]) -> RootState:
    """Return the state of the data root in a folder, read as a whole; raises QafilesError as `load` does."""
    state = quickly_opened(folder, buffers)
    return replace(state, snapshot=_whole(state.snapshot))


def quickly_opened(folder: Path, buffers: Mapping[str, bytes]) -> RootState:
    """Return the same state, with files that may be made when they are asked for; `refreshed` makes the others."""
    if SETTINGS_FILE in buffers:
        return _opened_with(folder, buffers)
    began = time.time_ns()
    with collector_paused():
        snapshot = load_data_root(folder, examine=examiner())
        entries = snapshot.entries
        source = OverlaySource(snapshot.source, tuple(entries.values()), {})
        signatures = _signatures(folder, entries.values())
        findings = by_path(snapshot.diagnostics)
        snapshot = _settled(snapshot.replaced(source=source, read_state=None))
        state = RootState(folder, snapshot, source, findings, signatures)
        # What may have been written since it was read is read again: a signature is older than what it stands for.
        racy = {path for path, known in signatures.items() if known and known.changed >= began - RACY}
        state = _renewed(state, source, racy, signatures) if racy else state
        visible = {
            path: text for path, text in buffers.items() if path in entries or not _exists(folder, path)
        }
        state = with_files(state, visible, visible) if visible else state
    gc.freeze()
    return state


def _opened_with(folder: Path, buffers: Mapping[str, bytes]) -> RootState:
    """Return the state of a data root whose settings are as an editor has them."""
    base = open_source(folder)
    listed = _listed(folder, base.entries(), buffers)
    source = OverlaySource(base, listed, buffers)
    signatures = _signatures(folder, listed)
    with collector_paused():
        snapshot = _settled(load(source, examine=examiner()))
    gc.freeze()
    return RootState(folder, snapshot, source, by_path(snapshot.diagnostics), signatures)


def refreshed(state: RootState, buffers: Mapping[str, bytes], suspects: Collection[str]) -> RootState:
    """Return the state after files may have changed on disk: those that did, and the suspects, are read again."""
    base = open_source(state.folder)
    listed = _listed(state.folder, base.entries(), buffers)
    signatures = _signatures(state.folder, listed)
    before = state.snapshot.entries
    again = {
        entry.path
        for entry in listed
        if entry.path in suspects
        or entry.path not in state.signatures
        or signatures[entry.path] != state.signatures[entry.path]
        or before.get(entry.path) != entry
    }
    again |= {
        path
        for path in {*buffers, *state.source.buffers}
        if buffers.get(path) != state.source.buffers.get(path)
    }
    source = OverlaySource(base, listed, buffers)
    state = replace(state, snapshot=_whole(state.snapshot))
    state = _renewed(state, source, again | (before.keys() - signatures.keys()), signatures)
    # Git's history may have changed without a trace in the files.
    return replace(state, snapshot=_settled(state.snapshot)) if state.snapshot.shared_ids else state


def with_files(state: RootState, paths: Iterable[str], buffers: Mapping[str, bytes]) -> RootState:
    """Return the state after the texts of some files have changed; nothing else is looked at."""
    paths = {*paths}
    known = state.snapshot.entries
    new = [SourceEntry(path) for path in paths if path not in known and path in buffers]
    deleted = {
        path for path in paths if path in known and path not in buffers and not _exists(state.folder, path)
    }
    listed = state.source.listed
    if new or deleted:
        listed = tuple(sorted([*(entry for entry in listed if entry.path not in deleted), *new]))
    return _renewed(state, OverlaySource(state.source.base, listed, buffers), paths, state.signatures)


def _renewed(
    state: RootState, source: OverlaySource, again: set[str], signatures: Mapping[str, Signature | None]
) -> RootState:
    """Return the state with the given paths of a source read again; paths that it does not list are dropped."""
    snapshot, read = renewed(state.snapshot, source, again)
    is_settled = snapshot.shared_ids.keys() == snapshot.carriers.keys()
    if not is_settled or _holders(snapshot) != _holders(state.snapshot):
        snapshot = _settled(snapshot)
    is_declared_alike = snapshot.settings.fields == state.snapshot.settings.fields
    loader_findings = dict(state.loader_findings) if is_declared_alike else {}
    for path in (SETTINGS_FILE, *again):
        loader_findings.pop(path, None)
    loader_findings.update(by_path(read))
    return RootState(state.folder, snapshot, source, loader_findings, signatures)


def _holders(snapshot: Snapshot) -> dict[str, list[str]]:
    """Return the paths of the files that have each shared id."""
    return {id_: [file.path for file in files] for id_, files in snapshot.shared_ids.items()}


def _whole(snapshot: Snapshot) -> Snapshot:
    """Return the snapshot with all of its files made: states that are made from each other would hold each other otherwise."""
    if not isinstance(snapshot.files, RowFiles):
        return snapshot
    files = MappingProxyType(dict(snapshot.files.items()))
    return snapshot.replaced(files=files, entries=MappingProxyType(dict(snapshot.entries)))


def _settled(snapshot: Snapshot) -> Snapshot:
    """Return the snapshot in which an id that several files have means that which carries the history, if git can tell."""
    plain = snapshot.replaced(carriers={})
    if plain.shared_ids:
        from qafiles.history import settled  # noqa: PLC0415  # in this rare case only

        with suppress(GitError):
            return settled(plain)
    return plain


def all_findings(state: RootState) -> Findings:
    """Return what all rules find, by path; it takes as long as rules on a whole data root take."""
    loaded = tuple(diagnostic for diagnostics in state.loader_findings.values() for diagnostic in diagnostics)
    with collector_paused():
        source = state.source._replace(has_history=True)
        # As `validate` does, for which history does not tell which of several files an id means.
        return by_path(
            check(state.snapshot.replaced(diagnostics=loaded, source=source, carriers={})).diagnostics
        )


def by_path(diagnostics: Iterable[Diagnostic]) -> dict[str, tuple[Diagnostic, ...]]:
    """Return the diagnostics of each path, in their order."""
    groups: dict[str, list[Diagnostic]] = {}
    for diagnostic in diagnostics:
        groups.setdefault(diagnostic.path, []).append(diagnostic)
    return {path: tuple(group) for path, group in groups.items()}


def _listed(
    folder: Path, entries: Iterable[SourceEntry], buffers: Mapping[str, bytes]
) -> tuple[SourceEntry, ...]:
    """Return the entries, and those texts that were never saved; a file on disk that is not listed is ignored by git."""
    listed = {entry.path: entry for entry in entries}
    for path in buffers:
        if path not in listed and not _exists(folder, path):
            listed[path] = SourceEntry(path)
    return tuple(sorted(listed.values()))


def _exists(folder: Path, path: str) -> bool:
    return os.path.lexists(folder / path)


def _signatures(folder: Path, entries: Iterable[SourceEntry]) -> dict[str, Signature | None]:
    prefix = os.fspath(folder) + os.sep
    return {entry.path: signature(prefix + entry.path) for entry in entries}
