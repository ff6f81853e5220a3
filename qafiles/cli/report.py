"""`qafiles report`."""

import sys
from datetime import date
from pathlib import Path

import click

from qafiles.cli.completions import (
    complete_organizations,
    complete_projects,
    complete_revisions,
    complete_suites,
)
from qafiles.cli.options import NearestChoice, complete_tags, source_options
from qafiles.cli.report_output import echo, ended, say_besides, shaped, write
from qafiles.cli.report_parameters import (
    Day,
    complete_by,
    complete_conditions,
    complete_names,
    complete_tables,
)
from qafiles.cli.result_options import (
    ResultPatterns,
    complete_fail_on,
    files_of,
    result_options,
    words_of,
)
from qafiles.cli.shape import Shape, shape_options
from qafiles.render.color import wants_color
from qafiles.reports import REPORTS

_WITH_NOTES = frozenset({"text", "markdown", "json", "html"})
"""The formats that show the notes of a report."""

_FORMATS = ("text", "markdown", "json", "csv", "xlsx", "html", "junit")


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
    "--against",
    metavar="REV",
    shell_complete=complete_revisions,
    help="Begin with what is another than in this revision.",
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
@result_options
@click.option(
    "--before",
    metavar="FILES",
    multiple=True,
    type=click.Path(),
    help="In `results`: files of an earlier run, of any format: what fails newly, still, no more.",
)
@click.option(
    "--fail-on",
    metavar="A,B",
    multiple=True,
    shell_complete=complete_fail_on,
    help="In `results`: exit code 1 for any of failed, not-run, flaky, unknown, unlinked.",
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
    against: str | None,
    days: int,
    as_of: date | None,
    format_: str,
    table: str | None,
    rows: int | None,
    raw: bool,
    results: ResultPatterns,
    before: tuple[str, ...],
    fail_on: tuple[str, ...],
    shape: Shape,
    output: Path | None,
) -> int:
    """Make the report NAME of a data root; without a NAME, list the reports.

    The report `changes` takes two revisions as A..B. Of --organization, --project and --suite any of those given fit, of
    --tag and --where all. The report `results` is made from the result files of runners, and `coverage` and `traceability` take
    them, too, and tell how the test cases ended. Dates are author dates of git, and ages count up to the commit reported, so that the same commit gives the
    same report.
    """
    if name is None:
        width = max(map(len, REPORTS))
        for known, about in REPORTS.items():
            click.echo(f"{known:{width}}  {about}")
        return 0
    if format_ == "xlsx" and output is None and sys.stdout.isatty():
        raise click.UsageError("A workbook is no text for a terminal; name a file with -o FILE.")
    words = words_of(fail_on, name)
    if name == "results" and not results.patterns:
        raise click.UsageError(
            "The report `results` is made from result files; name them with --junit, --playwright, --ctrf, --cucumber or --sheet, or of any format with --results."
        )
    if format_ == "junit" and (name != "results" or table is not None or any(shape)):
        raise click.UsageError("--format junit shows the report `results` as a whole, and no other.")
    from qafiles.processes import collector_paused
    from qafiles.render import terminal
    from qafiles.render.progress import progress
    from qafiles.render.reports import ROWS, Shown, render
    from qafiles.reports import Filters, make_report

    with collector_paused(), progress() as on_progress:
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
            against=against,
            result_files=results.files(),
            earlier_files=files_of(before),
            tools=results.tools,
            progress=on_progress,
        )
    if shape.counted(made.chosen(table).rows):
        return ended(made, words)
    if format_ == "csv":
        say_besides(made, table)
    made, table = shaped(made, table, shape)
    columns = terminal.width() if output is None else None
    most = rows if rows is not None else ROWS if columns is not None else 0
    shown = Shown(most, output is None and wants_color(), columns, raw)
    pieces = render(made, format_, table=table, shown=shown)
    with collector_paused():
        if output is not None:
            write(output, pieces)
        else:
            echo(pieces)
    return ended(made, words, shows_notes=output is None and format_ in _WITH_NOTES)
