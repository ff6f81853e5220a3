"""What becomes of an edit that was interrupted: it is finished or undone by the next command that edits."""

from typing import NamedTuple

from qafiles.edits.working_tree import WorkingTree
from qafiles.edits.writing.apply import (
    back,
    changed_afterwards,
    commit_made,
    end,
    forward,
    is_feasible,
    stays,
)
from qafiles.edits.writing.journal import read_journal
from qafiles.edits.writing.on_step import OnStep, no_step
from qafiles.edits.writing.staging import remove_leftovers
from qafiles.errors import EditFailedError, GitError
from qafiles.git.index import LeftBehind, forget_added, index_as_committed


class Recovery(NamedTuple):
    """A sentence on what became of an interrupted edit, and what it would have told at its end, where it was finished."""

    sentence: str
    afterwards: tuple[str, ...] = ()


def recover(tree: WorkingTree, on_step: OnStep = no_step) -> Recovery | None:
    """Finish or undo an interrupted edit and return what to say about it, None when there was none.

    An edit that was to end with a commit is undone unless that commit was made. The lock must be held. Raises
    EditFailedError when the journal can't be used.
    """
    try:
        journal = read_journal(tree.state)
        if journal is None:
            remove_leftovers(tree)
            return None
        foreign: list[str] = []
        made = commit_made(tree, journal) is not None if journal.commits else is_feasible(tree, journal)
        changed = changed_afterwards(tree, journal) if not made else []
        if not made and not changed:
            foreign = back(tree, journal, on_step)
        elif made and not journal.commits:
            forward(tree, journal, on_step)
        if journal.commits and tree.repository is not None:
            paths = [tree.prefix + step.path for step in journal.steps]
            if made:
                written = {tree.prefix + step.path: step.after for step in journal.steps}
                index_as_committed(tree.repository, paths, LeftBehind(journal.head, written))
            else:
                forget_added(tree.repository, paths)
        end(tree, journal, on_step)
    except (OSError, ValueError, GitError) as error:
        raise EditFailedError(
            f"an edit was interrupted, and its journal {tree.state.journal} can't be used ({error}); the old and the "
            "new texts lie beside it. Put the files right, then delete the journal"
        ) from error
    if changed:
        return Recovery(f"an edit that was interrupted ({journal.title}) is not undone: {stays(changed)}")
    how = "finished" if made else "undone"
    left = f"; changed meanwhile and left alone: {', '.join(foreign)}" if foreign else ""
    sentence = f"an edit that was interrupted ({journal.title}) was {how}{left}"
    return Recovery(sentence, journal.afterwards if made else ())
