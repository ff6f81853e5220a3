"""Reports for the terminal, in tables that fit its width."""

import io
from collections.abc import Iterator
from typing import Final

from rich import box
from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text

from qafiles.render.escape import escape, first_in_line
from qafiles.render.reports import plain
from qafiles.render.reports.breaking import Breakable
from qafiles.render.reports.cells import heading, parts, project_of, shown_columns, shown_parts
from qafiles.reports.report import Cell, Column, Report, Table

_ITEMS: Final = 8
"""How many items of a list stand in a cell."""
_LONGEST: Final = 500
"""How many characters of a text stand in a cell."""


def render(report: Report, *, rows: int = 0, color: bool = False, width: int | None = None) -> Iterator[str]:
    """Yield a report as text: of each table at most so many rows, 0 for all.

    `width` is that of the terminal, None where there is none: nothing is cut or wrapped then. Control characters in the data
    come out as visible escapes.
    """
    if width is None:
        yield from plain.render(report, rows)
        return
    columns = width
    about = ", ".join(f"{name} {value}" for name, value in heading(report))
    yield from _printed(Text.assemble((escape(report.title), "bold"), f"  ({escape(about)})"), columns, color)
    figures = RichTable(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    figures.add_column()
    figures.add_column(justify="right")
    for figure in report.figures:
        figures.add_row(Text(figure.title), Text(escape(", ".join(parts(figure.value))) or "-"))
    yield from _printed(figures, columns, color)
    for table in report.tables:
        title, indexes = shown_columns(table)
        yield "\n"
        yield from _printed(Text(escape(f"{title} ({len(table.rows)})"), "bold"), columns, color)
        if not table.rows:
            yield f"  {table.empty}\n"
            continue
        shown = table.rows[:rows] if rows else table.rows
        yield from _printed(_table(table, indexes, shown), columns, color)
        if len(shown) < len(table.rows):
            yield plain.left_out(table, len(shown))
    for note in report.notes:
        yield from _printed(Text(f"note: {escape(note)}"), columns, color)


def _table(table: Table, indexes: tuple[int, ...], rows: tuple[tuple[Cell, ...], ...]) -> RichTable:
    """Return a table of those columns that are kept."""
    rich_table = RichTable(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1, 0, 0))
    for index in indexes:
        column = table.columns[index]
        number = column.form == "number"
        rich_table.add_column(
            Text(column.title), justify="right" if number else "left", no_wrap=number, overflow="fold"
        )
    for row in rows:
        project = project_of(table, row)
        rich_table.add_row(*(_cell(row[index], table.columns[index], project) for index in indexes))
    return rich_table


def _cell(cell: Cell, column: Column, project: str) -> Text:
    texts = shown_parts(cell, column, project)
    more = f" and {len(texts) - _ITEMS} more" if len(texts) > _ITEMS else ""
    shown = (item if len(item) <= _LONGEST else item[: _LONGEST - 1] + "…" for item in texts[:_ITEMS])
    return Breakable(escape(", ".join(shown)) + more)


def _printed(piece: Text | RichTable, width: int, color: bool) -> Iterator[str]:  # noqa: FBT001  # as rich takes it
    """Yield what rich prints, line by line, with nothing from the environment."""
    stream = io.StringIO()
    console = Console(
        file=stream,
        width=max(width, 40),
        force_terminal=color,
        color_system="standard" if color else None,
        markup=False,
        highlight=False,
        emoji=False,
        legacy_windows=False,
        _environ={},
    )
    console.print(piece)
    for line in stream.getvalue().splitlines():
        yield first_in_line(line.rstrip()) + "\n"
