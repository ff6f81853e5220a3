"""The options that all commands that write have in common, and how their edit is made."""

from collections.abc import Callable, Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from qafiles.cli.asked import asked_tree
from qafiles.cli.edit_run import EditFlags, make_edit
from qafiles.cli.options import format_option

if TYPE_CHECKING:
    from qafiles.edits.proposal import Proposal
    from qafiles.snapshot import Snapshot
    from qafiles.sops_files.recipients import Recipient

__all__ = ["EditFlags", "edit_options", "force_option", "run_edit", "yes_option"]

F = TypeVar("F", bound=Callable[..., Any])


def edit_options(function: F, *formats: str) -> F:
    """Add --dry-run, --commit, -m and --format to a command that writes; it gets them as `flags`.

    The formats are those of the output, text and JSON, where there are no others.
    """

    def with_asked(
        *args: Any, dry_run: bool, commit: bool, message: str | None, format_: str, **rest: Any
    ) -> Any:
        if commit and dry_run:
            raise click.UsageError("--dry-run and --commit exclude each other.")
        if commit != (message is not None):
            raise click.UsageError(
                "--commit needs a message: -m MESSAGE." if commit else "-m is the message of --commit."
            )
        return function(*args, flags=EditFlags(dry_run, message, format_), **rest)

    with_asked.__doc__ = function.__doc__
    with_asked.__dict__.update(function.__dict__)
    result: Any = format_option(*(formats or ("text", "json")))(with_asked)
    result = click.option("-m", "message", metavar="MESSAGE", help="The message of the commit.")(result)
    result = click.option("--commit", is_flag=True, help="Commit what is written, and nothing else.")(result)
    result = click.option(
        "--dry-run", is_flag=True, help="Print what would change, as a diff, and write nothing."
    )(result)
    final: F = result
    return final


def force_option(function: F) -> F:
    """Add --force to a command that deletes or replaces files."""
    option = click.option("--force", is_flag=True, help="Do it even if work is lost that no commit has.")
    result: F = option(function)
    return result


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


def run_edit(
    folder: Path,
    flags: EditFlags,
    propose: "Callable[[Snapshot], Proposal]",
    *,
    resolves: bool = False,
    announced: "Collection[tuple[Recipient, str]]" = (),
    modules: tuple[str, ...] = (),
) -> None:
    """Make an edit as `make_edit` does, of the working tree that git was asked about, if it was."""
    make_edit(folder, flags, propose, asked_tree(), resolves=resolves, announced=announced, modules=modules)
