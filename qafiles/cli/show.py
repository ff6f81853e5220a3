"""`qafiles show`."""

from pathlib import Path

import click

from qafiles.cli.options import EntityType, format_option, open_data, source_options, split_revision


@click.command("show")
@click.argument("entity", type=EntityType())
@click.option("--resolve", is_flag=True, help="References as {id, handle} instead of ids.")
@source_options
@format_option("text", "json")
@click.pass_obj
def command(folder: Path, entity: str, resolve: bool, rev: str | None, staged: bool, format_: str) -> None:
    """Show one ENTITY with its fields: an id, the beginning of one, a handle, or a path.

    ENTITY@REV shows it as it was at a revision.
    """
    from qafiles.loader import load
    from qafiles.records import record
    from qafiles.render.records import as_json, as_text

    entity, rev = split_revision(entity, rev)
    snapshot = load(open_data(folder, rev, staged=staged))
    found = record(snapshot, snapshot.find(entity), resolve=resolve)
    click.echo(as_json(found) if format_ == "json" else as_text(found), nl=False)
