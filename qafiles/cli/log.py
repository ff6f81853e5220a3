"""`qafiles log`."""

import sys
from pathlib import Path

import click

from qafiles.cli.options import EntityType, format_option, open_data, source_options, split_revision
from qafiles.cli.shape import Shape, shape_options


@click.command("log")
@click.argument("entity", type=EntityType())
@shape_options
@source_options
@format_option("text", "json")
@click.pass_obj
def command(folder: Path, entity: str, shape: Shape, rev: str | None, staged: bool, format_: str) -> int:
    """Show the commits that changed an ENTITY, newest first, with the fields that each changed.

    An entity is followed by its id through renames and moves. One that is deleted is named by its id or by a handle or
    path that it had. ENTITY@REV begins at a revision.
    """
    from qafiles.cli.left_out import refuse_without_git, tell
    from qafiles.history import entity_log, find_id, history_of
    from qafiles.history.former_users import users_of_keys
    from qafiles.history.shared_ids import note_on_history
    from qafiles.render.history import log_as_text, log_records
    from qafiles.render.records import as_json

    asked = "--rev" if rev is not None else "ENTITY@REV"
    entity, rev = split_revision(entity, rev)
    source = open_data(folder, rev, staged=staged, asked=asked)
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
    listed = shape.first(entries)
    users = users_of_keys(history, {key for entry in listed for key in (*entry.gained, *entry.lost)})
    if shape.counted(listed) or shape.records(lambda: log_records(listed, users), format_):
        return tell(without)
    whole = [as_json(log_records(listed, users))] if format_ == "json" else None
    for piece in whole or log_as_text(listed, users, terminal=sys.stdout.isatty()):
        click.echo(piece, nl=False)
    return tell(without)
