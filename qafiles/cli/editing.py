"""What all commands that write have in common: their options, and how an edit is run and told."""

import sys
from collections.abc import Callable, Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

import click

from qafiles.cli.consent import consent, gains_of, tell_readers_of_new
from qafiles.cli.options import asked_tree, format_option

if TYPE_CHECKING:
    from qafiles.edits.plan import Plan
    from qafiles.edits.proposal import Proposal
    from qafiles.secrets.gains import Gain
    from qafiles.snapshot import Snapshot
    from qafiles.sops_files.recipients import Recipient

F = TypeVar("F", bound=Callable[..., Any])


class EditFlags(NamedTuple):
    """How the command line wants an edit to be made."""

    dry_run: bool
    message: str | None
    format_: str
    force: bool = False
    yes: bool = False


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


_MODULES: Final = ("qafiles.render.edits",)
"""What every edit needs here once it is planned."""


def run_edit(
    folder: Path,
    flags: EditFlags,
    propose: "Callable[[Snapshot], Proposal]",
    *,
    resolves: bool = False,
    announced: "Collection[tuple[Recipient, str]]" = (),
    modules: tuple[str, ...] = (),
) -> None:
    """Make an edit and print what it changed; what is refused is told on stderr, and as JSON where that is asked for.

    `resolves` is for an edit that resolves a conflict. Who gains access to secrets is told, and asked about, before anything
    is written; `announced` are the recipients and handles of secrets of which that was done. `modules` are what `propose` needs.
    """
    from qafiles.edits.writing.transaction import EditOptions, transact
    from qafiles.errors import EditFailedError, EditRefusedError
    from qafiles.processes import collector_paused

    gained: list[Gain] = []
    states: list[Snapshot] = []

    def proposed(snapshot: "Snapshot") -> "Proposal":
        states.append(snapshot)
        return propose(snapshot)

    def on_plan(plan: "Plan") -> None:
        _tell_role(states[-1], plan)
        tell_readers_of_new(plan)
        gained.extend(gains_of(plan, announced))
        consent(gained, yes=flags.yes, dry_run=flags.dry_run)

    try:
        options = EditOptions(
            flags.dry_run,
            flags.message,
            on_message=_tell,
            force=flags.force,
            resolves=resolves,
            on_plan=on_plan,
            modules=(*modules, *_MODULES),
        )
        with collector_paused():
            outcome = transact(folder, proposed, options, asked_tree())
    except EditRefusedError as error:
        from qafiles.render.edits import refusal_as_json, refusal_as_text

        if flags.format_ == "json":
            click.echo(refusal_as_json(error), nl=False)
        for line in refusal_as_text(error):
            click.echo(line, nl=False, err=True)
        raise
    except EditFailedError as error:
        _quote(error.details)
        raise
    from qafiles.render.edits import as_json, as_text
    from qafiles.render.escape import escape

    if outcome.commit is not None:
        _quote(outcome.commit.output)
    for note in outcome.plan.proposal.notes:
        click.echo(f"note: {escape(note)}", err=True)
    if flags.format_ == "json":
        click.echo(as_json(outcome, gained), nl=False)
        return
    for piece in as_text(outcome, terminal=sys.stdout.isatty()):
        click.echo(piece, nl=False)


def _tell_role(snapshot: "Snapshot", plan: "Plan") -> None:
    """Say on stderr what the author of the next commit may not do, before it is written; it is written all the same."""
    if not snapshot.of_kind("member"):
        return
    from qafiles.access.hint import hint
    from qafiles.render.escape import escape
    from qafiles.sources.repositories import repository_of

    changes = ((change.path, change.before, change.after) for change in plan.changes)
    sentence = hint(snapshot, repository_of(snapshot.source), changes)
    if sentence is not None:
        click.echo(escape(f"note: {sentence} (`qafiles access check` decides)"), err=True)


def read_value(name: str) -> str:
    """Return the text that `FIELD=@NAME` stands for: of a file, or of stdin for `-`."""
    from qafiles.errors import UsageError

    try:
        content = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise UsageError(f"{name} is no UTF-8 text") from None
    except OSError as error:
        raise UsageError(f"{name} can't be read: {error.strerror}; `@@` begins a text with an @") from error


def _tell(sentence: str) -> None:
    from qafiles.render.escape import escape

    click.echo(f"qafiles: {escape(sentence)}", err=True)


def _quote(output: str) -> None:
    """Repeat on stderr what git and its hooks said."""
    from qafiles.render.escape import escape

    for line in output.splitlines():
        click.echo(escape(line), err=True)
