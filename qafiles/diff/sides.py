"""The files that may differ between two sources, read and parsed; all others are left alone.

Two commits are compared by their trees. Where git knows the object name of one side only, as for a working tree, the
other side's is computed from its bytes: the time stamps that git keeps in its index are not trusted.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple

from qafiles.declared_fields import NOTHING_DECLARED, DeclaredFields
from qafiles.diff.declared import declared_in
from qafiles.git.changed_paths import changed_between
from qafiles.layout import ENTITY_FOLDERS, SETTINGS_FILE, Place, classify
from qafiles.loading.loader import load
from qafiles.loading.settings import required
from qafiles.parsing import MAX_SECRET_SIZE, MAX_SIZE, parse
from qafiles.parsing.ids import legible_id
from qafiles.parsing.values import same
from qafiles.processes import collector_paused, map_in_processes
from qafiles.snapshot import EntityFile, Snapshot
from qafiles.snapshot.unread import is_missing, nested_paths, problems
from qafiles.sources import NESTED, Content, GitObjectSource, Source, SourceEntry, Unreadable, entry_in_git

_Couple = tuple[SourceEntry | None, SourceEntry | None]


@dataclass(frozen=True)
class Side:
    """One of two states: its files that may differ, or all of them when it is `whole`, and its settings as written."""

    source: Source
    files: Mapping[str, EntityFile]
    settings: Mapping[str, Any]
    whole: bool = False
    missing: tuple[str, ...] = ()
    """Paths whose content git lacks."""
    refused: tuple[str, ...] = ()
    """Paths that can't be read for another reason, such as a link in the place of a folder."""
    nested: tuple[str, ...] = ()
    """Paths of other repositories, which are not looked into."""


def differing(before: Source | Snapshot, after: Source | Snapshot) -> tuple[Side, Side]:
    """Return the two sides of a comparison, each with the files that are not the same byte for byte.

    Which custom fields refer to others is what the later state declares, for both.

    Raises DataRootError and GitError.
    """
    if isinstance(before, Snapshot) or isinstance(after, Snapshot):
        return _whole(before), _whole(after)
    for source in (before, after):
        required(source)
    with collector_paused():
        couples = [*_couples(before, after)]
        declared = declared_in(after) if couples else NOTHING_DECLARED
        return (
            _side(before, [old for old, _ in couples if old], declared),
            _side(after, [new for _, new in couples if new], declared),
        )


def _whole(state: Source | Snapshot) -> Side:
    snapshot = state if isinstance(state, Snapshot) else load(state)
    content = snapshot.content(SETTINGS_FILE)
    data = parse(content).data if isinstance(content, bytes) else None
    settings = data if isinstance(data, dict) else {}
    problem_by_path = problems(snapshot)
    missing = tuple(path for path, item in problem_by_path.items() if is_missing(item))
    refused = tuple(path for path in problem_by_path if path not in missing)
    others = tuple(nested_paths(snapshot))
    return Side(
        snapshot.source, snapshot.files, settings, whole=True, missing=missing, refused=refused, nested=others
    )


def _couples(before: Source, after: Source) -> Iterator[_Couple]:
    """Yield the entries of entities and settings that may differ."""
    if (
        isinstance(before, GitObjectSource)
        and isinstance(after, GitObjectSource)
        and before.revision
        and after.revision
        and (before.repository, before.folder) == (after.repository, after.folder)
    ):
        folder = before.folder
        for _, was, now in changed_between(before.repository, before.revision, after.revision, folder):
            old, new = (_if_concerned(entry_in_git(entry) if entry else None) for entry in (was, now))
            if old or new:
                yield old, new
        return
    olds, news = (
        {entry.path: entry for entry in source.entries() if _if_concerned(entry)}
        for source in (before, after)
    )
    both = [(old, news[path]) for path, old in olds.items() if path in news]
    named = [couple for couple in both if couple[0].blob and couple[1].blob]
    yield from ((old, new) for old, new in named if (old.blob, old.refused) != (new.blob, new.refused))
    yield from _unequal(before, after, [couple for couple in both if not (couple[0].blob and couple[1].blob)])
    yield from ((old, None) for path, old in olds.items() if path not in news)
    yield from ((None, new) for path, new in news.items() if path not in olds)


def _if_concerned(entry: SourceEntry | None) -> SourceEntry | None:
    """Return an entry that is settings or an entity, or that may hide some, as a link in the place of a folder; else None."""
    if entry is None or entry.path == SETTINGS_FILE or isinstance(classify(entry.path), Place):
        return entry
    return entry if entry.refused is not None and entry.path.partition("/")[0] in ENTITY_FOLDERS else None


def _unequal(
    before: Source, after: Source, couples: Sequence[tuple[SourceEntry, SourceEntry]]
) -> Iterator[_Couple]:
    """Yield the entries whose contents differ, of which git can name at most one; a side that it can name is not read."""
    unknown = [old for old, new in couples if not old.blob], [new for _, new in couples if not new.blob]
    olds, news = before.read(unknown[0]), after.read(unknown[1])
    for old, new in couples:
        was = old.blob or next(olds)
        now = new.blob or next(news)
        if was != now and not (
            (isinstance(was, str) and _is_blob(was, now, before, old))
            or (isinstance(now, str) and _is_blob(now, was, after, new))
        ):
            yield old, new


def _is_blob(name: str, content: Content | str, source: Source, entry: SourceEntry) -> bool:
    """Return whether a content is that of an object; of one that is too large, only the beginnings are compared."""
    if not isinstance(content, bytes):
        return False
    if len(content) > MAX_SECRET_SIZE:
        return next(iter(source.read([entry])), None) == content
    algorithm = hashlib.sha1 if len(name) == 40 else hashlib.sha256  # git's own, which secures nothing here
    return algorithm(b"blob %d\0%b" % (len(content), content)).hexdigest() == name


def _side(source: Source, entries: Sequence[SourceEntry], declared: DeclaredFields) -> Side:
    settings: Mapping[str, Any] = {}
    files: dict[str, EntityFile] = {}
    missing: list[str] = []
    refused: list[str] = []
    others = [entry.path.rstrip("/") for entry in entries if entry.refused == NESTED]
    readable = [entry for entry in entries if entry.refused != NESTED]
    for entry, result in zip(readable, parsed(source, readable), strict=True):
        place = classify(entry.path)
        if result is None:
            continue
        if not result.legible:
            (missing if result.missing else refused).append(entry.path)
        fields = result.data if isinstance(result.data, dict) else {}
        if isinstance(place, Place):
            files[entry.path] = EntityFile(
                entry.path,
                place.kind,
                place.handle,
                result.id,
                MappingProxyType(fields),
                result.legible,
                declared=declared,
            )
        elif entry.path == SETTINGS_FILE:
            settings = fields
    return Side(
        source,
        MappingProxyType(files),
        settings,
        missing=tuple(missing),
        refused=tuple(refused),
        nested=tuple(others),
    )


def _most(path: str) -> int:
    place = classify(path)
    return MAX_SECRET_SIZE if isinstance(place, Place) and place.is_secret else MAX_SIZE


class ParsedFile(NamedTuple):
    """What a file says, with its id; `legible` is whether nothing in it was refused, `missing` whether git lacks it."""

    data: Any
    id: str | None
    legible: bool
    missing: bool = False


def parsed(source: Source, entries: Sequence[SourceEntry]) -> Iterable[ParsedFile | None]:
    """Return what the file of each entry says; None for a file that is gone."""

    def work(share: Sequence[SourceEntry]) -> Iterator[ParsedFile | None]:
        for entry, content in zip(share, source.read(share), strict=True):
            if isinstance(content, bytes):
                data, refusals = parse(content, _most(entry.path))
                yield ParsedFile(data, legible_id(data, content), not refusals)
            else:
                lost = isinstance(content, Unreadable) and is_missing(content)
                yield None if content is None else ParsedFile(None, None, legible=False, missing=lost)

    return map_in_processes(work, entries, to_plain=tuple, from_plain=ParsedFile._make)


def differ(old: EntityFile, new: EntityFile) -> bool:
    """Return whether two files of the same entity say something different, or lie at different paths."""
    return (old.path, old.id) != (new.path, new.id) or not same(old.data, new.data)
