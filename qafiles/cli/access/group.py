"""The group `qafiles access`, and its commands in the order of its help."""

import click

from qafiles.cli.access.answers import can, who
from qafiles.cli.access.check import check
from qafiles.cli.access.codeowners import codeowners
from qafiles.cli.access.recipients import recipients


@click.group("access")
def command() -> None:
    """Check changes against the roles of people, and say who may do what."""


for part in (check, who, can, codeowners, recipients):
    command.add_command(part)
