"""`qafiles fmt`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from qafiles.cli.places import below, folder_source, shown

if TYPE_CHECKING:
    from qafiles.edits.fmt import Formatting


@click.command("fmt")
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path(path_type=Path))
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 if something would change.")
@click.option("--diff", is_flag=True, help="Write nothing; print what would change as a patch.")
@click.option("--commit", is_flag=True, help="Make one commit of exactly what is written; needs -m.")
@click.option("-m", "--message", metavar="MESSAGE", help="The message of the commit.")
@click.pass_obj
def command(
    folder: Path, paths: tuple[Path, ...], check: bool, diff: bool, commit: bool, message: str | None
) -> int:
    """Write entity files in their canonical form: the order of fields, block scalars, two spaces a level.

    What the files say stays the same, and so do comments. PATHs limit it to these files and folders. Secrets are left
    alone, and files with syntax errors are named.
    """
    from qafiles.edits.fmt import format_files, formatting
    from qafiles.edits.transaction import Wishes

    if commit != (message is not None):
        raise click.UsageError("Write --commit -m MESSAGE, or neither.")
    if commit and (check or diff):
        raise click.UsageError("--check and --diff write nothing that could be committed.")
    source = folder_source(folder)
    places = below(source.folder, paths)
    if check or diff:
        found = formatting(source, places)
        _tell(source.folder, found, "would format")
        if diff:
            from qafiles.render.patch import as_patch

            prefix = "" if source.root == "." else source.root + "/"
            click.echo("".join(as_patch(found.changes, prefix)), nl=False)
        else:
            for change in found.changes:
                click.echo(shown(source.folder, change.path))
        return int(bool(found.unformatted or (check and found.changes)))
    found, outcome = format_files(folder, places, Wishes(message=message))
    if outcome.recovered:
        click.echo(outcome.recovered, err=True)
    for change in found.changes:
        click.echo(shown(source.folder, change.path))
    _tell(source.folder, found, "formatted")
    if outcome.commit is not None:
        click.echo(f"committed {outcome.commit.name[:12]}", err=True)
    return int(bool(found.unformatted))


def _tell(root: Path, found: "Formatting", verb: str) -> None:
    """Say on stderr what could not be formatted, and sum up."""
    from qafiles.render.escape import escape

    for left in found.unformatted:
        place = f"{shown(root, left.path)}:{left.line}:{left.column}"
        click.echo(f"{place}: not formatted: {escape(left.reason)}", err=True)
    changed = len(found.changes)
    rest = f"; {found.looked_at - changed} {'is' if found.looked_at - changed == 1 else 'are'} in order"
    click.echo(f"{verb} {changed} {'file' if changed == 1 else 'files'}{rest}", err=True)
