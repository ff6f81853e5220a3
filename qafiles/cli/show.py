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

    ENTITY@REV shows it as it was at a revision, under its present handle or the one that it had. What git's history
    gives, where the file does not write it, stands under `derived`.
    """
    from qafiles.history import derived, find_in, history_of
    from qafiles.loading.loader import load
    from qafiles.render.records import as_json, as_text
    from qafiles.snapshot.records import record

    entity, rev = split_revision(entity, rev)
    snapshot = load(open_data(folder, rev, staged=staged))
    file = find_in(snapshot, entity, folder)
    given = derived(history_of(snapshot), file).record()
    found = record(snapshot, file, resolve=resolve, derived=given)
    click.echo(as_json(found) if format_ == "json" else as_text(found), nl=False)
