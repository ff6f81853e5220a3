"""Records as tables, JSON, CSV and plain lists."""

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

import yaml

from qafiles.render.columns import columns
from qafiles.render.csv_rows import csv_cell, csv_row
from qafiles.render.document import dump
from qafiles.render.escape import escape, first_in_line
from qafiles.snapshot import EntityFile, Snapshot
from qafiles.snapshot.records import known_fields, record, title

Given = Mapping[str, Mapping[str, Any]]
"""What git's history gives for entities that do not write it, by path."""

Listing = Callable[[Snapshot, Sequence[EntityFile], bool, Given], Iterator[str]]


def _table(snapshot: Snapshot, files: Sequence[EntityFile], resolve: bool, given: Given) -> Iterator[str]:  # noqa: FBT001  # as Listing
    """Yield a table of handles, titles and ids that fits the terminal; titles are cut first."""
    del snapshot, resolve, given
    if not files:
        return
    rows = [("HANDLE", "TITLE", "ID"), *((escape(f.handle), escape(title(f)), f.id or "-") for f in files)]
    first = max(columns(row[0]) for row in rows)
    room = max(shutil.get_terminal_size((120, 24)).columns - first - 2 - 2 - 25, 20)
    second = min(max(columns(row[1]) for row in rows), room)
    for handle, name, id_ in rows:
        yield first_in_line(f"{_padded(handle, first)}  {_padded(cut(name, second), second)}  {id_}\n")


def _json(snapshot: Snapshot, files: Sequence[EntityFile], resolve: bool, given: Given) -> Iterator[str]:  # noqa: FBT001  # as Listing
    yield as_json([record(snapshot, file, resolve=resolve, derived=given.get(file.path)) for file in files])


def _jsonl(snapshot: Snapshot, files: Sequence[EntityFile], resolve: bool, given: Given) -> Iterator[str]:  # noqa: FBT001  # as Listing
    for file in files:
        yield dump(record(snapshot, file, resolve=resolve, derived=given.get(file.path))) + "\n"


def _csv(snapshot: Snapshot, files: Sequence[EntityFile], resolve: bool, given: Given) -> Iterator[str]:  # noqa: FBT001  # as Listing
    """Yield RFC 4180 rows: lists joined by `;`, other structures as JSON, formulas made harmless."""
    del resolve
    if not files:
        return
    names = ["id", "kind", "handle", "path", *known_fields(files[0].kind)[5:]]
    extra = [*dict.fromkeys(name for values in given.values() for name in values if name in names)]
    yield csv_row([*names, *(f"derived.{name}" for name in extra)])
    for file in files:
        values, more = record(snapshot, file), given.get(file.path, {})
        cells = [*(values.get(name) for name in names), *(more.get(name) for name in extra)]
        yield csv_row([csv_cell(cell) for cell in cells])


def _ids(snapshot: Snapshot, files: Sequence[EntityFile], resolve: bool, given: Given) -> Iterator[str]:  # noqa: FBT001  # as Listing
    del snapshot, resolve, given
    for file in files:
        if file.id is not None:
            yield file.id + "\n"


def _paths(snapshot: Snapshot, files: Sequence[EntityFile], resolve: bool, given: Given) -> Iterator[str]:  # noqa: FBT001  # as Listing
    del snapshot, resolve, given
    for file in files:
        yield escape(file.path) + "\n"


LISTINGS: Final[Mapping[str, Listing]] = MappingProxyType(
    {"table": _table, "json": _json, "jsonl": _jsonl, "csv": _csv, "ids": _ids, "paths": _paths}
)


def as_json(value: Any) -> str:
    """Return a value as indented JSON that every terminal and file can encode."""
    return dump(value, indent=2) + "\n"


class _Dumper(yaml.SafeDumper):
    """Writes texts of several lines as block scalars, as people do."""

    def ignore_aliases(self, data: Any) -> bool:
        del data
        return True


def _represent_text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _represent_text)


def as_text(values: Mapping[str, Any]) -> str:
    """Return a record as YAML for people to read; what would steer a terminal or a CI runner comes out as an escape."""
    text = yaml.dump(dict(values), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=10**6)
    return "".join(first_in_line(escape(line)) + "\n" for line in text.split("\n")[:-1])


def _padded(text: str, width: int) -> str:
    return text + " " * (width - columns(text))


def cut(text: str, width: int) -> str:
    """Return the text, or its beginning and `…`, in at most so many columns."""
    if columns(text) <= width:
        return text
    kept = ""
    for char in text:
        if columns(kept + char) > width - 1:
            break
        kept += char
    return kept + "…"
