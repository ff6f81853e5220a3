"""`qafiles mv`."""

from pathlib import Path

import click

from qafiles.cli.editing import EditFlags, edit_options, run_edit, yes_option
from qafiles.cli.options import EntityType
from qafiles.cli.proposed import OF_MV, other_handle
from qafiles.cli.secret.trust import with_trust


@click.command("mv")
@click.argument("entity", type=EntityType())
@click.argument("handle")
@edit_options
@yes_option
@click.pass_obj
def command(folder: Path, entity: str, handle: str, flags: EditFlags) -> None:
    """Rename or move ENTITY, which gets the new HANDLE; every reference follows.

    A project and an organization move with all that lies in them. `acme/shop/checkout/`, with a `/` at its end, is a
    suite: a folder of test cases, documents or traversals. A secret is encrypted anew under its new name, which needs a
    key; those of a project are where .sops.yaml names other recipients for their new place.
    """
    run_edit(folder, flags, other_handle(entity, handle), modules=OF_MV)


with_trust(command)
