"""One table of a report as CSV."""

from collections.abc import Iterator

from qafiles.render.csv_rows import csv_row, harmless
from qafiles.render.reports.cells import parts
from qafiles.reports.report import Cell, Table


def render(table: Table) -> Iterator[str]:
    """Yield RFC 4180 rows below the names of the columns: entities by handle, lists joined by `;`."""
    yield csv_row([column.name for column in table.columns])
    for row in table.rows:
        yield csv_row([_cell(cell) for cell in row])


def _cell(cell: Cell) -> str:
    text = ";".join(parts(cell))
    return text if isinstance(cell, int | float) else harmless(text)
