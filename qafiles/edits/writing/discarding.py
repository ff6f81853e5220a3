"""Work that an edit would discard: what a file holds that is deleted or replaced, and no commit has."""

from qafiles.edits.proposal import Proposal
from qafiles.edits.working_tree import WorkingTree
from qafiles.errors import EditRefusedError
from qafiles.git.uncommitted import uncommitted, untracked

_SHOWN = 20


def refuse_discarding(tree: WorkingTree, proposal: Proposal) -> None:
    """Raise EditRefusedError, with their paths, when files that an edit discards are not as they were committed.

    Without git nothing is known of earlier states, and nothing is refused.
    """
    if tree.repository is None:
        return
    paths = sorted(
        tree.prefix + change.path
        for change in proposal.changes
        if change.path in proposal.discarded and change.before is not None
    )
    if not paths:
        return
    new = untracked(tree.repository, paths)
    lost = [f"{path}: git does not track it" for path in new]
    lost += [
        f"{path}: has changes that are not committed"
        for path in uncommitted(tree.repository, paths)
        if path not in new
    ]
    if not lost:
        return
    more = [f"and {len(lost) - _SHOWN} more"] if len(lost) > _SHOWN else []
    raise EditRefusedError(
        f"to {proposal.title} would lose work that no commit has; commit it first, move it away, or "
        "discard it with `--force`. Nothing was written",
        places=(*lost[:_SHOWN], *more),
    )
