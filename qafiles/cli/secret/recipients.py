"""`qafiles secret recipients`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from qafiles.cli.completions import complete_projects
from qafiles.cli.editing import EditFlags, edit_options, run_edit, yes_option
from qafiles.cli.options import format_option, open_data, source_options
from qafiles.cli.secret.sync import tell_lost
from qafiles.cli.shape import Shape, shape_options
from qafiles.render.progress import counted

if TYPE_CHECKING:
    from collections.abc import Callable

    from qafiles.edits.proposal import Proposal
    from qafiles.secrets.synchronizing import Sync
    from qafiles.snapshot import Snapshot

_project = click.option(
    "--project",
    metavar="PROJECT",
    shell_complete=complete_projects,
    help="Only the rules for this project's secrets.",
)


@click.group("recipients", invoke_without_command=True, subcommand_metavar="[COMMAND] [ARGS]...")
@shape_options
@source_options
@format_option("text", "json")
@click.pass_context
def recipients(ctx: click.Context, shape: Shape, rev: str | None, staged: bool, format_: str) -> None:
    """List who can decrypt which secrets, or let somebody in or keep somebody out. Listing needs no key."""
    if ctx.invoked_subcommand is not None:
        return
    from qafiles.loading.loader import load
    from qafiles.render.escape import escape
    from qafiles.render.recipients import as_json, as_text, records
    from qafiles.secrets.recipients import recipients as listed
    from qafiles.secrets.strays import unreachable

    snapshot = load(open_data(ctx.obj, rev, staged=staged))
    for path, why in unreachable(snapshot).items():
        click.echo(f"note: {escape(path)}: {why}", err=True)
    rows = shape.first(listed(snapshot))
    if shape.counted(rows) or shape.records(lambda: records(rows), format_):
        return
    for piece in (as_json if format_ == "json" else as_text)(rows):
        click.echo(piece, nl=False)


@recipients.command("add")
@click.argument("recipient", metavar="RECIPIENT|USER")
@_project
@edit_options
@yes_option
@click.pass_obj
def add(folder: Path, recipient: str, project: str | None, flags: EditFlags) -> None:
    """Let a RECIPIENT, or a USER with all their age_recipients, decrypt: .sops.yaml and all secrets that it is for.

    A recipient is an age or SSH public key, a PGP fingerprint, or the name of a key in a service that SOPS knows.
    """
    from qafiles.secrets.recipients import with_recipient

    step = _run(
        folder,
        flags,
        lambda now: with_recipient(now, recipient, project=project, progress=counted("secrets")),
    )
    _tell_locked_out(folder, flags, step)


@recipients.command("remove")
@click.argument("names", metavar="RECIPIENT|USER...", nargs=-1, required=True)
@_project
@edit_options
@yes_option
@click.pass_obj
def remove(folder: Path, names: tuple[str, ...], project: str | None, flags: EditFlags) -> None:
    """Keep a RECIPIENT, or a USER with all their age_recipients, from decrypting what is written from now on.

    Several are taken out in one go.

    What git's history holds stays readable for them: the values to change at their source are listed.
    """
    from qafiles.secrets.recipients import without_recipients

    step = _run(
        folder,
        flags,
        lambda now: without_recipients(now, names, project=project, progress=counted("secrets")),
    )
    tell_lost([step])
    _tell_remaining(folder, flags)
    _tell_locked_out(folder, flags, step)


def _tell_remaining(folder: Path, flags: EditFlags) -> None:
    """Say who can still decrypt, since somebody may have a key that no user's file names."""
    from qafiles.loading.loader import load
    from qafiles.render.escape import escape
    from qafiles.secrets.recipients import remaining
    from qafiles.sources.data_root import open_source

    names = remaining(load(open_source(folder))) if not flags.dry_run else ()
    if names:
        click.echo("left are, for one secret or more:", err=True)
    for name in names:
        click.echo(f"  {escape(name)}", err=True)


def _run(folder: Path, flags: EditFlags, change: "Callable[[Snapshot], Sync]") -> "Sync":
    made: list[Sync] = []

    def propose(snapshot: "Snapshot") -> "Proposal":
        made.append(change(snapshot))
        return made[-1].proposal

    run_edit(folder, flags, propose)
    return made[-1]


def _tell_locked_out(folder: Path, flags: EditFlags, step: "Sync") -> None:
    """Say so where no key at hand reads what was just written."""
    from qafiles.loading.loader import load
    from qafiles.secrets.checking import unread_among
    from qafiles.sources.data_root import open_source

    if not flags.dry_run and unread_among(load(open_source(folder)), step.proposal):
        click.echo("no key at hand reads these secrets any more: make sure that a recipient can", err=True)
