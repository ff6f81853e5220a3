"""An edit as a command makes it: what is told before it is written, and its outcome."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from qafiles.cli.consent import consent, gains_of, tell_readers_of_new
from qafiles.cli.talk import quote, tell, write

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from qafiles.cache.working_tree import WorkingTree
    from qafiles.edits.plan import Plan
    from qafiles.edits.proposal import Proposal
    from qafiles.edits.writing.options import Outcome
    from qafiles.secrets.gains import Gain
    from qafiles.snapshot import Snapshot
    from qafiles.sops_files.recipients import Recipient


class EditFlags(NamedTuple):
    """How the command line wants an edit to be made."""

    dry_run: bool
    message: str | None
    format_: str
    force: bool = False
    yes: bool = False


_MODULES: Final = ("qafiles.render.edits",)
"""What every edit needs here once it is planned."""


def make_edit(  # one parameter for each kind of command
    folder: Path,
    flags: EditFlags,
    propose: "Callable[[Snapshot], Proposal]",
    asked: "WorkingTree | None" = None,
    *,
    resolves: bool = False,
    announced: "Collection[tuple[Recipient, str]]" = (),
    modules: tuple[str, ...] = (),
) -> "Outcome":
    """Return the outcome of an edit, after it was made and what it changed was printed; what is refused is told on stderr, and as JSON where that is asked for.

    `resolves` is for an edit that resolves a conflict. Who gains access to secrets is told, and asked about, before anything
    is written; `asked` is a working tree that git was asked about. `announced` are the recipients and handles of secrets of which that was done. `modules` are what `propose` needs.
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
            on_message=lambda sentence: tell(f"qafiles: {sentence}"),
            force=flags.force,
            resolves=resolves,
            on_plan=on_plan,
            modules=(*modules, *_MODULES),
        )
        with collector_paused():
            outcome = transact(folder, proposed, options, asked)
    except EditRefusedError as error:
        from qafiles.render.edits import refusal_as_json, refusal_as_text

        if flags.format_ == "json":
            write(refusal_as_json(error))
        for line in refusal_as_text(error):
            write(line, err=True)
        raise
    except EditFailedError as error:
        quote(error.details)
        raise
    from qafiles.render.edits import as_json, as_text

    if outcome.commit is not None:
        quote(outcome.commit.output)
    for note in outcome.plan.proposal.notes:
        tell(f"note: {note}")
    if flags.format_ == "json":
        write(as_json(outcome, gained))
        return outcome
    for piece in as_text(outcome, terminal=sys.stdout.isatty()):
        write(piece)
    return outcome


def _tell_role(snapshot: "Snapshot", plan: "Plan") -> None:
    """Say on stderr what the author of the next commit may not do, before it is written; it is written all the same."""
    if not snapshot.of_kind("member"):
        return
    from qafiles.access.hint import hint
    from qafiles.sources.repositories import repository_of

    changes = ((change.path, change.before, change.after) for change in plan.changes)
    sentence = hint(snapshot, repository_of(snapshot.source), changes)
    if sentence is not None:
        tell(f"note: {sentence} (`qafiles access check` decides)")
