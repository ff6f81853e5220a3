"""`qafiles export sheet`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from qafiles.cli.filter_options import filter_options
from qafiles.cli.options import NearestChoice, env_option, environment_of, open_data, source_options

if TYPE_CHECKING:
    from qafiles.reports.filters import Filters

_FORMATS = ("csv", "xlsx")


@click.command("sheet")
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write to this file instead of stdout.",
)
@click.option(
    "--format",
    "format_",
    type=NearestChoice(_FORMATS),
    help="Output format; by default what FILE ends in, else csv.",
)
@filter_options
@env_option
@source_options
@click.pass_obj
def sheet(
    folder: Path,
    output: Path | None,
    format_: str | None,
    filters: "Filters",
    env: str | None,
    rev: str | None,
    staged: bool,
) -> int:
    """Write a sheet for a manual run: a row for each test case in each browser config that it lists.

    Testers fill in `status` (passed, failed, flaky, skipped; empty is not run), `comment` and `tester`, in any spreadsheet, and
    `qafiles report results --sheet FILE` reads it. The column `state` is how it knows which test cases say something else by then.
    """
    import sys

    from qafiles.cli.left_out import tell
    from qafiles.cli.report_output import write
    from qafiles.errors import UsageError
    from qafiles.history.shared_ids import settled
    from qafiles.loading.loader import load
    from qafiles.render.sheet import as_csv, as_workbook
    from qafiles.reports.filter_names import with_handles
    from qafiles.reports.filter_problems import problem_in
    from qafiles.reports.filters import Selection
    from qafiles.results.sheet import sheet_rows
    from qafiles.snapshot.unread import left_out

    format_ = format_ or _format_of(output)
    if format_ == "xlsx" and output is None and sys.stdout.isatty():
        raise click.UsageError("A workbook is no text; name a file with -o FILE.")
    snapshot = settled(load(open_data(folder, rev, staged=staged)))
    filters = with_handles(filters)
    if problem := problem_in(filters, snapshot):
        raise UsageError(problem)
    cases = Selection(snapshot, filters).of_kind("test_case")
    rows = [*sheet_rows(snapshot, cases, environment_of(snapshot, env))]
    if format_ == "xlsx":
        pieces: list[str | bytes] = [as_workbook(rows)]
    else:
        pieces = [*as_csv(rows, terminal=output is None and sys.stdout.isatty())]
    if output is not None:
        write(output, pieces)
        count = "1 row" if len(rows) == 1 else f"{len(rows):,} rows"
        click.echo(f"{output} written: {count}", err=True)
    else:
        for piece in pieces:
            click.echo(piece, nl=False)
    return tell(left_out(snapshot, [*cases, *snapshot.of_kind("browser_config")]))


def _format_of(output: Path | None) -> str:
    """Return the format that a file's name ends in; fail for one that is none."""
    if output is None:
        return "csv"
    ending = output.suffix.lower().removeprefix(".")
    if ending not in _FORMATS:
        raise click.UsageError(f"{output} ends in neither .csv nor .xlsx; say the format with --format.")
    return ending
