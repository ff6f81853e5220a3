"""What is another in a report than in that of an earlier state: its figures, and what newly lacks something."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from qafiles.diagnostics import NOTHING_LEFT_OUT
from qafiles.reports.report import Cell, Column, EntityRef, Report, Table

_GAPS: Final = "gaps"


def with_differences(report: Report, earlier: Report, revision: str) -> Report:
    """Return a report that begins with what is another than in an earlier one, `revision`.

    The table `difference` has the figures that are another; where the report has a table of gaps, `new_gaps` has its rows that
    name what the earlier one did not name, or not for this.
    """
    figures = tuple(_figures(report, earlier))
    difference = Table(
        "difference",
        f"What is another than in {revision}",
        (
            Column("name", "name", detail=True),
            Column("figure", "figure"),
            Column("before", "before", "number", always_shown=True),
            Column("now", "now", "number", always_shown=True),
            Column("difference", "difference", "number", always_shown=True),
        ),
        figures,
        "every figure is as it was",
    )
    own = next((table for table in report.tables if table.name == _GAPS), None)
    old = next((table for table in earlier.tables if table.name == _GAPS), None)
    gaps = (_new_gaps(own, old, revision),) if own is not None and old is not None else ()
    notes = tuple(f"in {revision}: {note}" for note in earlier.notes if earlier.left_out != NOTHING_LEFT_OUT)
    return replace(
        report,
        tables=(difference, *gaps, *report.tables),
        notes=(*report.notes, *notes),
        left_out=report.left_out + earlier.left_out,
    )


def _figures(report: Report, earlier: Report) -> Iterator[tuple[Cell, ...]]:
    before = {figure.name: figure for figure in earlier.figures}
    now = {figure.name: figure for figure in report.figures}
    # Figures of a run are of the present state alone.
    for name in (name for name in now if name in before):
        old, new = before[name].value, now[name].value
        if old != new:
            yield name, now[name].title, old, new, _difference(old, new)


def _difference(old: Cell, new: Cell) -> int | float | None:
    """Return by how much a number grew; of what is no number, nothing."""
    if isinstance(old, int | float) and isinstance(new, int | float):
        return new - old
    return None


def _new_gaps(table: Table, earlier: Table, revision: str) -> Table:
    known = {_key(earlier, row) for row in earlier.rows}
    rows = tuple(row for row in table.rows if _key(table, row) not in known)
    return replace(
        table,
        name="new_gaps",
        title=f"{table.title} that were none in {revision}",
        rows=rows,
        empty="no new ones",
    )


def _key(table: Table, row: tuple[Cell, ...]) -> tuple[Cell, ...]:
    """Return what a row names and what that lacks, by ids: a name or a title that changed makes nothing new."""
    return tuple(
        (cell.id or cell.path) if isinstance(cell, EntityRef) else cell
        for column, cell in zip(table.columns, row, strict=True)
        if isinstance(cell, EntityRef) or column.form == "gap"
    )
