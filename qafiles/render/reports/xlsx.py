"""Reports as a workbook for spreadsheets: a sheet about the report, and one for each table."""

import io
from datetime import UTC, date, datetime
from typing import Any, Final

import xlsxwriter  # type: ignore[import-untyped]

from qafiles.render.csv_rows import FORMULA
from qafiles.render.escape import escape, well_formed
from qafiles.render.reports.cells import heading, parts
from qafiles.reports.report import Cell, Report, Table

MAX_ROWS: Final = 1_048_576
"""https://support.microsoft.com/en-us/office/excel-specifications-and-limits-1672b34d-7043-467e-8e27-269d656771c3"""

_MAX_TEXT: Final = 32_767
_WIDEST: Final = 60


def render(report: Report) -> bytes:
    """Return the workbook; equal reports give equal bytes. Rows that no sheet can hold are counted in the first sheet."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(
        stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    # Otherwise the time at which it is made.
    book.set_properties({"title": _fit(report.title), "created": datetime(2000, 1, 1, tzinfo=UTC)})
    writer = _Writer(book)
    writer.about(report)
    for table in report.tables:
        writer.table(table)
    book.close()
    return stream.getvalue()


class _Writer:
    """The sheets of one workbook and their formats."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self.bold = book.add_format({"bold": True})
        self.day = book.add_format({"num_format": "yyyy-mm-dd", "align": "left"})
        # A text that a spreadsheet would take for a formula, if somebody edited the cell.
        self.quoted = book.add_format({"quote_prefix": True})

    def about(self, report: Report) -> None:
        """Add the sheet with what the report is about, its figures and notes."""
        sheet = self.book.add_worksheet("Report")
        rows: list[tuple[Cell, Cell]] = [("report", report.title), *heading(report)]
        rows += [(figure.title, figure.value) for figure in report.figures]
        rows += [("note", note) for note in report.notes]
        rows += [
            ("note", f"{len(table.rows) - MAX_ROWS + 1} rows of `{table.name}` do not fit into a sheet")
            for table in report.tables
            if len(table.rows) >= MAX_ROWS
        ]
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                self._write(sheet, number, column, cell)
        sheet.set_column(0, 0, max(len(str(name)) for name, _ in rows) + 1)
        sheet.set_column(1, 1, 30)

    def table(self, table: Table) -> None:
        """Add the sheet of a table, with a filter on each column."""
        sheet = self.book.add_worksheet(table.name)
        rows = table.rows[: MAX_ROWS - 1]
        for index, column in enumerate(table.columns):
            sheet.write_string(0, index, column.title, self.bold)
            longest = max((len("; ".join(parts(row[index]))) for row in rows[:1000]), default=0)
            sheet.set_column(index, index, min(max(longest, len(column.title)) + 2, _WIDEST))
        for number, row in enumerate(rows, 1):
            for index, cell in enumerate(row):
                self._write(sheet, number, index, cell)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, len(rows), len(table.columns) - 1)

    def _write(self, sheet: Any, row: int, column: int, cell: Cell) -> None:
        # Excel knows no date before 1900, and no whole number beyond 15 digits.
        if isinstance(cell, bool):
            sheet.write_boolean(row, column, cell)
        elif isinstance(cell, int | float) and abs(cell) < 10**15:
            sheet.write_number(row, column, cell)
        elif isinstance(cell, date) and cell.year > 1900:
            sheet.write_datetime(row, column, cell, self.day)
        elif texts := parts(cell):
            text = _fit("; ".join(texts))
            sheet.write_string(row, column, text, self.quoted if text.startswith(FORMULA) else None)


def _fit(text: str) -> str:
    """Return a text that a cell holds, with control characters as escapes."""
    return well_formed(escape(text))[:_MAX_TEXT]
