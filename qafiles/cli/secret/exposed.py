"""`qafiles secret list --exposed`."""

from typing import TYPE_CHECKING

import click

from qafiles.cli.shape import Shape

if TYPE_CHECKING:
    from qafiles.sources import Source


def list_exposed(source: "Source", shape: Shape, format_: str) -> int:
    """Print the values to change at their source, and return the exit code."""
    from qafiles.cli.left_out import refuse_without_git, tell
    from qafiles.history import history_of
    from qafiles.loading.loader import load
    from qafiles.render.exposed import as_json, as_text, records
    from qafiles.secrets.exposed import exposed
    from qafiles.snapshot.unread import left_out

    snapshot = load(source)
    history = history_of(snapshot)
    refuse_without_git(history, "secret list --exposed")
    rows = shape.first(exposed(snapshot, history))
    without = history.left_out + left_out(snapshot)
    if not rows and not shape.only_count and not without.sentences:
        click.echo("note: no value could be read by somebody who is no recipient any more", err=True)
    if shape.counted(rows) or shape.records(lambda: records(rows), format_):
        return tell(without)
    for piece in as_json(rows) if format_ == "json" else as_text(rows):
        click.echo(piece, nl=False)
    return tell(without)
