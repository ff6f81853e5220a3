"""`qafiles secret scan`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from qafiles.cli.completions import complete_projects
from qafiles.cli.options import env_option, environment_of, format_option, open_data
from qafiles.render.progress import counted

if TYPE_CHECKING:
    from qafiles.secrets.scanning.scan import Scanned


@click.command("scan")
@click.argument("places", metavar="DIR...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--project",
    metavar="PROJECT",
    shell_complete=complete_projects,
    help="Search for the secrets of this project alone.",
)
@env_option
@format_option("text", "json")
@click.pass_obj
def scan(folder: Path, places: tuple[Path, ...], project: str | None, env: str | None, format_: str) -> int:
    """Search the files in DIR for the values of secrets: plain, escaped or encoded, and inside archives. It needs a key.

    A value is found as it is, in URLs, JSON, HTML, base64 and hex, in zip, gz, bz2, xz and tar at any depth up to 8, and never
    printed. The exit code is 1 where one is found, and 3 where none is and something could not be searched, or searched for.
    """
    from qafiles.loading.loader import load
    from qafiles.secrets.scanning.scan import joined
    from qafiles.secrets.scanning.scan import scan as search
    from qafiles.secrets.scanning.values import values_by_handle

    snapshot = load(open_data(folder, None, staged=False))
    values, failures = values_by_handle(snapshot, project=project, environment=environment_of(snapshot, env))
    parts = [search(place, values, progress=counted("files")) for place in places]
    for failure in failures:
        click.echo(f"qafiles: not searched for: {failure}", err=True)
    code = tell(joined(parts), format_, not_searched_for=tuple(map(str, failures)))
    return code or (3 if failures else 0)


def tell(
    scanned: "Scanned", format_: str, *, to_stderr: bool = False, not_searched_for: tuple[str, ...] = ()
) -> int:
    """Print what a search came to, and return its exit code."""
    from qafiles.render.scanned import as_json, as_text

    pieces = as_json(scanned, not_searched_for) if format_ == "json" else as_text(scanned)
    for piece in pieces:
        click.echo(piece, nl=False, err=to_stderr)
    if scanned.hits:
        return 1
    return 3 if scanned.unsearched else 0
