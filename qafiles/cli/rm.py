"""`qafiles rm`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from qafiles.cli.editing import EditFlags, edit_options, force_option, run_edit
from qafiles.cli.options import EntityType

if TYPE_CHECKING:
    from qafiles.edits.proposal import Proposal
    from qafiles.edits.proposals.rm import Referring
    from qafiles.snapshot import Snapshot


@click.command("rm")
@click.argument("entity", type=EntityType())
@click.option(
    "--cascade", is_flag=True, help="Remove what can't do without it, too, and what lies in its folder."
)
@click.option("--detach", is_flag=True, help="Take references to it out of fields that may do without.")
@force_option
@edit_options
@click.pass_obj
def command(folder: Path, entity: str, cascade: bool, detach: bool, force: bool, flags: EditFlags) -> None:
    """Remove ENTITY, named by more than the last parts of its handle, if nothing refers to it.

    With --cascade, entities that need it are removed and other references are taken out, as with --detach. A text that
    names a secret is never rewritten. Files that are not as they were committed are not deleted without --force.
    """
    if cascade and detach:
        raise click.UsageError("--cascade does what --detach does, and more; choose one.")
    referring: Referring = "cascade" if cascade else "detach" if detach else "refuse"

    def propose(snapshot: "Snapshot") -> "Proposal":
        from qafiles.edits.proposals.rm import remove

        return remove(snapshot, entity, referring)

    run_edit(folder, flags._replace(force=force), propose)
