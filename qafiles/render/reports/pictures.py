"""Pictures for the page of a report, drawn from its tables."""

from collections import Counter

from markupsafe import Markup

from qafiles.layout import name_part
from qafiles.pages.charts import columns, heat_map
from qafiles.reports.report import Cell, EntityRef, Report, Table

_MONTHS = 60
_ROUTES = 14
_TAGS = 12


def picture(report: Report) -> Markup:
    """Return the chart of commits by month, or the map of test cases by route and tag; nothing for other reports."""
    tables = {table.name: table for table in report.tables if table.rows}
    if report.name == "activity" and "months" in tables and len(tables["months"].rows) > 1:
        return _commits(tables["months"])
    if report.name == "coverage" and "routes_by_tag" in tables:
        return _coverage(tables["routes_by_tag"])
    return Markup()


def _commits(table: Table) -> Markup:
    values = [(str(row[0]), _number(row[1])) for row in table.rows[-_MONTHS:]]
    step = len(values) // 8 + 1
    labels = {index: month for index, (month, _) in enumerate(values) if index % step == 0}
    part = "" if len(values) == len(table.rows) else f", the last {_MONTHS}"
    return columns("Activity", values, summary=f"Commits by month{part}", labels=labels)


def _coverage(table: Table) -> Markup:
    """Return the map; tags of the same name are counted together, since projects share routes and names."""
    counts: Counter[tuple[str, str]] = Counter()
    routes: Counter[str] = Counter()
    tags: Counter[str] = Counter()
    several = len({row[0] for row in table.rows}) > 1
    for project, route, tag, number in table.rows:
        row = f"{str(project).rpartition('/')[2]} {route}" if several else str(route)
        head = name_part(tag.handle) if isinstance(tag, EntityRef) else str(tag)
        counts[row, head] += _number(number)
        routes[row] += _number(number)
        tags[head] += _number(number)
    rows, heads = _largest(routes, _ROUTES), _largest(tags, _TAGS)
    part = "" if len(rows) == len(routes) and len(heads) == len(tags) else "; the largest are shown"
    values = [[counts[row, head] for head in heads] for row in rows]
    return heat_map("Coverage", rows, heads, values, summary=f"Test cases by route and tag{part}")


def _largest(counts: Counter[str], most: int) -> list[str]:
    return sorted(sorted(counts, key=lambda name: (-counts[name], name))[:most])


def _number(cell: Cell) -> int:
    return cell if isinstance(cell, int) else 0
