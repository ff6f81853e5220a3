"""What an answer is made without, told on stderr."""

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from qafiles.diagnostics import LeftOut
    from qafiles.history import History


def tell(left_out: "LeftOut") -> int:
    """Say what an answer is made without, and return the exit code: 3 where git lacks some of it, else 0."""
    from qafiles.render.output import notes_of

    click.echo(notes_of(left_out), nl=False, err=True)
    return 3 if left_out.is_missing else 0


def refuse_without_git(history: "History", command: str) -> None:
    """Raise GitError for a command that is nothing without git's history, where there is no git."""
    from qafiles.errors import GitError

    if history.repository is None and history.unknown is not None:
        raise GitError(f"`qafiles {command}` is made from git's history, and {history.unknown}")
