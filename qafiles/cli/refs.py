"""`qafiles refs`."""

import sys
from pathlib import Path

import click

from qafiles.cli.options import (
    EntityType,
    cache_option,
    format_option,
    load_data,
    source_options,
    split_revision,
)
from qafiles.cli.shape import NO_SHAPE, Shape, shape_options


@click.command("refs")
@click.argument("entity", type=EntityType())
@shape_options
@source_options
@format_option("tree", "json", "dot", "mermaid")
@cache_option
@click.pass_obj
def command(
    folder: Path, entity: str, shape: Shape, rev: str | None, staged: bool, format_: str, no_cache: bool
) -> int:
    """Show what an ENTITY refers to, and what refers to it.

    The lines are those on which the references are written; what the folder implies has none. With --limit, each direction has at
    most so many; with --fields, the tree is a table, in which `direction` is a field.
    """
    from qafiles.cli.left_out import tell
    from qafiles.cli.pieces import echo_pieces
    from qafiles.history.shared_ids import notes_on, settled
    from qafiles.render.records import as_json
    from qafiles.render.refs_output import refs_output
    from qafiles.render.relations import GRAPHS
    from qafiles.snapshot.field_paths import checked_names
    from qafiles.snapshot.relations import relations
    from qafiles.snapshot.unread import entity_named

    asked = "--rev" if rev is not None else "ENTITY@REV"
    entity, rev = split_revision(entity, rev)
    loaded = load_data(folder, rev, staged=staged, no_cache=no_cache, asked=asked)
    is_terminal = sys.stdout.isatty()
    if shape == NO_SHAPE:
        cached = not no_cache
        output = refs_output(loaded, entity, format_=format_, cached=cached, is_terminal=is_terminal)
        output.write()
        return output.code
    snapshot = settled(loaded, cached=not no_cache)
    file = entity_named(snapshot, entity)
    for note in notes_on(snapshot, file):
        click.echo(f"note: {note}", err=True)
    whole = relations(snapshot, file)
    shown = whole.first(shape.limit)
    if shape.counted((*shown.outgoing, *shown.incoming)):
        return tell(whole.left_out)
    shape.first(whole.outgoing, of="refers to: ")
    shape.first(whole.incoming, of="is referred to by: ")
    if shape.fields is not None:
        if format_ not in {"tree", "json"}:
            raise click.UsageError(f"--fields shapes tree and json; {format_} draws the whole.")
        checked_names(shape.fields, shown.as_records())
    if shape.fields is not None and format_ == "json":
        click.echo(as_json(shown.as_json(shape.fields)), nl=False)
    elif not shape.records(shown.as_records, format_):
        echo_pieces(GRAPHS[format_](shown, is_terminal))
    return tell(whole.left_out)
