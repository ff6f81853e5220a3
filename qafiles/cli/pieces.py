"""Documents on stdout that come in many small pieces."""

from collections.abc import Iterable

import click


def echo_pieces(pieces: Iterable[str]) -> None:
    """Print the pieces of a document."""
    from qafiles.render.output import together

    for piece in together(pieces):
        click.echo(piece, nl=False)
