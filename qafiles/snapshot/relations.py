"""The reference graph around one entity, in both directions, with the line of each reference."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from qafiles.diagnostics import NOTHING_LEFT_OUT, LeftOut, Pointer, json_pointer
from qafiles.parsing import Positions
from qafiles.references import Reference
from qafiles.snapshot import EntityFile, Snapshot
from qafiles.snapshot.field_paths import picked
from qafiles.snapshot.unread import left_out_of_references


class Relation(NamedTuple):
    """One edge of the graph: the field that makes it, the entity at its other end, and the line it is written on.

    `other` is None for a dangling reference, whose text is `value`. A relation that only the folder implies has no
    pointer and no line.
    """

    field: str
    pointer: Pointer | None
    value: str
    other: EntityFile | None
    line: int | None

    def as_json(self) -> dict[str, Any]:
        """Return the relation as `refs --format json` prints it."""
        other = self.other
        return {
            "field": self.field,
            "pointer": None if self.pointer is None else json_pointer(self.pointer),
            "id": other.id if other else None,
            "kind": other.kind if other else None,
            "handle": other.handle if other else None,
            "path": other.path if other else None,
            "line": self.line,
        }


class Relations(NamedTuple):
    """What an entity refers to, and what refers to it; `left_out` is what can't be read of either."""

    file: EntityFile
    outgoing: tuple[Relation, ...]
    incoming: tuple[Relation, ...]
    left_out: LeftOut = NOTHING_LEFT_OUT

    def first(self, limit: int | None) -> "Relations":
        """Return the graph with at most so many relations in each direction, None for all."""
        return self._replace(outgoing=self.outgoing[:limit], incoming=self.incoming[:limit])

    def as_records(self) -> list[dict[str, Any]]:
        """Return the relations as records, the outgoing ones first, with their `direction`."""
        sides = (("outgoing", self.outgoing), ("incoming", self.incoming))
        return [{"direction": name, **relation.as_json()} for name, side in sides for relation in side]

    def as_json(self, fields: Sequence[str] | None = None) -> dict[str, Any]:
        """Return the graph as `refs --format json` prints it; `path` and `line` say where a reference is written.

        `fields` are those that are wanted, None for all.
        """
        document: dict[str, list[Any]] = {"outgoing": [], "incoming": [], "notes": [*self.left_out.sentences]}
        for record in self.as_records():
            side = document[record["direction"]]
            side.append(
                {name: value for name, value in record.items() if name != "direction"}
                if fields is None
                else picked(record, fields)
            )
        return document


def relations(snapshot: Snapshot, file: EntityFile) -> Relations:
    """Return the relations of an entity: references, placeholders, and what its folder implies."""
    outgoing_links = snapshot.outgoing(file)
    incoming_links = snapshot.incoming(file)
    lines = lines_of_references(snapshot, [link.reference for link in (*outgoing_links, *incoming_links)])
    written = {link.reference.field for link in outgoing_links}
    outgoing = [
        Relation(name, None, "", parent, None)
        for name, parent in snapshot.place_of(file).items()
        if name not in written
    ]
    outgoing += [_relation(link.reference, link.target, lines) for link in outgoing_links]
    incoming = [_relation(link.reference, link.source, lines) for link in incoming_links]
    said = {
        link.source.path
        for link in incoming_links
        if link.reference.field in {"project_id", "organization_id"}
    }
    incoming += [
        Relation(name, None, "", child, None)
        for name, child in _children(snapshot, file)
        if child.path not in said
    ]
    return Relations(file, tuple(outgoing), tuple(incoming), left_out_of_references(snapshot, file))


def _relation(reference: Reference, other: EntityFile | None, lines: dict[Reference, int]) -> Relation:
    return Relation(reference.field, reference.pointer, reference.value, other, lines.get(reference))


def _children(snapshot: Snapshot, file: EntityFile) -> Iterable[tuple[str, EntityFile]]:
    """Yield the entities that lie in the folder of a project or an organization, with the field that would say so."""
    if file.kind not in {"project", "organization"}:
        return
    for other in snapshot.files.values():
        for name, parent in snapshot.place_of(other).items():
            if parent is file:
                yield name, other


def lines_of_references(snapshot: Snapshot, references: Iterable[Reference]) -> dict[Reference, int]:
    """Return the line on which each reference is written."""
    by_path: dict[str, list[Reference]] = {}
    for reference in references:
        by_path.setdefault(reference.path, []).append(reference)
    entries = [snapshot.entries[path] for path in by_path]
    lines = {}
    for entry, content in zip(entries, snapshot.source.read(entries), strict=True):
        positions = Positions(content if isinstance(content, bytes) else b"")
        for ref in by_path[entry.path]:
            lines[ref] = positions.span(ref.pointer, within=ref.within, occurrence=ref.occurrence).line
    return lines
