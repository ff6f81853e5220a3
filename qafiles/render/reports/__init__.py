"""The output formats of `report`, one module each, which is imported when it is used."""

from collections.abc import Iterator
from importlib import import_module
from typing import Any, Final, NamedTuple

from qafiles.errors import UsageError
from qafiles.layout import nearest
from qafiles.reports.report import Report, Table

FORMATS: Final = ("text", "markdown", "json", "csv", "xlsx", "html")
"""The first one is the default."""

ROWS: Final = 100
"""How many rows of a table the format `text` shows when nothing else is asked for."""

_MODULES: Final = {"json": "json_format", "csv": "csv_format"}


class Shown(NamedTuple):
    """How the format `text` is to be shown: rows of each table (0 for all), colour, and width (None for the terminal's)."""

    rows: int = ROWS
    color: bool = False
    width: int | None = None


AS_USUAL: Final = Shown()


def render(
    report: Report, format_: str, *, table: str | None = None, shown: Shown = AS_USUAL
) -> Iterator[str | bytes]:
    """Yield a report in a format, as text or, for `xlsx`, as bytes.

    `table` chooses the one table of the format `csv`, by default the main one; in other formats it leaves out the others.
    Raises UsageError for an unknown table.
    """
    chosen = _chosen(report, table)
    module: Any = import_module(f"qafiles.render.reports.{_MODULES.get(format_, format_)}")
    if format_ == "csv":
        yield from module.render((chosen or report.tables[:1])[0])
        return
    if chosen:
        report = report.with_tables(chosen)
    if format_ == "text":
        yield from module.render(report, **shown._asdict())
    elif format_ == "xlsx":
        yield module.render(report)
    else:
        yield from module.render(report)


def _chosen(report: Report, name: str | None) -> tuple[Table, ...]:
    found = tuple(table for table in report.tables if table.name == name)
    if name is not None and not found:
        known = [table.name for table in report.tables]
        near = nearest(name, known)
        hint = f"did you mean `{near}`?" if near else f"it has {', '.join(known)}"
        raise UsageError(f"the report `{report.name}` has no table `{name}`; {hint}")
    return found
