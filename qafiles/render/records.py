"""Records as tables, JSON, CSV and plain lists."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from qafiles.kinds import Kind
from qafiles.processes import map_in_processes
from qafiles.render.columns import columns, cut, table
from qafiles.render.csv_rows import csv_cell, csv_row
from qafiles.render.document import dump
from qafiles.render.escape import escape, first_in_line
from qafiles.snapshot import EntityFile, Snapshot
from qafiles.snapshot.environments import KINDS_WITH_URL, effective_url
from qafiles.snapshot.field_paths import picked
from qafiles.snapshot.records import known_fields, own_names, record
from qafiles.snapshot.titles import title

if TYPE_CHECKING:
    from qafiles.models.environments import Environment


class Listed(NamedTuple):
    """Entities of a kind that are to be listed, and how.

    `given` is what git's history gives for entities that do not write it, by path. `fields` are dotted paths, None for those
    that a format has by itself. `width` are the columns of the terminal, None where there is none and nothing is cut. `raw`
    leaves out the guard against spreadsheets. In an `environment`, the URLs there are listed, too.
    """

    snapshot: Snapshot
    kind: Kind
    files: Sequence[EntityFile]
    resolve: bool = False
    given: Mapping[str, Mapping[str, Any]] = MappingProxyType({})
    fields: tuple[str, ...] | None = None
    width: int | None = None
    raw: bool = False
    environment: "Environment | None" = None

    def record(self, file: EntityFile, *, resolve: bool | None = None) -> dict[str, Any]:
        """Return an entity as a record of the fields that are asked for."""
        whole = record(
            self.snapshot,
            file,
            resolve=self.resolve if resolve is None else resolve,
            derived=self.given.get(file.path),
            environment=self.environment,
            only=self.fields,
        )
        if self.fields is None:
            return whole
        named = {"title": title(file), "project": file.project, "organization": file.organization}
        return picked({**named, **whole}, self.fields)


Listing = Callable[[Listed], Iterator[str]]

FIELDS_OF_ENVIRONMENT: Final = ("environment", "environment.name", "environment.url", "environment.secrets")
"""What may be asked for where an environment is chosen."""
FIELDS_OF_EVERY_RECORD: Final = ("kind", "title", "derived", "unread")
"""What may be asked for beside the fields of a kind."""


def _table(listed: Listed) -> Iterator[str]:
    """Yield a table of handles, titles and ids, or of the fields asked for; on a terminal titles are cut to fit it."""
    if not listed.files:
        return
    if listed.fields is not None:
        records = [listed.record(file, resolve=True) for file in listed.files]
        yield from fields_as_text(records, listed.fields, listed.width)
        return
    urls = [escape(url) for url in _urls(listed)]
    rows: list[tuple[str, ...]] = [
        ("HANDLE", "TITLE", *(["URL"] if urls else []), "ID"),
        *(
            (escape(f.handle), escape(title(f)), *urls[number : number + 1], f.id or "-")
            for number, f in enumerate(listed.files)
        ),
    ]
    if listed.width is not None:
        others = sum(max(columns(row[place]) for row in rows) + 2 for place in (0, *([2] if urls else [])))
        room = max(listed.width - others - 2 - 25, 20)
        rows = [(row[0], cut(row[1], room), *row[2:]) for row in rows]
    yield from map(first_in_line, table(rows))


def _urls(listed: Listed) -> list[str]:
    """Return where each entity begins in the environment; nothing without one, and for kinds that begin nowhere."""
    if listed.environment is None or listed.kind not in KINDS_WITH_URL:
        return []
    return [effective_url(listed.snapshot, file, listed.environment) or "-" for file in listed.files]


def _json(listed: Listed) -> Iterator[str]:
    if not listed.files:
        yield as_json([])
        return
    before = "[\n  "
    for text in _each(listed, lambda file: dump(listed.record(file), indent=2, level=1)):
        yield before + text
        before = ",\n  "
    yield "\n]\n"


def _jsonl(listed: Listed) -> Iterator[str]:
    return _each(listed, lambda file: dump(listed.record(file)) + "\n")


def _each(listed: Listed, text_of: Callable[[EntityFile], str]) -> Iterator[str]:
    """Yield the text of each entity, which all cores make where there are many."""
    for first in listed.files[:1]:
        # What is looked up in all files is then there for the processes that are forked.
        yield text_of(first)
    yield from map_in_processes(lambda files: map(text_of, files), listed.files[1:])


def _csv(listed: Listed) -> Iterator[str]:
    """Yield RFC 4180 rows: lists joined by `;`, other structures as JSON; declared fields and the keys `x-` of all entities are columns."""
    terminal = listed.width is not None
    if listed.fields is not None:
        names = [*listed.fields]
    else:
        own = {name for file in listed.files for name in own_names(file)}
        fields = known_fields(listed.kind, listed.snapshot.settings.fields)[5:]
        extra = [
            *dict.fromkeys(name for values in listed.given.values() for name in values if name in fields)
        ]
        names = [
            "id",
            "kind",
            "handle",
            "path",
            *fields,
            *sorted(own.difference(fields)),
            *(f"derived.{name}" for name in extra),
            *(["environment.url"] if listed.environment and listed.kind in KINDS_WITH_URL else []),
        ]
    yield csv_row(names, terminal=terminal)

    def row(file: EntityFile) -> str:
        values = picked(listed.record(file, resolve=False), names)
        return csv_row([csv_cell(values[name], raw=listed.raw) for name in names], terminal=terminal)

    yield from _each(listed, row)


def _ids(listed: Listed) -> Iterator[str]:
    for file in listed.files:
        if file.id is not None:
            yield file.id + "\n"


def _paths(listed: Listed) -> Iterator[str]:
    for file in listed.files:
        yield escape(file.path) + "\n"


LISTINGS: Final[Mapping[str, Listing]] = MappingProxyType(
    {"table": _table, "json": _json, "jsonl": _jsonl, "csv": _csv, "ids": _ids, "paths": _paths}
)


def fields_as_text(
    records: Sequence[Mapping[str, Any]], names: Sequence[str], width: int | None = None
) -> Iterator[str]:
    """Yield a table of records with these fields; on a terminal of a width no line is longer."""
    rows = [tuple(name.upper() for name in names)]
    rows += [tuple(escape(_shown(values[name])) for name in names) for values in records]
    for line in table(rows):
        text = first_in_line(line.rstrip("\n"))
        yield (text if width is None else cut(text, width)) + "\n"


def _shown(value: Any) -> str:
    """Return a value of a record as people read it: references by handle, lists with commas."""
    if value is None:
        return "-"
    if isinstance(value, list | tuple):
        return ", ".join(map(_shown, value)) or "-"
    if isinstance(value, Mapping):
        return str(value["handle"]) if {*value} == {"id", "handle"} else dump(value)
    return value if isinstance(value, str) else dump(value)


def as_json(value: Any) -> str:
    """Return a value as indented JSON that every terminal and file can encode."""
    return dump(value, indent=2) + "\n"
