"""`qafiles export`."""

import click

from qafiles.cli.export.playwright import playwright
from qafiles.cli.export.sheet import sheet

__all__ = ["command"]


@click.group("export", no_args_is_help=True)
def command() -> None:
    """Write what other tools read: a module for Playwright, a sheet for a manual run."""


command.add_command(playwright)
command.add_command(sheet)
