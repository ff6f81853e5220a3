"""`qafiles restore`."""

from pathlib import Path

import click

from qafiles.cli.editing import Asked, edit_options, run_edit
from qafiles.cli.options import EntityType, open_data, split_revision


@click.command("restore")
@click.argument("entity", type=EntityType(), metavar="ENTITY@REV")
@edit_options
@click.pass_obj
def command(folder: Path, entity: str, asked: Asked) -> None:
    """Give an entity the text that it had at a revision, also one that was deleted since.

    It keeps the place that it has now; one that was deleted comes back to the place that it had.
    """
    from qafiles.edits.restore import restore
    from qafiles.loader import load

    name, rev = split_revision(entity, None)
    if rev is None:
        raise click.UsageError(f"'{entity}' has no revision: write {entity}@REV, such as {entity}@HEAD.")
    past = load(open_data(folder, rev, staged=False))
    run_edit(folder, asked, lambda snapshot: restore(snapshot, past, name))
