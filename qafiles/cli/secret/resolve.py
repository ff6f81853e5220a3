"""`qafiles secret resolve`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from qafiles.cli.completions import complete_projects
from qafiles.cli.editing import EditFlags, edit_options, run_edit, yes_option

if TYPE_CHECKING:
    from qafiles.edits.proposal import Proposal
    from qafiles.secrets.resolving import ConflictSide
    from qafiles.snapshot import Snapshot


@click.command("resolve")
@click.argument("name")
@click.option("--ours", "side", flag_value="ours", help="Take the value of the branch that one is on.")
@click.option("--theirs", "side", flag_value="theirs", help="Take the value that is merged in.")
@click.option(
    "--project",
    metavar="PROJECT",
    shell_complete=complete_projects,
    help="The project, where more than one has such a secret.",
)
@click.option("--stage", is_flag=True, help="Also stage the file, which tells git that it is resolved.")
@edit_options
@yes_option
@click.pass_obj
def resolve(
    folder: Path, name: str, side: "ConflictSide | None", project: str | None, stage: bool, flags: EditFlags
) -> None:
    """Resolve a merge conflict in the secret NAME with the value of one side, under a version above both.

    In a rebase, --ours is the branch onto which one rebases, as for git.
    """
    from qafiles.secrets.resolving import next_step, resolved, staged

    if side is None:
        raise click.UsageError("Choose a side: --ours or --theirs.")
    chosen: ConflictSide = side
    paths: list[str] = []

    def propose(snapshot: "Snapshot") -> "Proposal":
        proposal = resolved(snapshot, name, chosen, project=project)
        paths.extend(change.path for change in proposal.changes)
        return proposal

    run_edit(folder, flags, propose, resolves=True)
    if flags.dry_run:
        return
    if stage:
        staged(folder, paths)
    click.echo(next_step(folder, paths), err=True)
