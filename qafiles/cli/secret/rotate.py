"""`qafiles secret rotate`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from qafiles.cli.editing import EditFlags, edit_options, run_edit, yes_option
from qafiles.cli.secret.options import project_option
from qafiles.render.progress import counted

if TYPE_CHECKING:
    from qafiles.edits.proposal import Proposal
    from qafiles.snapshot import Snapshot


@click.command("rotate")
@click.argument("names", metavar="[NAME...]", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="All secrets, or with --project all of a project.")
@project_option
@edit_options
@yes_option
@click.pass_obj
def rotate(
    folder: Path, names: tuple[str, ...], everything: bool, project: str | None, flags: EditFlags
) -> None:
    """Encrypt secrets anew under a fresh data key; values, versions and recipients stay. It needs a key.

    For where a data key may be known, as after `sops updatekeys` took somebody out, which keeps it. All or nothing. A value
    that somebody has read is not changed by this: change it at its source, then `secret set` it.
    """
    from qafiles.secrets.rotating import rotated

    if bool(names) == everything:
        raise click.UsageError("Name secrets, or take all of them with --all.")

    def propose(snapshot: "Snapshot") -> "Proposal":
        return rotated(snapshot, names, project=project, progress=counted("secrets")).proposal

    run_edit(folder, flags, propose)
