"""Who comes to read secrets is told before they are written, and asked about."""

import sys
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from qafiles.edits.plan import Plan
    from qafiles.secrets.gains import Gain
    from qafiles.sops_files.recipients import Recipient

F = TypeVar("F", bound=Callable[..., Any])


def yes_option(function: F) -> F:
    """Add --yes to a command that may let somebody read secrets; it becomes a part of `flags`, below `edit_options`."""

    def with_yes(*args: Any, yes: bool, flags: Any, **rest: Any) -> Any:
        return function(*args, flags=flags._replace(yes=yes), **rest)

    with_yes.__doc__ = function.__doc__
    with_yes.__dict__.update(function.__dict__)
    option = click.option(
        "--yes", is_flag=True, help="Let those in who will newly read secrets, without asking."
    )
    result: Any = option(with_yes)
    final: F = result
    return final


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
    from qafiles.render.escape import escape
    from qafiles.secrets.gains import first_sealings, gain_lines, gains

    for line in gain_lines(gains(plan.loaded, first_sealings(plan)), new=True):
        click.echo(escape(line), err=True)


def consent(all_gains: "Collection[Gain]", *, yes: bool, dry_run: bool) -> None:
    """Tell who gains access to what, and ask on a terminal; raises UsageError elsewhere, unless it was consented to."""
    if not all_gains:
        return
    from qafiles.errors import EditRefusedError, UsageError
    from qafiles.render.escape import escape
    from qafiles.secrets.gains import gain_lines

    for line in gain_lines(all_gains):
        click.echo(escape(line), err=True)
    if yes or dry_run:
        return
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageError(
            "somebody gains access to secrets (see above): find out who let them in, then add --yes. Nothing was written"
        )
    if not click.confirm("Let them read these secrets?", err=True):
        raise EditRefusedError("nothing was written")
