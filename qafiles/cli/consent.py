"""Who comes to read secrets is told before they are written, and asked about."""

import sys
from typing import TYPE_CHECKING

from qafiles.cli.talk import tell

if TYPE_CHECKING:
    from collections.abc import Collection

    from qafiles.edits.plan import Plan
    from qafiles.secrets.gains import Gain
    from qafiles.sops_files.recipients import Recipient


def gains_of(plan: "Plan", announced: "Collection[tuple[Recipient, str]]") -> "tuple[Gain, ...]":
    """Return who gains access by an edit, without what was announced already: pairs of a recipient and a secret."""
    if not any("/secret_values/" in change.path for change in plan.changes):
        return ()
    from qafiles.secrets.gains import gains, resealings

    return tuple(
        gain
        for gain in gains(plan.loaded, resealings(plan))
        if not {(gain.recipient, handle) for handle in gain.secrets} <= {*announced}
    )


def tell_readers_of_new(plan: "Plan") -> None:
    """Say who can read the secrets that an edit makes: whoever is in `.sops.yaml`, by whomever he was let in."""
    if not any("/secret_values/" in change.path and change.before is None for change in plan.changes):
        return
    from qafiles.secrets.gains import first_sealings, gain_lines, gains

    for line in gain_lines(gains(plan.loaded, first_sealings(plan)), new=True):
        tell(line)


def consent(all_gains: "Collection[Gain]", *, yes: bool, dry_run: bool) -> None:
    """Tell who gains access to what, and ask on a terminal; raises UsageError elsewhere, unless it was consented to."""
    if not all_gains:
        return
    from qafiles.errors import EditRefusedError, UsageError
    from qafiles.secrets.gains import gain_lines

    for line in gain_lines(all_gains):
        tell(line)
    if yes or dry_run:
        return
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageError(
            "somebody gains access to secrets (see above): find out who let them in, then add --yes. Nothing was written"
        )
    import click  # most edits let nobody in

    if not click.confirm("Let them read these secrets?", err=True):
        raise EditRefusedError("nothing was written")
