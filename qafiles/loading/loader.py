"""Loading: every file of a source is listed, classified, parsed and validated, and nothing in it raises."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from qafiles.declared_fields import DeclaredFields
from qafiles.diagnostics import Diagnostic
from qafiles.fingerprints import with_fingerprints
from qafiles.layout import SETTINGS_FILE, Place, classify
from qafiles.loading.one_file import LoadedFile, load_file, unreadable
from qafiles.loading.settings import load_settings
from qafiles.processes import collector_paused, map_in_processes
from qafiles.schema.validators import MAX_PROBLEMS, warm_up
from qafiles.snapshot import EntityFile, Snapshot
from qafiles.snapshot.entity_file import Examine
from qafiles.sources import NESTED, Content, Source, SourceEntry
from qafiles.sources.batches import in_batches
from qafiles.sources.source import is_named

_NONE_BROKEN: Final = frozenset[str]()
_NOTHING_NAMED: Final[Mapping[str, str]] = MappingProxyType({})

Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and how much there is; 0 where nobody knows."""
_PROGRESS_STEP: Final = 256
"""Files after which progress is told."""

Placed = tuple[SourceEntry, Place]


@collector_paused()
def load(
    source: Source,
    progress: Progress | None = None,
    examine: Examine | None = None,
    named: Mapping[str, str] = _NOTHING_NAMED,
) -> Snapshot:
    """Return the snapshot of a source, with the diagnostics of families QF1 and QF2.

    `examine` looks at each file as it is read, and its findings go with the file. `named` are git's names of other bytes by
    path, which those of the file are compared with where the source does not name them.

    Raises DataRootError when the source has no qafiles.yaml, or one that asks for another release.
    """
    entries = source.entries()
    settings, diagnostics = load_settings(source, entries)
    placed: list[Placed] = []
    other_paths: list[str] = []
    for entry in entries:
        place = classify(entry.path)
        if entry.refused == NESTED:
            continue
        if isinstance(place, Place):
            placed.append((entry, place))
        elif entry.refused is not None and place is None and not entry.path.endswith(".yaml"):
            diagnostics.append(unreadable(entry.refused).diagnostic(entry.path, None))
        elif entry.path != SETTINGS_FILE:
            other_paths.append(entry.path)
    files: dict[str, EntityFile] = {}
    alike: set[str] = set()
    for number, ((entry, place), loaded) in enumerate(
        zip(placed, _loaded(source, placed, settings.fields, examine, named), strict=True)
    ):
        if progress is not None and number % _PROGRESS_STEP == 0:
            progress("files", number, len(placed))
        if loaded is not None:
            file = files[entry.path] = _entity_file(entry.path, place, loaded, settings.fields)
            if loaded.problems:
                diagnostics += _diagnostics(file, loaded)
            if loaded.is_as_named:
                alike.add(entry.path)
    return Snapshot(
        MappingProxyType(files),
        tuple(other_paths),
        settings,
        with_fingerprints(diagnostics),
        examine=examine,
        as_named=frozenset(alike),
        source=source,
        entries=MappingProxyType({entry.path: entry for entry in entries}),
    )


def _loaded(
    source: Source,
    placed: Sequence[Placed],
    declared: DeclaredFields,
    examine: Examine | None,
    named: Mapping[str, str],
) -> Iterator[LoadedFile | None]:
    """Yield the file of each entry as it is loaded; None for a file that is gone."""
    warm_up(sorted({place.kind for _, place in placed}), declared)

    def work(share: Sequence[Placed]) -> Iterator[LoadedFile | None]:
        contents = source.read([entry for entry, _ in share])
        for batch in in_batches(zip(share, contents, strict=True)):
            loaded = [
                load_file(place.kind, content, declared, unmerged=entry.unmerged)
                for (entry, place), content in batch
            ]
            if named:
                loaded = [
                    file and file._replace(is_as_named=is_named(content, named.get(entry.path)))
                    for ((entry, _), content), file in zip(batch, loaded, strict=True)
                ]
            yield from loaded if examine is None else _examined(examine, batch, loaded, declared)

    return map_in_processes(work, placed, to_plain=LoadedFile.to_plain, from_plain=LoadedFile.from_plain)


def _examined(
    examine: Examine,
    batch: Sequence[tuple[Placed, Content]],
    loaded: Sequence[LoadedFile | None],
    declared: DeclaredFields,
) -> Iterator[LoadedFile | None]:
    """Yield the files as they are loaded, with what is found in each; None for one that is gone."""
    read = [
        (_entity_file(entry.path, place, file, declared), content)
        for ((entry, place), content), file in zip(batch, loaded, strict=True)
        if file is not None
    ]
    findings = iter(examine(read))
    return (file and file._replace(findings=next(findings)) for file in loaded)


def _entity_file(path: str, place: Place, loaded: LoadedFile, declared: DeclaredFields) -> EntityFile:
    """Return a loaded file as the entity at a place; fields with problems are broken."""
    fields = loaded.data if isinstance(loaded.data, dict) else {}
    broken = _NONE_BROKEN
    if len(loaded.problems) >= MAX_PROBLEMS:
        broken = frozenset(fields)  # the list of problems was cut, so that any field may have one
    elif loaded.problems:
        broken = frozenset(str(problem.pointer[0]) for problem in loaded.problems if problem.pointer)
    return EntityFile(
        path,
        place.kind,
        place.handle,
        loaded.id,
        MappingProxyType(fields),
        not loaded.problems,
        broken,
        declared,
        loaded.findings,
    )


def _diagnostics(file: EntityFile, loaded: LoadedFile) -> Iterator[Diagnostic]:
    name = file.name
    return (problem.diagnostic(file.path, name) for problem in loaded.problems)
