"""Values hidden in the logs of a CI, and shown on a terminal."""

import os
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from qafiles.secrets.plaintext import Plaintext


def mask(value: "Plaintext") -> None:
    """Tell GitHub Actions to hide the value in its logs: https://docs.github.com/actions/reference/workflow-commands."""
    if os.environ.get("GITHUB_ACTIONS") == "true":
        for line in value.reveal().decode().splitlines():
            if line.strip():
                # As bytes: in an encoding that lacks a character, another text would be hidden.
                click.echo(f"::add-mask::{line.replace('%', '%25')}\n".encode(), nl=False, err=True)


def visible(value: "Plaintext") -> "Plaintext":
    """Return a value with escapes in the place of what a terminal would obey."""
    from qafiles.render.escape import escape
    from qafiles.secrets.plaintext import Plaintext

    return Plaintext(
        "".join(char if char in "\n\t" else escape(char) for char in value.reveal().decode()).encode()
    )
