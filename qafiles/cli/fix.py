"""`qafiles fix`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from qafiles.cli.editing import EditFlags, edit_options, run_edit
from qafiles.cli.places import below, checked_paths, folder_source, refuse_empty, shown

if TYPE_CHECKING:
    from qafiles.edits.proposal import Proposal
    from qafiles.edits.proposals.fix import FixPlan
    from qafiles.snapshot import Snapshot


@click.command("fix")
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path(path_type=Path))
@click.option(
    "--by-place", is_flag=True, help="Also add project_id and organization_id, which the folder implies."
)
@edit_options
@click.pass_obj
def command(folder: Path, paths: tuple[Path, ...], by_place: bool, flags: EditFlags) -> int:
    """Mend what has one right mend, and validate the outcome before it is written.

    Missing ids are minted, also for copied files; text that needs quotes gets them; references follow renamed handles;
    comments that name the handle of an id are brought up to date. PATHs limit it to these files and folders.
    """
    from qafiles.edits.proposals.fix import fixing
    from qafiles.render.escape import escape
    from qafiles.sources.enclosing import folder_of

    folder = folder_of(folder, paths)
    root = folder_source(folder).folder
    places = below(root, paths)
    plans: list[FixPlan] = []

    def propose(snapshot: "Snapshot") -> "Proposal":
        refuse_empty(places, checked_paths(snapshot))
        plans.append(fixing(snapshot, places, by_place=by_place))
        return plans[-1].proposal

    run_edit(folder, flags, propose)
    plan = plans[-1]
    for fix in plan.fixes:
        line = f"{shown(root, fix.path)}:{fix.line}: {escape(fix.done)}"
        click.echo(line, err=flags.dry_run or flags.format_ == "json")
    for left in plan.left:
        place = f"{shown(root, left.path)}:{left.line}:{left.column}"
        click.echo(f"{place}: not mended: {left.code} {escape(left.message)}", err=True)
    return 3 if plan.lacking else int(bool(plan.left))
