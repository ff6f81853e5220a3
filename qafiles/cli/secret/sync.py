"""`qafiles secret sync`."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from qafiles.cli.consent import consent
from qafiles.cli.editing import EditFlags, edit_options, run_edit, yes_option
from qafiles.render.progress import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

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
@yes_option
@click.pass_obj
def sync(folder: Path, flags: EditFlags) -> int:
    """Encrypt anew what has other recipients than .sops.yaml says; values and versions stay. It needs a key.

    What is done stays done when it is stopped, and the next run goes on from there; with --commit, all is one commit or
    nothing. Whoever was taken away can still read what git's history holds: change such values at their source.
    """
    from qafiles.loading.loader import load
    from qafiles.render.escape import escape
    from qafiles.secrets.gains import gains, planned_resealings
    from qafiles.secrets.reading import sops_config
    from qafiles.secrets.strays import refuse_unreachable, unreachable
    from qafiles.secrets.synchronizing import outdated, synchronized
    from qafiles.sources.data_root import open_source

    snapshot = load(open_source(folder))
    config = sops_config(snapshot)
    stale = outdated(snapshot, config)
    total = len(stale)
    expected = gains(snapshot, planned_resealings(stale, config))
    if total:
        refuse_unreachable(snapshot)
        consent(expected, yes=flags.yes, dry_run=flags.dry_run)
    announced = {(gain.recipient, handle) for gain in expected for handle in gain.secrets}
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
        return step.proposal

    while at_once or total:
        run_edit(folder, flags, propose, announced=announced)
        written += len(made[-1].proposal.changes) + len(made[-1].failures)
        if at_once or written >= total or not (made[-1].proposal.changes or made[-1].failures):
            break
    for error in failures.values():
        click.echo(f"qafiles: {error}", err=True)
    unread = unreachable(snapshot)
    for path, why in unread.items():
        click.echo(f"qafiles: {escape(path)}: {why}", err=True)
    done = sum(len(step.proposal.changes) for step in made)
    click.echo(
        f"{done} encrypted anew"
        if total
        else f"every secret{' that can be read' if unread else ''} has the recipients of .sops.yaml",
        err=True,
    )
    tell_lost(made)
    if not any(step.proposal.afterwards for step in made):
        _tell_exposed(folder)
    return max((error.exit_code for error in failures.values()), default=int(bool(unread)))


def _tell_exposed(folder: Path) -> None:
    """Say how many values remain to be changed at their source, where git knows."""
    from qafiles.history import history_of
    from qafiles.loading.loader import load
    from qafiles.secrets.exposed import exposed
    from qafiles.sources.data_root import open_source

    snapshot = load(open_source(folder))
    number = len(exposed(snapshot, history_of(snapshot)))
    if number:
        what = "1 value" if number == 1 else f"{number} values"
        click.echo(
            f"{what} could be read by somebody who is no recipient any more: `qafiles secret list --exposed`",
            err=True,
        )


def tell_lost(steps: "Sequence[Sync]") -> None:
    """Say which values must be changed at their source, because somebody who can't decrypt them any more has read them."""
    from qafiles.render.escape import escape

    headings: dict[str, list[str]] = {}
    for step in steps:
        heading = ""
        for line in step.proposal.afterwards:
            if line.startswith("  "):
                headings[heading].append(line)
            else:
                heading = line
                headings.setdefault(heading, [])
    for heading, lines in headings.items():
        for line in (heading, *lines):
            click.echo(escape(line), err=True)
    if headings:
        click.echo("`qafiles secret list --exposed` lists them until they are changed", err=True)
