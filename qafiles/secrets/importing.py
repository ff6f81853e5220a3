"""Many values set at once, all or nothing."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from qafiles.edits.proposal import Proposal
from qafiles.errors import UsageError
from qafiles.secrets.dotenv import Assignment
from qafiles.secrets.names import name_in
from qafiles.secrets.threads import Counted, in_threads, unseen
from qafiles.secrets.writing import NewValue, set_secret
from qafiles.snapshot import Snapshot

if TYPE_CHECKING:
    from qafiles.models.environments import Environment


def imported(
    snapshot: Snapshot,
    items: Sequence[Assignment],
    *,
    project: str | None = None,
    environment: "Environment | None" = None,
    progress: Counted = unseen,
) -> tuple[Proposal, tuple[str, ...]]:
    """Return the proposal that sets all values, and a sentence about each that changes something.

    Raises UsageError with the line of the name or value that can't be, UnknownEntityError and SopsError.
    """
    if not items:
        raise UsageError("there is nothing to import: no line is NAME=VALUE")

    def made(item: Assignment) -> NewValue:
        try:
            return set_secret(snapshot, name_in(item.name, environment), item.value, project=project)
        except UsageError as error:
            reason = f"line {item.line}: {item.name}: {error}; nothing was written"
        raise UsageError(reason)

    values = [*in_threads(made, items, progress)]
    changes = tuple(change for value in values for change in value.proposal.changes)
    notes = tuple(
        f"{item.name}: {value.note}"
        for item, value in zip(items, values, strict=True)
        if value.proposal.changes
    )
    same = len(items) - len(notes)
    if same:
        notes = (*notes, f"{same} unchanged")
    title = f"import {len(items)} secret{'s' if len(items) > 1 else ''}"
    return Proposal(title, changes), notes
