"""Reports as pages of the site, in which every entity that a cell names is a link."""

from collections.abc import Sequence
from typing import Any, Final

from markupsafe import Markup

from qafiles.errors import QafilesError
from qafiles.pages import breakable, clean, gap, table
from qafiles.render.reports.cells import heading_of, parts, project_of, short, shown_columns, shown_parts
from qafiles.reports import REPORTS, make_report
from qafiles.reports.build import WITH_RESULTS
from qafiles.reports.report import Cell, Column, EntityRef, Report, Table
from qafiles.site.content import Content
from qafiles.site.places import REPORTS as REPORTS_PAGE
from qafiles.site.places import to_root

SHOWN: Final = ("inventory", "coverage", "traceability", "activity", "stale", "secrets", "access")
"""The reports that have a page, beside that on results. Changes compare two revisions, and findings have a page of their own."""

_MOST_ROWS: Final = 500


def reports_of(content: Content) -> dict[str, Report]:
    """Return the reports of the site by name; one that needs a history which is not there is left out."""
    reports = {}
    for name in (*SHOWN, *(["results"] if content.results is not None else [])):
        try:
            run = content.results if name in WITH_RESULTS else None
            reports[name] = make_report(name, content.snapshot, result_files=run)
        except QafilesError:
            if content.history.unknown is None:
                raise
    return reports


def report_index(reports: dict[str, Report]) -> dict[str, Any]:
    """Return what the template of the list of reports shows."""
    return {
        "title": "Reports",
        "crumbs": [("Overview", "index.html")],
        "reports": [(report.title, page_of(name), REPORTS[name]) for name, report in reports.items()],
    }


def page_of(name: str) -> str:
    """Return the page of a report."""
    return f"reports/{name}.html"


def report_page(content: Content, report: Report) -> dict[str, Any]:
    """Return what the template of a report shows."""
    root = to_root(page_of(report.name))
    return {
        "title": report.title,
        "about": REPORTS[report.name],
        "crumbs": [("Overview", "index.html"), ("Reports", REPORTS_PAGE)],
        "as_of": report.as_of,
        "figures": [
            (figure.title[:1].upper() + figure.title[1:], _figure(figure.value), None)
            for figure in report.figures
        ],
        # What is not committed stands above, as on every page.
        "notes": [note for note in report.notes if not note.startswith("not committed: ")],
        "tables": [
            (
                item,
                clean(shown_columns(item)[0]),
                _table(content, item, root),
                max(0, len(item.rows) - _MOST_ROWS),
                rows_of(report.name, item),
                f"qafiles report {report.name} --format csv --table {item.name}",
                any(column.form == "gap" for column in item.columns),
            )
            for item in report.tables
        ],
    }


def _figure(value: Cell) -> int | str:
    return value if isinstance(value, int) else ", ".join(parts(value)) or "none"


def _table(content: Content, shown: Table, root: str) -> Markup:
    if not shown.rows:
        return Markup('<p class="empty">None: {}.</p>').format(clean(shown.empty))
    _, indexes = shown_columns(shown)
    columns = [shown.columns[index] for index in indexes]
    return table(
        [*map(heading_of, columns)],
        [
            [
                _cell(content, row[index], shown.columns[index], root, project_of(shown, row))
                for index in indexes
            ]
            for row in _first_rows(shown)
        ],
        caption=shown.title,
        numbers=[place for place, column in enumerate(columns) if column.form == "number"],
        gaps=[place for place, column in enumerate(columns) if column.form == "gap"],
    )


def _first_rows(shown: Table) -> Sequence[tuple[Cell, ...]]:
    """Return the rows that stand in the page; where there are more, those in which something is wrong come first."""
    if len(shown.rows) <= _MOST_ROWS:
        return shown.rows
    wrong = [index for index, column in enumerate(shown.columns) if column.form == "gap"]
    return sorted(shown.rows, key=lambda row: not any(row[index] for index in wrong))[:_MOST_ROWS]


def long_tables(report: Report) -> list[Table]:
    """Return the tables that a page shows a part of, and that lie beside it as a whole."""
    return [item for item in report.tables if len(item.rows) > _MOST_ROWS]


def rows_of(name: str, shown: Table) -> str:
    """Return the file that holds all rows of a table of a report."""
    return f"reports/{name}-{shown.name}.csv"


def _cell(content: Content, cell: Cell, column: Column, root: str, project: str) -> Markup:
    if isinstance(cell, EntityRef):
        return _link(content, cell, root, project)
    if isinstance(cell, tuple) and any(isinstance(item, EntityRef) for item in cell):
        links = [_link(content, item, root, project) for item in cell if isinstance(item, EntityRef)]
        return Markup("<br>").join(links)
    return Markup(", ").join(
        map(gap if column.form == "gap" else breakable, shown_parts(cell, column, project))
    )


def _link(content: Content, cell: EntityRef, root: str, project: str) -> Markup:
    file = content.snapshot.files.get(cell.path)
    if file is None:
        return breakable(cell.handle)
    target = content.target(file)
    return Markup('<a href="{}">{}</a>').format(root + target.page, breakable(short(cell, project)))
