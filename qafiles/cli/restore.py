"""`qafiles restore`."""

from pathlib import Path

import click

from qafiles.cli.editing import EditFlags, edit_options, force_option, run_edit
from qafiles.cli.options import EntityType, open_data, split_revision


@click.command("restore")
@click.argument("entity", type=EntityType(), metavar="ENTITY@REV")
@force_option
@edit_options
@click.pass_obj
def command(folder: Path, entity: str, force: bool, flags: EditFlags) -> None:
    """Give an entity the text that it had at a revision, also one that was deleted since.

    It keeps the place that it has now; one that was deleted comes back to the place that it had. Changes that are not
    committed are not replaced without --force.
    """
    from qafiles.edits.proposals.restore import restore
    from qafiles.loading.loader import load

    name, rev = split_revision(entity, None)
    if rev is None:
        raise click.UsageError(f"'{entity}' has no revision: write {entity}@REV, such as {entity}@HEAD.")
    past = load(open_data(folder, rev, staged=False, asked="ENTITY@REV"))
    run_edit(folder, flags._replace(force=force), lambda snapshot: restore(snapshot, past, name))
