"""How an edit is to be made, and what it came to."""

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from qafiles.edits.writing.lock import PATIENCE
from qafiles.edits.writing.on_step import OnStep, no_step

if TYPE_CHECKING:
    from qafiles.edits.plan import Plan
    from qafiles.git.commit import Commit


def _unseen(plan: "Plan") -> None:
    """Do nothing."""
    del plan


class Outcome(NamedTuple):
    """What an edit came to: its plan, whether it was written, and the commit, if one was made."""

    plan: "Plan"
    written: bool = False
    commit: "Commit | None" = None
    recovered: str | None = None
    """A sentence about an earlier edit that had been interrupted."""


class EditOptions(NamedTuple):
    """How an edit is to be made: tried out only, or with a commit; `on_message` hears what takes long.

    `force` discards work that no commit has, where the edit deletes or replaces files. `resolves` is for an edit that
    resolves a conflict: files in conflict do not stand in its way. `on_plan` sees the plan before anything is written, and may
    raise instead. What became of an earlier edit is told through `on_message` before anything else. `modules` are names of those
    that the proposal and `on_plan` are going to need: they are imported while git is at work.
    """

    dry_run: bool = False
    message: str | None = None
    patience: float = PATIENCE
    on_message: Callable[[str], None] = no_step
    on_step: OnStep = no_step
    force: bool = False
    resolves: bool = False
    on_plan: "Callable[[Plan], None]" = _unseen
    modules: tuple[str, ...] = ()
