"""Reports as JSON. The document is stable within its version: fields may be added, and none changes its meaning."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from qafiles.render.document import dump
from qafiles.reports.report import Cell, EntityRef, Report, Table


def render(report: Report) -> Iterator[str]:
    """Yield one document: `version`, `report`, `title`, `root`, `revision`, `as_of`, `filters`, `notes`, `figures`, `tables`.

    A table has `name`, `title`, `columns` (`name`, `title`) and `rows`: objects by the names of the columns. An entity is
    `{"kind", "id", "handle", "path"}`, a day `2026-01-02`, nothing null.
    """
    document = {
        "version": 1,
        "report": report.name,
        "title": report.title,
        "root": report.root,
        "revision": report.revision,
        "as_of": _value(report.as_of),
        "filters": {name: [*values] for name, values in report.filters.items()},
        "notes": [*report.notes],
        "figures": {figure.name: _value(figure.value) for figure in report.figures},
        "tables": [_table(table) for table in report.tables],
    }
    yield dump(document, indent=2) + "\n"


def _table(table: Table) -> dict[str, Any]:
    names = [column.name for column in table.columns]
    return {
        "name": table.name,
        "title": table.title,
        "columns": [{"name": column.name, "title": column.title} for column in table.columns],
        "rows": [dict(zip(names, map(_value, row), strict=True)) for row in table.rows],
    }


def _value(cell: Cell) -> Any:
    if isinstance(cell, EntityRef):
        return {"kind": cell.kind, "id": cell.id, "handle": cell.handle, "path": cell.path}
    if isinstance(cell, tuple):
        return [_value(item) for item in cell]
    return cell.isoformat() if isinstance(cell, date) else cell
