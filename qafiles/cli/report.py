"""`qafiles report`."""

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from qafiles.cli.color import wants_color
from qafiles.cli.completions import (
    complete_organizations,
    complete_projects,
    complete_revisions,
    complete_suites,
)
from qafiles.cli.options import NearestChoice, complete_tags, source_options
from qafiles.cli.report_parameters import (
    Day,
    complete_by,
    complete_conditions,
    complete_names,
    complete_tables,
)
from qafiles.cli.shape import Shape, shape_options
from qafiles.reports import REPORTS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from qafiles.reports import Report

_FORMATS = ("text", "markdown", "json", "csv", "xlsx", "html")


@click.command("report")
@click.argument("name", required=False, shell_complete=complete_names)
@click.argument("revisions", required=False, metavar="[A..B]", shell_complete=complete_revisions)
@source_options
@click.option(
    "--organization",
    "organizations",
    metavar="NAME",
    multiple=True,
    shell_complete=complete_organizations,
    help="Only this organization.",
)
@click.option(
    "--project",
    "projects",
    metavar="NAME",
    multiple=True,
    shell_complete=complete_projects,
    help="Only this project.",
)
@click.option(
    "--suite",
    "suites",
    metavar="FOLDER",
    multiple=True,
    shell_complete=complete_suites,
    help="Only test cases in this folder, and theirs.",
)
@click.option(
    "--tag",
    "tags",
    metavar="TAG",
    multiple=True,
    shell_complete=complete_tags,
    help="Only test cases with this tag, and theirs (repeatable: all).",
)
@click.option(
    "--where",
    metavar="FIELD=VALUE",
    multiple=True,
    shell_complete=complete_conditions,
    help="Only test cases that meet this condition, and theirs, as in `list` (repeatable: all).",
)
@click.option(
    "--by",
    metavar="FIELD",
    shell_complete=complete_by,
    help="Also figures by the values of this field, such as x-priority, in the table `by`.",
)
@click.option(
    "--days", type=click.IntRange(0), default=180, show_default=True, help="The age from which it is old."
)
@click.option(
    "--as-of", metavar="DATE", type=Day(), help="Count ages from this day, not from that of the commit."
)
@click.option(
    "--format",
    "format_",
    type=NearestChoice(_FORMATS),
    default="text",
    show_default=True,
    help="Output format.",
)
@click.option(
    "--table",
    metavar="TABLE",
    shell_complete=complete_tables,
    help="Only this table; csv has one, by default the first.",
)
@click.option(
    "--rows",
    type=click.IntRange(0),
    help="In text: rows of each table, 0 for all; by default 100 on a terminal, elsewhere all.",
)
@click.option(
    "--raw", is_flag=True, help="In csv: no apostrophe before what a spreadsheet would take for a formula."
)
@shape_options
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write to this file instead of stdout.",
)
@click.pass_obj
def command(
    folder: Path,
    name: str | None,
    revisions: str | None,
    rev: str | None,
    staged: bool,
    organizations: tuple[str, ...],
    projects: tuple[str, ...],
    suites: tuple[str, ...],
    tags: tuple[str, ...],
    where: tuple[str, ...],
    by: str | None,
    days: int,
    as_of: date | None,
    format_: str,
    table: str | None,
    rows: int | None,
    raw: bool,
    shape: Shape,
    output: Path | None,
) -> int:
    """Make the report NAME of a data root; without a NAME, list the reports.

    The report `changes` takes two revisions as A..B. Of --organization, --project and --suite any of those given fit, of
    --tag and --where all. Dates are author dates of git, and ages count up to the commit reported, so that the same commit gives the
    same report.
    """
    if name is None:
        width = max(map(len, REPORTS))
        for known, about in REPORTS.items():
            click.echo(f"{known:{width}}  {about}")
        return 0
    if format_ == "xlsx" and output is None and sys.stdout.isatty():
        raise click.UsageError("A workbook is no text for a terminal; name a file with -o FILE.")
    from qafiles.cli import terminal
    from qafiles.cli.left_out import tell
    from qafiles.cli.progress import progress
    from qafiles.render.reports import ROWS, Shown, render
    from qafiles.reports import Filters, make_report

    with progress() as on_progress:
        made = make_report(
            name,
            folder,
            rev,
            staged=staged,
            revisions=revisions,
            filters=Filters(organizations, projects, suites, tags, where),
            days=days,
            as_of=as_of,
            by=by,
            progress=on_progress,
        )
    if shape.counted(made.chosen(table).rows):
        return tell(made.left_out)
    if format_ == "csv":
        _say_besides(made, table)
    made, table = _shaped(made, table, shape)
    columns = terminal.width() if output is None else None
    most = rows if rows is not None else ROWS if columns is not None else 0
    shown = Shown(most, output is None and wants_color(), columns, raw)
    pieces = render(made, format_, table=table, shown=shown)
    if output is not None:
        _write(output, pieces)
        return tell(made.left_out)
    for piece in pieces:
        click.echo(piece, nl=False)
    return tell(made.left_out)


def _say_besides(report: "Report", table: str | None) -> None:
    """Say on stderr what a single table can't: the state, where no commit holds it, notes, and the other tables."""
    from qafiles.render.escape import escape

    origin = report.origin
    if origin.is_dirty or (origin.commit is not None and origin.uncommitted is None):
        click.echo(f"state: {escape(report.state)}", err=True)
    for note in report.notes:
        if note not in report.left_out.sentences:
            click.echo(f"note: {escape(note)}", err=True)
    others = [item.name for item in report.tables[1:]]
    if table is None and others:
        message = f"this is the table {report.tables[0].name}; --table has {', '.join(others)}, too"
        click.echo(message, err=True)


def _shaped(made: "Report", table: str | None, shape: Shape) -> "tuple[Report, str | None]":
    """Return a report with the columns and rows that are asked for: columns are those of one table."""
    if shape.fields is not None:
        table = made.chosen(table).name
        made = made.with_tables((made.chosen(table).shaped(shape.fields, None),))
    for shown_table in made.tables if table is None else [made.chosen(table)]:
        shape.first(shown_table.rows, of=f"table {shown_table.name}: ")
    return made.with_tables(tuple(each.shaped(None, shape.limit) for each in made.tables)), table


def _write(output: Path, pieces: "Iterable[str | bytes]") -> None:
    """Write a file when all of it is known, in one step: nobody sees half of it."""
    from qafiles.atomic_write import write_atomically
    from qafiles.errors import QafilesError
    from qafiles.render.escape import well_formed

    content = b"".join(piece if isinstance(piece, bytes) else well_formed(piece).encode() for piece in pieces)
    try:
        write_atomically(output, content, follow_links=True)
    except OSError as error:
        raise QafilesError(
            f"{output} can't be written: {error.strerror}; name another file with -o FILE"
        ) from error
