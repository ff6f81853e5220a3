"""What a command prints where click is not imported: documents to stdout, and beside them what is said to a person."""

import sys

from qafiles.render.escape import escape


def write(text: str, *, err: bool = False) -> None:
    """Write a text to stdout or stderr as it is."""
    stream = sys.stderr if err else sys.stdout
    stream.write(text)
    stream.flush()


def tell(sentence: str) -> None:
    """Write a line to stderr, in which nothing steers a terminal."""
    write(f"{escape(sentence)}\n", err=True)


def quote(output: str) -> None:
    """Repeat on stderr what git and its hooks said."""
    for line in output.splitlines():
        tell(line)
