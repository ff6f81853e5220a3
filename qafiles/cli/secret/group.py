"""`qafiles secret`: secrets set, read, handed to programs, checked and encrypted anew."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from qafiles.cli.editing import EditFlags, edit_options, run_edit, yes_option
from qafiles.cli.options import (
    env_option,
    environment_of,
    format_option,
    open_data,
    source_options,
    split_revision,
)
from qafiles.cli.secret.check import check
from qafiles.cli.secret.dotenv import export, import_
from qafiles.cli.secret.init import init, key
from qafiles.cli.secret.masks import mask, visible
from qafiles.cli.secret.options import project_option
from qafiles.cli.secret.recipients import recipients
from qafiles.cli.secret.resolve import resolve
from qafiles.cli.secret.rotate import rotate
from qafiles.cli.secret.run import run
from qafiles.cli.secret.scan import scan
from qafiles.cli.secret.sync import sync
from qafiles.cli.secret.textconv import textconv
from qafiles.cli.secret.trust import with_trust
from qafiles.cli.shape import Shape, shape_options

if TYPE_CHECKING:
    from qafiles.edits.proposal import Proposal
    from qafiles.secrets.plaintext import Plaintext
    from qafiles.snapshot import Snapshot


@click.group("secret", no_args_is_help=True)
def command() -> None:
    """Set, read, check and hand out secrets that SOPS encrypts."""


_NO_ARGUMENT: Final = (
    "A value is no argument: it would stay in the shell's history, and all users of the machine could see it. Name the "
    "secret alone; the value is asked for, or comes from stdin or --from-file. Consider one that you typed here as known."
)


@command.command("set", context_settings={"allow_extra_args": True})
@click.argument("name")
@project_option
@click.option(
    "--from-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Read the value from a file.",
)
@env_option
@edit_options
@yes_option
@click.pass_context
def set_(
    ctx: click.Context,
    name: str,
    project: str | None,
    from_file: Path | None,
    env: str | None,
    flags: EditFlags,
) -> None:
    """Set the value of the secret NAME, which is made where there is none.

    The value is asked for, or read from stdin or a file, and never an argument, which other users of the machine could
    see. It is taken as it is; of one read from stdin, a line break at the end is left off. With --env, the secret that NAME
    means in that environment.
    """
    from qafiles.secrets.encryption import checked_value
    from qafiles.secrets.names import name_in
    from qafiles.secrets.writing import set_secret

    if ctx.args or "=" in name:
        raise click.UsageError(_NO_ARGUMENT)  # click's own message would repeat the value
    value = checked_value(_value(from_file))
    notes: list[str] = []

    def propose(snapshot: "Snapshot") -> "Proposal":
        wanted = name_in(name, environment_of(snapshot, env))
        new_value = set_secret(snapshot, wanted, value, project=project)
        notes.append(new_value.note)
        return new_value.proposal

    run_edit(ctx.obj, flags, propose)
    click.echo(notes[-1], err=True)


def _value(place: Path | None) -> "Plaintext":
    from qafiles.secrets.encryption import MAX_VALUE
    from qafiles.secrets.plaintext import Plaintext

    if place is not None:
        with place.open("rb") as file:
            return Plaintext(file.read(MAX_VALUE + 1))
    if sys.stdin.isatty():
        return Plaintext(
            click.prompt("Value", hide_input=True, confirmation_prompt=True, err=True).encode(
                errors="surrogateescape"
            )
        )
    # One byte more than a value can have, and a line break: what is endless is refused like what is too long.
    value = sys.stdin.buffer.read(MAX_VALUE + 3)
    # `echo` on Windows ends its line with both.
    return Plaintext(value.removesuffix(b"\r\n") if value.endswith(b"\r\n") else value.removesuffix(b"\n"))


@command.command("get")
@click.argument("name")
@project_option
@click.option("--stdout", "to_stdout", is_flag=True, help="Print even where stdout is no terminal.")
@env_option
@source_options
@click.pass_obj
def get(  # one parameter for each option
    folder: Path,
    name: str,
    project: str | None,
    to_stdout: bool,
    env: str | None,
    rev: str | None,
    staged: bool,
) -> None:
    """Print the value of the secret NAME: on a terminal, or with --stdout exactly and without a line break behind it.

    NAME@REV is the value that it had at a revision.

    On a terminal, characters that could steer it are shown as escapes.
    """
    from qafiles.loading.loader import load
    from qafiles.secrets.names import named_in
    from qafiles.secrets.reading import read_secret, sops_config, trusted_config

    name, rev = split_revision(name, rev)
    on_terminal = sys.stdout.isatty()
    if not (on_terminal or to_stdout):
        raise click.UsageError(
            "stdout is no terminal, where the value would be kept; --stdout prints it all the same."
        )
    snapshot = load(open_data(folder, rev, staged=staged))
    file = named_in(snapshot, name, project, environment_of(snapshot, env))
    trusted = trusted_config(folder) if rev is not None or staged else None
    value = read_secret(snapshot, file, sops_config(snapshot), synchronized=rev is None, trusted=trusted)
    mask(value)
    if to_stdout:
        sys.stdout.buffer.write(value.reveal())
    else:
        # Whoever has the public keys may have written it.
        shown = visible(value)
        sys.stdout.buffer.write(shown.reveal() + b"\n")
        if shown.reveal() != value.reveal():
            click.echo("control characters are shown as escapes; --stdout prints them as they are", err=True)
    sys.stdout.buffer.flush()


@command.command("list")
@click.option(
    "--exposed",
    "only_exposed",
    is_flag=True,
    help="Only the values that somebody could read who is no recipient any more, from git's history.",
)
@shape_options
@source_options
@format_option("text", "json")
@click.pass_obj
def list_(folder: Path, only_exposed: bool, shape: Shape, rev: str | None, staged: bool, format_: str) -> int:
    """List the secrets: name, project, version, age, who can decrypt them and what uses them. No key is needed.

    With --exposed, those to change at their source: somebody who was taken out could read the value, which is the same still.
    """
    if only_exposed:
        from qafiles.cli.secret.exposed import list_exposed

        return list_exposed(open_data(folder, rev, staged=staged), shape, format_)
    from qafiles.cli.left_out import tell
    from qafiles.loading.loader import load
    from qafiles.render.secrets import as_json, as_text, records
    from qafiles.secrets.listing import listed
    from qafiles.snapshot.unread import left_out

    snapshot = load(open_data(folder, rev, staged=staged))
    rows = shape.first(listed(snapshot))
    if not rows and not shape.only_count:
        click.echo("note: there is no secret", err=True)
    if shape.counted(rows) or shape.records(lambda: records(rows), format_):
        return tell(left_out(snapshot))
    for piece in as_json(rows) if format_ == "json" else as_text(rows, terminal=sys.stdout.isatty()):
        click.echo(piece, nl=False)
    return tell(left_out(snapshot))


for subcommand in (
    check, run, scan, sync, rotate, resolve, recipients, init, key, import_, export, textconv,
):  # fmt: skip
    command.add_command(subcommand)

for subcommand in (
    set_,
    get,
    check,
    run,
    scan,
    sync,
    rotate,
    resolve,
    import_,
    export,
    *recipients.commands.values(),
):
    with_trust(subcommand)
