"""`qafiles refs`."""

from pathlib import Path

import click

from qafiles.cli.options import EntityType, format_option, open_data, source_options, split_revision


@click.command("refs")
@click.argument("entity", type=EntityType())
@source_options
@format_option("tree", "json", "dot", "mermaid")
@click.pass_obj
def command(folder: Path, entity: str, rev: str | None, staged: bool, format_: str) -> int:
    """Show what an ENTITY refers to, and what refers to it.

    The lines are those on which the references are written; what the folder implies has none.
    """
    from qafiles.cli.left_out import tell
    from qafiles.history.shared_ids import notes_on, settled
    from qafiles.loading.loader import load
    from qafiles.render.relations import GRAPHS
    from qafiles.snapshot.relations import relations
    from qafiles.snapshot.unread import found

    entity, rev = split_revision(entity, rev)
    snapshot = settled(load(open_data(folder, rev, staged=staged)))
    file = found(snapshot, entity)
    for note in notes_on(snapshot, file):
        click.echo(f"note: {note}", err=True)
    shown = relations(snapshot, file)
    for piece in GRAPHS[format_](shown):
        click.echo(piece, nl=False)
    return tell(shown.left_out)
