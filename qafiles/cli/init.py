"""`qafiles init`."""

import os
from pathlib import Path

import click


@click.command("init")
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(file_okay=False, path_type=Path))
@click.pass_obj
def command(current: Path, folder: Path | None) -> None:
    """Make a working data root in DIR (default: the current folder), with an example project to replace.

    Files that are there already are never overwritten: when one of them is in the way, nothing is written.
    """
    from qafiles.starter import write_starter

    target = current / folder if folder else current
    paths = write_starter(target)
    for path in paths:
        click.echo(f"wrote {os.path.relpath(target / path)}", err=True)
    place = "" if target == Path() else f" -C {target}"
    click.echo(f"Next: `qafiles{place} validate`, then put your own data in the place of the example.", err=True)
