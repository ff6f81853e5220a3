"""Documents on stdout that come in many small pieces."""

from collections.abc import Iterable
from itertools import islice

import click

_AT_ONCE = 1_000


def echo_pieces(pieces: Iterable[str]) -> None:
    """Print the pieces of a document, many at once: to print one takes longer than to make it."""
    rest = iter(pieces)
    while some := [*islice(rest, _AT_ONCE)]:
        click.echo("".join(some), nl=False)
