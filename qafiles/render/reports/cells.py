"""Cells of reports as text, and what is said above the tables."""

from collections.abc import Iterator
from datetime import date

from qafiles.reports.report import Cell, EntityRef, Report


def parts(cell: Cell) -> tuple[str, ...]:
    """Return the texts that a cell consists of: one for each item of a list, none for nothing."""
    if cell is None:
        return ()
    if isinstance(cell, EntityRef):
        return (cell.handle,)
    if isinstance(cell, tuple):
        return tuple(item.handle if isinstance(item, EntityRef) else str(item) for item in cell)
    if isinstance(cell, float):
        return (f"{cell:.6g}",)
    return (cell.isoformat() if isinstance(cell, date) else str(cell),)


def heading(report: Report) -> Iterator[tuple[str, str]]:
    """Yield what a report is about, as names and values: the state, the day from which ages count, the filters."""
    yield "state", report.state
    if report.root != ".":
        yield "data root", report.root
    if report.as_of is not None:
        yield "as of", report.as_of.isoformat()
    for name, values in report.filters.items():
        if name != "revisions":
            yield name, ", ".join(values)
