"""Many files of a data root written as one edit: formatted, or fixed."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from qafiles.edits.proposal import Proposal
from qafiles.edits.proposals.fix import Fixing, fixing
from qafiles.edits.proposals.fmt import Formatting, formatting
from qafiles.edits.proposals.mends import Mint
from qafiles.edits.writing.transaction import Outcome, Wishes, transact
from qafiles.snapshot import Snapshot

_PLAIN: Final = Wishes()


def format_files(
    folder: str | Path = ".", paths: Sequence[str] | None = None, wishes: Wishes = _PLAIN
) -> tuple[Formatting, Outcome]:
    """Write the canonical text of every entity file of a data root, or of some of it, and return what that changed.

    Raises QafilesError as `transact` does.
    """
    found: list[Formatting] = []

    def propose(snapshot: Snapshot) -> Proposal:
        found.append(formatting(snapshot.source, paths))
        return found[-1].proposal

    outcome = transact(folder, propose, wishes)
    return found[-1], outcome


def fix_files(
    folder: str | Path = ".",
    paths: Sequence[str] | None = None,
    wishes: Wishes = _PLAIN,
    *,
    by_place: bool = False,
    mint: Mint | None = None,
) -> tuple[Fixing, Outcome]:
    """Mend the files of a data root, or some of them, and return what was mended and what was written.

    Raises QafilesError as `transact` does.
    """
    found: list[Fixing] = []

    def propose(snapshot: Snapshot) -> Proposal:
        found.append(fixing(snapshot, paths, by_place=by_place, mint=mint))
        return found[-1].proposal

    result = transact(folder, propose, wishes)
    return found[-1], result
