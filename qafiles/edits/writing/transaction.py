"""One edit from beginning to end: lock, load, propose, plan, write, commit."""

import time
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Final

from qafiles.edits.working_tree import WorkingTree, working_tree
from qafiles.edits.writing.at_rest import is_at_rest, tree_at_rest
from qafiles.edits.writing.lock import locked
from qafiles.edits.writing.options import EditOptions, Outcome
from qafiles.loading.data_root import load_as_kept
from qafiles.processes import collector_paused
from qafiles.rules.file_rules import late_examiner
from qafiles.snapshot import Snapshot

if TYPE_CHECKING:
    from collections.abc import Callable

    from qafiles.cache.working_tree import WorkingTree as AskedTree
    from qafiles.edits.proposal import Proposal

__all__ = ["EditOptions", "Outcome", "transact"]

_PLAIN = EditOptions()
_OLD: Final = 500_000_000
"""Nanoseconds after which git is asked anew: other programs, too, may have changed files, as while a command waited for its input."""


@collector_paused()
def transact(
    folder: str | Path,
    propose: "Callable[[Snapshot], Proposal]",
    options: EditOptions = _PLAIN,
    asked: "AskedTree | None" = None,
) -> Outcome:
    """Return the outcome of an edit of the data root at or above a folder, which sees no other edit half done.

    `propose` gets the snapshot as it is once the lock is held; where no other edit has been made since, it comes from what git was
    `asked` just before. Raises what it raises, EditRefusedError for new errors and
    for work that would be lost, EditFailedError for what the files, the disk or git do not allow, and QafilesError as `load` does.
    """
    is_plain = not options.resolves and (options.message is None or bool(options.message.strip()))
    tree = tree_at_rest(folder, asked) if is_plain else None
    outcome = _at_rest(tree, folder, propose, options, asked) if tree is not None else None
    if outcome is not None:
        return outcome
    from qafiles.edits.writing.carrying_out import in_any_state  # noqa: PLC0415  # imported while git is at work

    return in_any_state(folder, propose, options)


def _at_rest(
    tree: WorkingTree,
    folder: str | Path,
    propose: "Callable[[Snapshot], Proposal]",
    options: EditOptions,
    asked: "AskedTree | None",
) -> Outcome | None:
    """Return the outcome of an edit of files that earlier runs have read; None where they have to be listed before it."""
    if options.dry_run:
        is_old = asked is not None and time.monotonic_ns() - asked.asked_at > _OLD
        snapshot = _as_kept(tree, folder, options.modules, None if is_old else asked)
        if snapshot is None:
            return None
        from qafiles.edits.writing.carrying_out import plan_of  # noqa: PLC0415  # imported while git is at work

        return Outcome(plan_of(tree, snapshot, propose, options))
    with locked(tree.state.lock, options.patience, options.on_message) as lock:
        # What was true before is looked at again, since others may have edited meanwhile.
        age = time.monotonic_ns() - asked.asked_at if asked is not None else 0
        if age > _OLD or not lock.is_first_in(age):
            asked = None
        snapshot = _as_kept(tree, folder, options.modules, asked) if is_at_rest(tree) else None
        if snapshot is None:
            return None
        from qafiles.edits.writing.carrying_out import made  # noqa: PLC0415  # as above

        return made(tree, snapshot, propose, options, descriptor=lock.descriptor)


def _as_kept(
    tree: WorkingTree, folder: str | Path, modules: tuple[str, ...], asked: "AskedTree | None"
) -> Snapshot | None:
    """Return the snapshot of a working tree that is known to be this one, None where it has to be loaded as a whole."""
    meanwhile = partial(_import_the_rest, modules)
    snapshot = load_as_kept(folder, late_examiner(), meanwhile=meanwhile, tree=asked)
    return snapshot if snapshot is not None and working_tree(snapshot.source) == tree else None


_MODULES: Final = (
    "qafiles.edits.writing.carrying_out",
    "qafiles.loading.renewal",
    "qafiles.schema.validators",
)
"""What every edit needs once the data root is loaded, in its order."""


def _import_the_rest(modules: tuple[str, ...]) -> None:
    """Import what comes next, which takes as long as git does."""
    for name in (_MODULES[0], *modules, *_MODULES[1:]):
        import_module(name)
    from qafiles.schema.validators import validator  # noqa: PLC0415  # as the others

    validator()
