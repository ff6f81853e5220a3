"""The sheet of a manual run, as CSV and as a workbook in which a status is chosen from a list."""

import io
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Final

import xlsxwriter  # type: ignore[import-untyped]

from qafiles.render.csv_rows import FORMULA, csv_cell, csv_row
from qafiles.render.escape import escape, well_formed
from qafiles.results.formats.sheet_rows import STATUSES
from qafiles.results.sheet import COLUMNS, SheetRow

_MAX_TEXT: Final = 32_767
_WIDTHS: Final = {"id": 12, "handle": 40, "title": 40, "config": 18, "url": 30, "steps": 70, "status": 10}
_FILLED_IN: Final = ("status", "comment", "tester")


def as_csv(rows: Iterable[SheetRow], *, terminal: bool = False) -> Iterator[str]:
    """Yield the lines: the names of the columns, and the rows. Nothing in them is calculated by a spreadsheet."""
    yield csv_row(COLUMNS, terminal=terminal)
    for row in rows:
        yield csv_row(map(csv_cell, row.cells), terminal=terminal)


def as_workbook(rows: Iterable[SheetRow]) -> bytes:
    """Return the workbook; equal rows give equal bytes. The column with digests is hidden."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(
        stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    # Otherwise the time at which it is made.
    book.set_properties({"title": "Manual run", "created": datetime(2000, 1, 1, tzinfo=UTC)})
    bold = book.add_format({"bold": True})
    text = book.add_format({"text_wrap": True, "valign": "top"})
    quoted = book.add_format({"text_wrap": True, "valign": "top", "quote_prefix": True})
    to_fill_in = book.add_format({"text_wrap": True, "valign": "top", "bg_color": "#fff8dc", "border": 4})
    sheet = book.add_worksheet("Run")
    for index, name in enumerate(COLUMNS):
        sheet.write_string(0, index, name, bold)
        sheet.set_column(index, index, _WIDTHS.get(name, 24), None, {"hidden": name == "state"})
    number = 0
    for number, row in enumerate(rows, 1):
        for index, (name, cell) in enumerate(zip(COLUMNS, row.cells, strict=True)):
            if name in _FILLED_IN:
                sheet.write_blank(number, index, None, to_fill_in)
            elif cell:
                written = _fitting(cell)
                sheet.write_string(number, index, written, quoted if written.startswith(FORMULA) else text)
    status = COLUMNS.index("status")
    sheet.data_validation(
        1,
        status,
        max(number, 1),
        status,
        {
            "validate": "list",
            "source": list(STATUSES),
            "error_title": "No status",
            "error_message": f"A status is one of {', '.join(STATUSES)}; an empty cell is a test that did not run.",
        },
    )
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, max(number, 1), len(COLUMNS) - 1)
    book.close()
    return stream.getvalue()


def _fitting(text: str) -> str:
    """Return a text that a cell holds: its lines, with other control characters as escapes."""
    lines = "\n".join(escape(line) for line in text.splitlines())
    return well_formed(lines)[:_MAX_TEXT]
