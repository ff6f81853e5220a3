"""The output formats of `report`, one module each, which is imported when it is used."""

from collections.abc import Iterator
from importlib import import_module
from typing import Any, Final, NamedTuple

from qafiles.reports.report import Report

FORMATS: Final = ("text", "markdown", "json", "csv", "xlsx", "html")
"""Those of every report, of which the first one is the default; the one on results can be `junit`, too."""

ROWS: Final = 100
"""How many rows of a table the format `text` shows on a terminal when nothing else is asked for."""

_MODULES: Final = {"json": "json_format", "csv": "csv_format"}


class Shown(NamedTuple):
    """How formats for people are to be shown: rows of each table (0 for all) and colour in `text`; `raw` leaves out the guard of `csv`.

    `width` are the columns of the terminal, None where there is none: then no cell of `text` is cut or wrapped, and `csv` holds
    what could steer a terminal as it is.
    """

    rows: int = 0
    color: bool = False
    width: int | None = None
    raw: bool = False


AS_USUAL: Final = Shown()


def render(
    report: Report, format_: str, *, table: str | None = None, shown: Shown = AS_USUAL
) -> Iterator[str | bytes]:
    """Yield a report in a format, as text or, for `xlsx`, as bytes.

    `table` chooses the one table of the format `csv`, by default the main one; in other formats it leaves out the others.
    Raises UsageError for an unknown table.
    """
    module: Any = import_module(f"qafiles.render.reports.{_MODULES.get(format_, format_)}")
    if format_ == "csv":
        yield from module.render(report.chosen(table), raw=shown.raw, terminal=shown.width is not None)
        return
    if format_ == "junit":
        yield from module.render(report)
        return
    if table is not None:
        report = report.with_tables((report.chosen(table),))
    if format_ == "text":
        yield from module.render(report, rows=shown.rows, color=shown.color, width=shown.width)
    elif format_ == "xlsx":
        yield module.render(report)
    else:
        yield from module.render(report)
