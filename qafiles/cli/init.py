"""`qafiles init`."""

import os
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from qafiles.companions import CiSystem


@click.command("init")
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--ci",
    multiple=True,
    type=click.Choice(["github", "gitlab"]),
    help="Also write a workflow that validates each change; for a data root that is there already, write that alone.",
)
@click.pass_obj
def command(current: Path, folder: Path | None, ci: "tuple[CiSystem, ...]") -> None:
    """Make a working data root in DIR (default: the current folder), with an example project to replace.

    Beside it come schemas and settings for editors, git's attributes and a hook for pre-commit. Files that are there
    already are never overwritten: when one of the tree or of --ci is in the way, nothing is written.
    """
    from qafiles.companions import ci_files, companions, write_new
    from qafiles.starter import enclosing_root, write_starter

    target = current / folder if folder else current
    root = target.resolve() if ".." in target.parts else target.absolute()
    outer = enclosing_root(root) if ci else None
    texts = ci_files(outer or root, ci)
    if outer is None:
        _tell("wrote", [target / path for path in write_starter(target)])
        texts = {**companions(root), **texts}
    written, kept = write_new(texts, outer or root)
    _tell("wrote", written)
    _tell("kept, as it was there already:", kept)
    place = "" if target == Path() else f" -C {shlex.quote(os.fspath(target))}"
    if outer is None:
        click.echo(
            f"Next: `qafiles{place} validate`, then put your own data in the place of the example.", err=True
        )


def _tell(verb: str, places: list[Path]) -> None:
    """Name files on stderr, the schemas in one line."""
    from qafiles.companions import SCHEMA_FOLDER

    for place in dict.fromkeys(
        place.parent if place.parent.as_posix().endswith(SCHEMA_FOLDER) else place for place in places
    ):
        shown = os.path.relpath(place) + (os.sep if place.is_dir() else "")
        click.echo(f"{verb} {shown}", err=True)
