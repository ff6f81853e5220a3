"""`qafiles new`."""

from pathlib import Path

import click

from qafiles.cli.editing import EditFlags, edit_options, read_value, run_edit
from qafiles.cli.options import EntityType, KindType
from qafiles.kinds import Kind


@click.command("new")
@click.argument("kind", type=KindType())
@click.argument("handle")
@click.argument("fields", nargs=-1, metavar="[FIELD=VALUE]...")
@click.option(
    "--from", "original", metavar="ENTITY", type=EntityType(), help="Copy this entity, with a fresh id."
)
@edit_options
@click.pass_obj
def command(
    folder: Path, kind: Kind, handle: str, fields: tuple[str, ...], original: str | None, flags: EditFlags
) -> None:
    """Write the file of a new entity of a KIND, called HANDLE, with a fresh id.

    Lists are written with commas, `content=@FILE` reads a file, `@-` stdin. What would be an error is not written.
    """
    from qafiles.edits.proposals.assignments import assignments
    from qafiles.edits.proposals.new import create

    assigned = assignments(kind, fields, read_value)
    run_edit(folder, flags, lambda snapshot: create(snapshot, kind, handle, assigned, original=original))
