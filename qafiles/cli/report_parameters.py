"""What `qafiles report` takes: days, and names that are completed."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

from qafiles.cli.completions import fields_of, words_typed
from qafiles.layout import KINDS
from qafiles.reports import REPORTS

if TYPE_CHECKING:
    from qafiles.declared_fields import DeclaredFields

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
    """Return the fields of test cases that begin with what was typed, each with a `=` behind it."""
    del param
    declared = [f"{name}=" for name in _declared(ctx).of("test_case") if name.startswith(incomplete)]
    items = {
        item.value: item for item in (*fields_of("test_case", incomplete), *map(CompletionItem, declared))
    }
    return [*items.values()]


def complete_by(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the declared fields that begin with what was typed, then those of the kinds."""
    del param
    from qafiles.snapshot.records import known_fields

    declared = _declared(ctx)
    names = dict.fromkeys(
        [name for kind in KINDS for name in declared.of(kind)]
        + [name for kind in KINDS for name in known_fields(kind)]
    )
    return [CompletionItem(name) for name in names if name.startswith(incomplete)]


def _declared(ctx: click.Context) -> "DeclaredFields":
    """Return the custom fields of the data root, none where there is no such."""
    from qafiles.declared_fields import NOTHING_DECLARED
    from qafiles.errors import QafilesError
    from qafiles.loading.settings import load_settings
    from qafiles.sources.data_root import open_source

    try:
        source = open_source(ctx.find_root().params.get("folder") or Path())
        return load_settings(source, source.entries())[0].fields
    except (QafilesError, OSError):
        return NOTHING_DECLARED
