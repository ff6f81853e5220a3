"""The group `qafiles access`, and its commands in the order of its help."""

import click

from qafiles.cli.access.check import check


@click.group("access")
def command() -> None:
    """Check changes against the roles of people."""


for part in (check,):
    command.add_command(part)
