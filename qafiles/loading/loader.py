"""Loading: every file of a source is listed, classified, parsed and validated, and nothing in it raises."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import repeat
from types import MappingProxyType
from typing import Final

from qafiles.declared_fields import DeclaredFields
from qafiles.diagnostics import Diagnostic, RuleFinding
from qafiles.fingerprints import with_fingerprints
from qafiles.kinds import Kind
from qafiles.layout import KINDS, SETTINGS_FILE, Place
from qafiles.loading.entity_files import Plain, ReadEntity, as_named, entity_read, from_plain, to_plain
from qafiles.loading.one_file import load_file, unreadable
from qafiles.loading.places import places
from qafiles.models.settings import Settings
from qafiles.processes import collector_paused, map_in_processes
from qafiles.schema.validators import warm_up
from qafiles.snapshot import EntityFile, Snapshot
from qafiles.snapshot.entity_fields import fields_at_hand
from qafiles.snapshot.entity_file import Examine
from qafiles.sources import NESTED, Content, Source, SourceEntry
from qafiles.sources.batches import in_batches
from qafiles.sources.source import namer

_NOTHING_NAMED: Final[Mapping[str, str]] = MappingProxyType({})

Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and how much there is; 0 where nobody knows."""
_PROGRESS_STEP: Final = 256
"""Files after which progress is told."""

Placed = tuple[SourceEntry, Place]


@collector_paused()
def load(  # noqa: PLR0913  # what is known already, and who wants to be told
    source: Source,
    progress: Progress | None = None,
    examine: Examine | None = None,
    named: Mapping[str, str] | Callable[[], Mapping[str, str]] = _NOTHING_NAMED,
    *,
    meanwhile: Callable[[], object] | None = None,
    settings: Settings | None = None,
) -> Snapshot:
    """Return the snapshot of a source, with the diagnostics of families QF1 and QF2.

    `examine` looks at each file as it is read, and its findings go with the file. `named` are git's names of other bytes by
    path, or return them once they are needed: those of the file are compared with them where the source does not name them. `meanwhile` is called while files are
    read in another process, if they are. With `settings`, those of the source are not read.

    Raises DataRootError when the source has no qafiles.yaml, or one that asks for another release.
    """
    entries = source.entries()
    diagnostics: list[Diagnostic] = []
    if settings is None:
        from qafiles.loading.settings import load_settings  # noqa: PLC0415  # not needed for settings that are known

        settings, diagnostics = load_settings(source, entries)
    placed: list[Placed] = []
    other_paths: list[str] = []
    for entry, place in zip(entries, places([entry.path for entry in entries]), strict=True):
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
    numbers = {kind: fields_at_hand(kind, settings.fields) for kind in KINDS}
    warm_up(sorted({place.kind for _, place in placed}), settings.fields)
    names = named() if callable(named) else named
    work = _work(source, settings.fields, examine, names, numbers)
    read_files = map_in_processes(work, placed, meanwhile=meanwhile)
    for number, ((entry, place), plain) in enumerate(zip(placed, read_files, strict=True)):
        if progress is not None and number % _PROGRESS_STEP == 0:
            progress("files", number, len(placed))
        if plain is not None:
            read = from_plain(entry.path, place, plain, settings.fields, numbers[place.kind])
            files[entry.path] = read.file
            if read.problems:
                diagnostics += read.diagnostics()
            if read.is_as_named:
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


def _work(
    source: Source,
    declared: DeclaredFields,
    examine: Examine | None,
    named: Mapping[str, str],
    numbers: Mapping[Kind, Mapping[str, int]],
) -> Callable[[Sequence[Placed]], Iterator[Plain | None]]:
    """Return what yields all that is known of each entry's file, as `to_plain` makes it; None for a file that is gone."""
    name = namer(len(next(iter(named.values())))) if named else None

    def work(share: Sequence[Placed]) -> Iterator[Plain | None]:
        contents = source.read([entry for entry, _ in share])
        for batch in in_batches(zip(share, contents, strict=True)):
            entities = read_in_batch(batch, declared, examine)
            for (_, content), (entity, findings) in zip(batch, entities, strict=True):
                if entity is None:
                    yield None
                else:
                    file = entity.file
                    if (
                        name is not None
                        and isinstance(content, bytes)
                        and named.get(file.path) == name(content)
                    ):
                        entity = as_named(entity)  # noqa: PLW2901  # the same
                    yield to_plain(entity, findings, numbers[file.kind])

    return work


def read_in_batch(
    batch: Sequence[tuple[Placed, Content]], declared: DeclaredFields, examine: Examine | None
) -> Iterator[tuple[ReadEntity | None, tuple[RuleFinding, ...] | None]]:
    """Yield each of some files as it is loaded, None for one that is gone, with what `examine` finds in it."""
    entities: list[ReadEntity | None] = []
    read: list[tuple[EntityFile, Content]] = []
    for (entry, place), content in batch:
        loaded = load_file(place.kind, content, declared, unmerged=entry.unmerged)
        if loaded is None:
            entities.append(None)
            continue
        entity = entity_read(entry.path, place, loaded, declared)
        entities.append(entity)
        read.append((entity.file, content))
    findings = iter(examine(read)) if examine is not None else repeat(None)
    for result in entities:
        yield result, next(findings) if result is not None else None
