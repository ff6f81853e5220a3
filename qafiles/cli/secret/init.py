"""`qafiles secret init` and `qafiles secret key`."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from qafiles.cli.editing import EditFlags, edit_options, run_edit

if TYPE_CHECKING:
    from qafiles.edits.proposal import Proposal
    from qafiles.snapshot import Snapshot
    from qafiles.sops_files.age_keys import OwnKey


@click.command("init")
@click.argument("recipients", metavar="[RECIPIENT...]", nargs=-1)
@edit_options
@click.pass_obj
def init(folder: Path, recipients: tuple[str, ...], flags: EditFlags) -> None:
    """Write .sops.yaml for a data root that came without it: your own key decrypts, or each RECIPIENT.

    A recipient is an age or SSH public key. Without one, it is your age key, which is made where there is none.
    """
    from qafiles.secrets.beginning import first_config

    keys = recipients or (_own_key(allow_making=not flags.dry_run).recipient,)

    def propose(snapshot: "Snapshot") -> "Proposal":
        return first_config(snapshot, keys)

    run_edit(folder, flags, propose)
    click.echo(
        "next: `qafiles secret set NAME`; colleagues run `qafiles secret key` and send you their line. `qafiles init --refresh` "
        "writes what git needs to know of secrets",
        err=True,
    )


@click.command("key")
@click.pass_obj
def key(folder: Path) -> None:
    """Print the public part of your age key, which is made where there is none, and the line to send to a colleague.

    Nothing of it is secret: somebody who can decrypt runs the line, and you can, too.
    """
    from qafiles.secrets.beginning import standing

    own = _own_key()
    click.echo(own.recipient)
    for line in standing(folder, own.recipient):
        click.echo(line, err=True)


def _own_key(*, allow_making: bool = True) -> "OwnKey":
    """Return the user's age key, made where there is none, and say on stderr where it is."""
    from qafiles.secrets.beginning import own_or_made

    own = own_or_made(allow_making=allow_making)
    place = _from_home(own.place)
    if own.made:
        click.echo(f"made your age key in {place}; keep a copy: nobody can restore it", err=True)
    else:
        click.echo(f"your age key is in {place}", err=True)
    return own


def _from_home(place: str) -> str:
    home = os.fspath(Path.home())
    return f"~{place[len(home) :]}" if place.startswith(f"{home}{os.sep}") else place
