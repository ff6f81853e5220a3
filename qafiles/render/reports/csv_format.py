"""One table of a report as CSV."""

from collections.abc import Iterator

from qafiles.render.csv_rows import csv_cell, csv_row
from qafiles.render.reports.cells import parts
from qafiles.reports.report import Cell, Table


def render(table: Table, *, raw: bool = False, terminal: bool = False) -> Iterator[str]:
    """Yield RFC 4180 rows below the names of the columns: entities by handle, lists joined by `;`.

    A text that a spreadsheet would calculate gets an apostrophe in front, unless `raw`.
    """
    yield csv_row([column.name for column in table.columns], terminal=terminal)
    for row in table.rows:
        yield csv_row([_cell(cell, raw=raw) for cell in row], terminal=terminal)


def _cell(cell: Cell, *, raw: bool) -> str:
    texts = [*parts(cell)]
    if isinstance(cell, int | float):
        return "".join(texts)
    return csv_cell(texts if isinstance(cell, tuple) else "".join(texts), raw=raw)
