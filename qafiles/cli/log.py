"""`qafiles log`."""

from pathlib import Path

import click

from qafiles.cli.options import EntityType, format_option, open_data, source_options, split_revision


@click.command("log")
@click.argument("entity", type=EntityType())
@source_options
@format_option("text", "json")
@click.pass_obj
def command(folder: Path, entity: str, rev: str | None, staged: bool, format_: str) -> int:
    """Show the commits that changed an ENTITY, newest first, with the fields that each changed.

    An entity is followed by its id through renames and moves. One that is deleted is named by its id or by a handle or
    path that it had. ENTITY@REV begins at a revision.
    """
    from qafiles.cli.left_out import refuse_without_git, tell
    from qafiles.history import entity_log, find_id, history_of
    from qafiles.history.shared_ids import note_on_history
    from qafiles.render.history import log_as_json, log_as_text

    entity, rev = split_revision(entity, rev)
    source = open_data(folder, rev, staged=staged)
    history = history_of(source)
    refuse_without_git(history, "log")
    id_ = find_id(source, history, entity)
    shared = note_on_history(source, history, id_, entity)
    if shared is not None:
        click.echo(f"note: {shared}", err=True)
    entries = entity_log(history, id_)
    without = history.left_out
    if not entries and not without.sentences:
        click.echo("note: it was never committed", err=True)
    for piece in [log_as_json(entries)] if format_ == "json" else log_as_text(entries):
        click.echo(piece, nl=False)
    return tell(without)
