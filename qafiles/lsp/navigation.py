"""What stands at a place of a file, where it is defined, and who refers to it."""

from collections.abc import Iterator
from typing import NamedTuple

from qafiles.diagnostics import Span
from qafiles.kinds import SECRET, Kind
from qafiles.layout import Place, classify
from qafiles.lsp.context import field_at, slot_at
from qafiles.lsp.lookups import Texts, incoming, inner, resolve, span_of
from qafiles.lsp.positions import Document, Point, contains
from qafiles.references import PLACEHOLDER, PLACEHOLDER_FIELDS, Reference
from qafiles.snapshot import EntityFile, Snapshot


class Spot(NamedTuple):
    """A reference at the cursor, or the file's own id (then without reference), with what it names."""

    span: Span
    reference: Reference | None
    target: EntityFile | None


class Target(NamedTuple):
    """A span in a file."""

    path: str
    span: Span


def spot_at(snapshot: Snapshot, path: str, document: Document, point: Point) -> Spot | None:
    """Return what a place of a file names, also where the file is no YAML at the moment."""
    place = classify(path)
    file = snapshot.files.get(path)
    if not isinstance(place, Place):
        return None
    if file is not None:
        own = _own_name(file, document, point)
        if own is not None:
            return Spot(own, None, file)
    for reference, span in _references(snapshot, path, place.kind, document, point):
        if contains(span, point):
            return Spot(span, reference, None if file is None else resolve(snapshot, reference))
    return None


def _own_name(file: EntityFile, document: Document, point: Point) -> Span | None:
    """Return the span of the id or the secret's name when the cursor is on its line."""
    name_and_start = field_at(document, Point(point.line, len(document.line(point.line)) + 2))
    names = {"id", "secret_name"} if file.is_secret else {"id"}
    if name_and_start is None or name_and_start[0] not in names or name_and_start[1].line != point.line:
        return None
    return inner(document, document.positions.span((name_and_start[0],)))


def _references(
    snapshot: Snapshot, path: str, kind: Kind, document: Document, point: Point
) -> Iterator[tuple[Reference, Span]]:
    """Yield the references on the cursor's line: those of the data, or where there is none, those that the line shows."""
    file = snapshot.files.get(path)
    if file is not None and file.data:
        line = document.line(point.line)
        for reference in file.references():
            # What a line does not show in plain letters may be escaped there.
            if (reference.within or reference.value) in line or "\\" in line:
                whole = document.positions.span(
                    reference.pointer, within=reference.within, occurrence=reference.occurrence
                )
                yield reference, inner(document, whole)
        return
    name_and_start = field_at(document, point)
    if name_and_start is not None and name_and_start[0] in PLACEHOLDER_FIELDS.get(kind, ()):
        for match in PLACEHOLDER.finditer(document.line(point.line)):
            span = Span(point.line, match.start() + 1, point.line, match.end() + 1)
            yield Reference(path, (name_and_start[0],), match[1], SECRET, match[0]), span
    slot = slot_at(document, point, snapshot.settings.fields.references(kind))
    if slot is not None and slot.text:
        yield Reference(path, (slot.field.name,), slot.text, slot.field.target), slot.span


def definition(snapshot: Snapshot, spot: Spot, texts: Texts) -> Target | None:
    """Return the id of the entity that is named, or None where nothing is."""
    if spot.target is None or spot.target.path not in snapshot.files:
        return None
    return Target(spot.target.path, texts.id_span(spot.target.path))


def references(snapshot: Snapshot, spot: Spot, texts: Texts, *, declaration: bool = False) -> list[Target]:
    """Return every reference to the entity that is named, placeholders included, sorted by path."""
    if spot.target is None:
        return []
    own = [Target(spot.target.path, texts.id_span(spot.target.path))] if declaration else []
    links = incoming(snapshot, spot.target)
    return own + [
        Target(reference.path, span_of(texts.document(reference.path), reference)) for reference in links
    ]
