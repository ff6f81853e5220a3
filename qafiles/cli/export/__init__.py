"""`qafiles export`."""

import click

from qafiles.cli.export.playwright import playwright

__all__ = ["command"]


@click.group("export", no_args_is_help=True)
def command() -> None:
    """Write what other tools read, such as a module for Playwright."""


command.add_command(playwright)
