"""`qafiles secret import` and `qafiles secret export`."""

import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from qafiles.cli.editing import EditFlags, edit_options, run_edit, yes_option
from qafiles.cli.options import env_option, environment_of, format_option
from qafiles.cli.secret.masks import mask, visible
from qafiles.cli.secret.options import Choice, choice_options, project_option, values_of
from qafiles.render.progress import counted

if TYPE_CHECKING:
    from qafiles.edits.proposal import Proposal
    from qafiles.snapshot import Snapshot

_MOST_BYTES = 64 * 1024 * 1024


@click.command("import")
@click.argument("file", type=click.File("rb"), default="-")
@project_option
@env_option
@lambda function: edit_options(function, "dotenv")
@yes_option
@click.pass_obj
def import_(folder: Path, file: IO[bytes], project: str | None, env: str | None, flags: EditFlags) -> None:
    """Set all secrets that a .env FILE holds, or stdin: NAME=VALUE, one a line. All or nothing.

    A secret that has its value already stays as it is. With --env, each name means the secret of that environment. Delete the
    file afterwards: nothing else protects it.
    """
    from qafiles.secrets.dotenv import assignments
    from qafiles.secrets.importing import imported

    items = assignments(file.read(_MOST_BYTES))
    notes: list[str] = []

    def propose(snapshot: "Snapshot") -> "Proposal":
        proposal, notes[:] = imported(
            snapshot,
            items,
            project=project,
            environment=environment_of(snapshot, env),
            progress=counted("secrets"),
        )
        return proposal

    run_edit(folder, flags, propose)
    for note in notes:
        click.echo(note, err=True)


@click.command("export")
@choice_options
@format_option("dotenv")
@click.option("--stdout", "to_stdout", is_flag=True, help="Print even where stdout is no terminal.")
@click.pass_obj
def export(folder: Path, choice: Choice, format_: str, to_stdout: bool) -> None:
    """Print secrets as a .env file: those that a traversal lists, that a project names, or that are named. It needs a key.

    Values stand in it for everybody to read: `secret run` hands them to a program without a file.
    """
    from qafiles.secrets.dotenv import as_dotenv

    del format_
    if not (sys.stdout.isatty() or to_stdout):
        raise click.UsageError(
            "stdout is no terminal, where the values would be kept; --stdout prints them all the same."
        )
    values = values_of(folder, choice)
    for value in values.values():
        mask(value)
    for line in [*as_dotenv(values)]:
        sys.stdout.buffer.write((line if to_stdout else visible(line)).reveal())
    sys.stdout.buffer.flush()
