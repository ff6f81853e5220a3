"""`qafiles blame`."""

import sys
from pathlib import Path

import click

from qafiles.cli.options import EntityType, format_option, open_data, source_options, split_revision
from qafiles.cli.shape import Shape, shape_options


@click.command("blame")
@click.argument("entity", type=EntityType())
@shape_options
@source_options
@format_option("text", "json")
@click.pass_obj
def command(folder: Path, entity: str, shape: Shape, rev: str | None, staged: bool, format_: str) -> int:
    """Show which commit gave each value of an ENTITY: each field, key of a mapping, and item of a list.

    An entity is followed by its id through renames and moves. ENTITY@REV shows it as it was at a revision.
    """
    from qafiles.cli.left_out import refuse_without_git, tell
    from qafiles.errors import UsageError
    from qafiles.history import blame, find_id, history_of
    from qafiles.history.shared_ids import note_on_history
    from qafiles.history.state_data import present_data
    from qafiles.render.history import blame_as_text, blame_records
    from qafiles.render.records import as_json

    asked = "--rev" if rev is not None else "ENTITY@REV"
    entity, rev = split_revision(entity, rev)
    source = open_data(folder, rev, staged=staged, asked=asked)
    history = history_of(source)
    refuse_without_git(history, "blame")
    id_ = find_id(source, history, entity)
    shared = note_on_history(source, history, id_, entity)
    if shared is not None:
        click.echo(f"note: {shared}", err=True)
    values = blame(history, id_, present_data(source, history, id_))
    if not values and history.left_out.is_missing:
        return tell(history.left_out)
    if not values:
        raise UsageError(
            f"the file of {entity} can't be read there, as `qafiles validate` says; "
            f"`qafiles blame {id_}@REV` shows an earlier revision, such as HEAD or HEAD~1"
        )
    listed = shape.first(values)
    if shape.counted(listed) or shape.records(lambda: blame_records(listed), format_):
        return tell(history.left_out)
    whole = [as_json(blame_records(listed))] if format_ == "json" else None
    for piece in whole or blame_as_text(listed, terminal=sys.stdout.isatty()):
        click.echo(piece, nl=False)
    return tell(history.left_out)
