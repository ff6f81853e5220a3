"""`qafiles mv`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from qafiles.cli.consent import yes_option
from qafiles.cli.editing import EditFlags, edit_options, run_edit
from qafiles.cli.options import EntityType
from qafiles.cli.secret.trust import with_trust

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qafiles.edits.proposal import Proposal
    from qafiles.snapshot import EntityFile, Snapshot


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

    def propose(snapshot: "Snapshot") -> "Proposal":
        from qafiles.edits.proposals.mv import move

        return move(snapshot, entity, handle, _resealed)

    run_edit(folder, flags, propose, modules=("qafiles.edits.proposals.mv",))


def _resealed(
    snapshot: "Snapshot", file: "EntityFile", path: str, changes: "Mapping[str, str]"
) -> bytes | None:
    from qafiles.secrets.synchronizing import resealed  # most entities are no secrets

    return resealed(snapshot, file, path, changes)


with_trust(command)
