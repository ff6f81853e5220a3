"""`qafiles secret sync`."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from qafiles.cli.editing import EditFlags, edit_options, run_edit
from qafiles.cli.progress import counted

if TYPE_CHECKING:
    from qafiles.edits.proposal import Proposal
    from qafiles.secrets.failures import SopsError
    from qafiles.secrets.synchronizing import Sync
    from qafiles.snapshot import Snapshot

_AT_ONCE: Final = 50
_MOST_STEPS: Final = 5
"""Secrets that are written together stay written when a later one fails or the command is stopped. Each such step checks the
whole data root, so that there are few of them."""


@click.command("sync")
@edit_options
@click.pass_obj
def sync(folder: Path, flags: EditFlags) -> int:
    """Encrypt anew what has other recipients than .sops.yaml says; values and versions stay. It needs a key.

    What is done stays done when it is stopped, and the next run goes on from there; with --commit, all is one commit or
    nothing. Whoever was taken away can still read what git's history holds: change such values at their source.
    """
    from qafiles.loading.loader import load
    from qafiles.secrets.reading import sops_config
    from qafiles.secrets.synchronizing import notes_on_unread, outdated, synchronized
    from qafiles.sources.data_root import open_source

    snapshot = load(open_source(folder))
    total = len(outdated(snapshot, sops_config(snapshot)))
    at_once = flags.dry_run or flags.message is not None or flags.format_ == "json"
    progress = counted("secrets")
    failures: dict[str, SopsError] = {}
    made: list[Sync] = []
    written = 0

    def propose(now: "Snapshot") -> "Proposal":
        most = None if at_once else max(_AT_ONCE, -(-total // _MOST_STEPS))
        step = synchronized(
            now, most=most, leave=failures, progress=lambda done, _: progress(written + done, total)
        )
        failures.update(step.failures)
        made.append(step)
        return step.proposal if len(made) == 1 else replace(step.proposal, notes=())

    while at_once or total:
        run_edit(folder, flags, propose)
        written += len(made[-1].proposal.changes) + len(made[-1].failures)
        if at_once or written >= total or not (made[-1].proposal.changes or made[-1].failures):
            break
    for error in failures.values():
        click.echo(f"qafiles: {error}", err=True)
    unread = notes_on_unread(snapshot)
    if unread and not made:
        click.echo(f"note: {unread[0]}", err=True)
    done = sum(len(step.proposal.changes) for step in made)
    click.echo(
        f"{done} encrypted anew"
        if total
        else f"every secret{' that can be read' if unread else ''} has the recipients of .sops.yaml",
        err=True,
    )
    for step in made:
        tell_lost(step)
    return max((error.exit_code for error in failures.values()), default=int(bool(unread)))


def tell_lost(step: "Sync") -> None:
    """Say which values must be changed at their source, because somebody who can't decrypt them any more has read them."""
    from qafiles.render.escape import escape
    from qafiles.secrets.reading import shortened

    for (kind, key), handles in step.lost.items():
        who = f"{shortened(key)} ({kind})"
        click.echo(
            f"{who} can still read in git's history what was written before: change these values at their source, then "
            "`qafiles secret set` them:",
            err=True,
        )
        for handle in handles:
            click.echo(f"  {escape(handle)}", err=True)
