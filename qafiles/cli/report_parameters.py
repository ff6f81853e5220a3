"""What `qafiles report` takes: days, and names that are completed."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

from qafiles.cli.completions import assignments_of, declared_fields, words_typed
from qafiles.layout import KINDS
from qafiles.reports import REPORTS

if TYPE_CHECKING:
    _DayParameter = click.ParamType[date]
else:  # it takes no type before click 8.4
    _DayParameter = click.ParamType


def complete_names(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the names of reports that begin with what was typed."""
    del ctx, param
    return [
        CompletionItem(name, help=about) for name, about in REPORTS.items() if name.startswith(incomplete)
    ]


def complete_tables(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the tables of the report that the command line names."""
    del param
    from qafiles.reports import make_report

    folder = ctx.find_root().params.get("folder")
    name = next((word for word in words_typed() if word in REPORTS), None)
    if name is None:
        return []
    tables = make_report(name, folder or Path()).tables
    return [CompletionItem(table.name) for table in tables if table.name.startswith(incomplete)]


class Day(_DayParameter):
    """A day as `2026-01-02`."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Return the day."""
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.fail(f"'{value}' is no day; write it as 2026-01-31.", param, ctx)


def complete_conditions(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the fields of test cases that begin with what was typed, each with a `=` behind it, and behind that their choices."""
    del param
    return assignments_of(ctx, "test_case", incomplete)


def complete_by(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the declared fields that begin with what was typed, then those of the kinds."""
    del param
    from qafiles.snapshot.records import known_fields

    declared = declared_fields(ctx)
    names = dict.fromkeys(
        [name for kind in KINDS for name in declared.of(kind)]
        + [name for kind in KINDS for name in known_fields(kind)]
    )
    return [CompletionItem(name) for name in names if name.startswith(incomplete)]
