"""Cells of reports as text, and what is said above the tables."""

from collections.abc import Iterator
from datetime import date

from qafiles.reports.report import Cell, Column, EntityRef, Item, Report, Table


def parts(cell: Cell, project: str = "") -> tuple[str, ...]:
    """Return the texts that a cell consists of: one for each item of a list, none for nothing.

    Handles of entities of `project` are without it.
    """
    if cell is None:
        return ()
    if isinstance(cell, tuple) and not isinstance(cell, EntityRef):
        return tuple(_text(item, project) for item in cell)
    return (_text(cell, project),)


def _text(item: Item, project: str) -> str:
    if isinstance(item, EntityRef):
        return short(item, project)
    if isinstance(item, bool):
        return "true" if item else "false"
    return item.isoformat() if isinstance(item, date) else str(item)


def short(entity: EntityRef, project: str) -> str:
    """Return the handle of an entity, without its project where that is said beside it."""
    return entity.handle.removeprefix(f"{project}/") if project else entity.handle


def shown_parts(cell: Cell, column: Column, project: str = "") -> tuple[str, ...]:
    """Return the texts of a cell for people, who are told what it means that there is none."""
    return parts(cell, project) or ((column.missing,) if column.missing else ())


def heading_of(column: Column) -> str:
    """Return what stands above a column: its title, and a key as it is written."""
    return column.title if column.title.startswith("x-") else column.title[:1].upper() + column.title[1:]


def project_of(table: Table, row: tuple[Cell, ...]) -> str:
    """Return the project that a row names in a column of its own; empty where there is none."""
    index = next((i for i, column in enumerate(table.columns) if column.name == "project"), None)
    cell = row[index] if index is not None else None
    return cell if isinstance(cell, str) else ""


def shown_columns(table: Table) -> tuple[str, tuple[int, ...]]:
    """Return the title of a table and the indexes of the columns that people see.

    Those that say nothing are left out, and a project that all rows lie in stands in the title.
    """
    indexes = table.filled()
    projects = {project_of(table, row) for row in table.rows}
    if len(projects) != 1 or not (project := projects.pop()) or len(indexes) < 2:
        return table.title, indexes
    rest = tuple(index for index in indexes if table.columns[index].name != "project")
    return f"{table.title}: {project}", rest


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
