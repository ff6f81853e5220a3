"""Many files of a data root written as one edit: formatted, or fixed."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from qafiles.edits.proposal import Proposal
from qafiles.edits.proposals.fix import FixPlan, fixing
from qafiles.edits.proposals.fixes import NewId
from qafiles.edits.proposals.fmt import Formatting, formatting
from qafiles.edits.writing.transaction import EditOptions, Outcome, transact
from qafiles.snapshot import Snapshot

_PLAIN: Final = EditOptions()


def format_files(
    folder: str | Path = ".", paths: Sequence[str] | None = None, options: EditOptions = _PLAIN
) -> tuple[Formatting, Outcome]:
    """Write the canonical text of every entity file of a data root, or of some of it, and return what that changed.

    Raises QafilesError as `transact` does.
    """
    formattings: list[Formatting] = []

    def propose(snapshot: Snapshot) -> Proposal:
        formattings.append(formatting(snapshot.source, paths))
        return formattings[-1].proposal

    outcome = transact(folder, propose, options)
    return formattings[-1], outcome


def fix_files(
    folder: str | Path = ".",
    paths: Sequence[str] | None = None,
    options: EditOptions = _PLAIN,
    *,
    by_place: bool = False,
    mint: NewId | None = None,
) -> tuple[FixPlan, Outcome]:
    """Mend the files of a data root, or some of them, and return what was mended and what was written.

    Raises QafilesError as `transact` does.
    """
    plans: list[FixPlan] = []

    def propose(snapshot: Snapshot) -> Proposal:
        plans.append(fixing(snapshot, paths, by_place=by_place, mint=mint))
        return plans[-1].proposal

    result = transact(folder, propose, options)
    return plans[-1], result
