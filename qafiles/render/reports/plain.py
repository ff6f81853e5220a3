"""Reports as text where stdout is no terminal: one line a row, however long, and nothing cut."""

from collections.abc import Iterator, Sequence

from qafiles.render.columns import columns
from qafiles.render.escape import escape, first_in_line
from qafiles.render.numbers import counted
from qafiles.render.reports.cells import heading, parts, shown_parts
from qafiles.reports.report import Cell, Report, Table


def render(report: Report, rows: int = 0) -> Iterator[str]:
    """Yield a report: of each table at most so many rows, 0 for all. Control characters come out as visible escapes."""
    about = ", ".join(f"{name} {value}" for name, value in heading(report))
    yield first_in_line(f"{escape(report.title)}  ({escape(about)})\n")
    figures = [(figure.title, escape(", ".join(parts(figure.value))) or "-") for figure in report.figures]
    yield from _lines(figures, (False, True))
    for table in report.tables:
        yield f"\n{table.title} ({len(table.rows)})\n"
        if not table.rows:
            yield f"  {table.empty}\n"
            continue
        yield from _table(table, table.rows[:rows] if rows else table.rows)
        if rows and rows < len(table.rows):
            yield left_out(table, rows)
    for note in report.notes:
        yield f"note: {escape(note)}\n"


def left_out(table: Table, shown: int) -> str:
    """Return the line below a table of which so many rows are shown."""
    more = counted(len(table.rows) - shown, "more row")
    return f"  {more}: --rows 0 shows all, --format csv --table {table.name} writes them\n"


def _table(table: Table, rows: Sequence[tuple[Cell, ...]]) -> Iterator[str]:
    """Yield a table without those columns that hold nothing."""
    indexes = table.filled()
    head = tuple(table.columns[index].title for index in indexes)
    cells = [
        tuple(escape(", ".join(shown_parts(row[index], table.columns[index]))) for index in indexes)
        for row in rows
    ]
    numbers = [table.columns[index].form == "number" for index in indexes]
    lines = [*_lines([head, *cells], numbers)]
    yield lines[0]
    yield "─" * max(columns(line) - 1 for line in lines) + "\n"
    yield from lines[1:]


def _lines(rows: Sequence[Sequence[str]], numbers: Sequence[bool]) -> Iterator[str]:
    widths = [max(map(columns, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = []
        for cell, width, number in zip(row, widths, numbers, strict=True):
            blanks = " " * (width - (len(cell) if cell.isascii() else columns(cell)))
            cells.append(blanks + cell if number else cell + blanks)
        yield first_in_line("  ".join(cells).rstrip()) + "\n"
