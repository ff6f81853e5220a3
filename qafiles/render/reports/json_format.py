"""Reports as JSON. The document is stable within its version: fields may be added, and none changes its meaning."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from json.encoder import encode_basestring
from math import isfinite
from typing import Any, Final

from qafiles.render.document import dump, harmless
from qafiles.reports.report import Cell, EntityRef, Report, Table

_PLAIN: Final[Mapping[type, Callable[[Any], str]]] = {
    type(None): lambda _: "null",
    bool: lambda value: "true" if value else "false",
    str: encode_basestring,
    int: int.__repr__,
    float: lambda value: float.__repr__(value) if isfinite(value) else dump(value),
}
"""The JSON of cells that are the same in it: the encoder takes thrice as long for a row."""


def render(report: Report) -> Iterator[str]:
    """Yield one document: `version`, `report`, `title`, `root`, `revision`, `state`, `as_of`, `filters`, `notes`, `figures`, `tables`.

    `state` says what is reported, with the paths that no commit holds in `uncommitted`, null where nobody knows.

    A table has `name`, `title`, `columns` (`name`, `title`) and `rows`: objects by the names of the columns, each in a line
    of its own. An entity is `{"kind", "id", "handle", "path"}`, a day `2026-01-02`, nothing null.
    """
    head = {
        "version": 1,
        "report": report.name,
        "title": report.title,
        "root": report.root,
        "revision": report.revision,
        "state": _state(report),
        "as_of": _value(report.as_of),
        "filters": {name: [*values] for name, values in report.filters.items()},
        "notes": [*report.notes],
        "figures": {figure.name: _value(figure.value) for figure in report.figures},
    }
    yield "{\n"
    for name, value in head.items():
        yield f"  {dump(name)}: {dump(value)},\n"
    yield '  "tables": ['
    for number, table in enumerate(report.tables):
        yield f"{',' if number else ''}\n    {{"
        yield from _table(table)
        yield "}"
    yield "\n  ]\n}\n"


def _state(report: Report) -> dict[str, Any]:
    origin = report.origin
    paths = None if origin.uncommitted is None else [*origin.uncommitted]
    return {"of": origin.name, "commit": origin.commit, "uncommitted": paths}


def _table(table: Table) -> Iterator[str]:
    """Yield the members of a table's object, a line for each row."""
    columns = [{"name": column.name, "title": column.title} for column in table.columns]
    yield f'"name": {dump(table.name)}, "title": {dump(table.title)},\n     "columns": {dump(columns)},\n     "rows": ['
    row_text = (
        "{" + ", ".join(dump(column.name).replace("%", "%%") + ": %s" for column in table.columns) + "}"
    )
    known: dict[int, str] = {}
    before = "\n      "
    for row in table.rows:
        texts = [
            _PLAIN[cell.__class__](cell) if cell.__class__ in _PLAIN else _other(cell, known) for cell in row
        ]
        yield before + harmless(row_text % (*texts,))
        before = ",\n      "
    yield "]"


def _other(cell: Cell, known: dict[int, str]) -> str:
    """Return the JSON of a cell that is no text and no number; that of an entity, which many rows name, is made once."""
    if not isinstance(cell, EntityRef):
        return dump(_value(cell))
    # By what it is in memory: to compare paths and handles would take longer than the text is worth.
    text = known.get(id(cell))
    if text is None:
        text = known[id(cell)] = dump(_value(cell))
    return text


def _value(cell: Cell) -> Any:
    if isinstance(cell, EntityRef):
        return {"kind": cell.kind, "id": cell.id, "handle": cell.handle, "path": cell.path}
    if isinstance(cell, tuple):
        return [_value(item) for item in cell]
    return cell.isoformat() if isinstance(cell, date) else cell
