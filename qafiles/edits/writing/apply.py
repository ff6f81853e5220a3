"""Writing an edit: all of its files or none, whatever happens in between.

New and old bytes are staged first; then the journal is written, and from there on the edit counts. Files are replaced
by renaming, the journal goes last. Whoever finds a journal finishes the edit or undoes it.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

from qafiles.edits.proposal import Proposal
from qafiles.edits.working_tree import WorkingTree, digest
from qafiles.edits.writing.journal import Journal, Step, remove_journal, sync_folder, write_journal
from qafiles.edits.writing.on_step import OnStep, no_step
from qafiles.edits.writing.staging import remove_folder, remove_leftovers, stage, staged_folder
from qafiles.errors import EditFailedError
from qafiles.git.commit import commit_since
from qafiles.git.index import index_as_committed
from qafiles.git.uncommitted import current_head

_AS_BEFORE: Final = "the files are as they were"


def write(
    tree: WorkingTree,
    proposal: Proposal,
    *,
    commit: Callable[[Path], None] | None = None,
    on_step: OnStep = no_step,
    on_message: OnStep = no_step,
) -> None:
    """Write the files of an edit, all or none; the lock must be held and no journal be there.

    `commit` ends the edit, and gets a folder for its own files: when it fails and git has made no commit, the files are
    put back, or stay as they are where a hook or an editor went on with them. `on_message` hears of a commit that was made though
    it was interrupted, and of files that could not be put back. Raises EditFailedError, and what `commit` raises.
    """
    on_step("stage")
    folder, steps = stage(tree, proposal)
    head = current_head(tree.repository) if commit is not None and tree.repository is not None else None
    journal = Journal(proposal.title, folder.name, steps, commit is not None, head, proposal.afterwards)
    try:
        on_step("journal")
        write_journal(tree.state, journal)
    except OSError as error:
        remove_folder(folder)
        raise EditFailedError(
            f"the journal can't be written: {error.strerror}; nothing was changed"
        ) from error
    try:
        forward(tree, journal, on_step)
        _refuse_late_writing(tree, journal)
        if commit is not None:
            on_step("commit")
            commit(folder)
    except BaseException as error:
        made = commit_made(tree, journal)
        if made is not None and tree.repository is not None:
            index_as_committed(tree.repository, [tree.prefix + step.path for step in journal.steps])
            end(tree, journal, on_step)
            left = f"the commit {made} is made, and all files belong to it"
        else:
            left = _put_back(tree, journal, on_step)
        if isinstance(error, OSError):
            raise EditFailedError(
                f"{error.filename or 'a file'} can't be written: {error.strerror}; {left}"
            ) from error
        if isinstance(error, EditFailedError):
            raise EditFailedError(f"{error}; {left}", error.details) from error
        if left != _AS_BEFORE:
            on_message(left)
        raise
    end(tree, journal, on_step)


def commit_made(tree: WorkingTree, journal: Journal) -> str | None:
    """Return the commit with which an edit ends, None where git has not made it; then not all files may be written."""
    if not journal.commits or tree.repository is None:
        return None
    wanted = {tree.prefix + step.path: step.after is not None for step in journal.steps}
    written = {tree.prefix + step.path for step in journal.steps if tree.digest(step.path) == step.after}
    return commit_since(tree.repository, journal.head, wanted, written)


def changed_afterwards(tree: WorkingTree, journal: Journal) -> list[str]:
    """Return the paths that somebody changed once every file of an edit was written, as a hook that formats does.

    What they hold is based on the new state, so that undoing the edit in the other files would mix it with the old one.
    """
    folder = staged_folder(tree, journal)
    digests = [(step, tree.digest(step.path)) for step in journal.steps]
    if not all(_is_written(folder, number, *item) for number, item in enumerate(digests)):
        return []
    return [step.path for step, now in digests if now != step.after]


def stays(changed: list[str]) -> str:
    """Return a sentence about an edit that is not undone since these paths were changed."""
    return f"all files stay as the edit wrote them, without a commit, since somebody changed {', '.join(changed)} afterwards"


def _put_back(tree: WorkingTree, journal: Journal, on_step: OnStep) -> str:
    """Undo what was written, and return how that went."""
    try:
        changed = changed_afterwards(tree, journal)
        if changed:
            end(tree, journal, on_step)
            return stays(changed)
        foreign = back(tree, journal, on_step)
        end(tree, journal, on_step)
    except OSError as error:
        return (
            f"putting the files back failed, too ({error.strerror}); the next command that edits tries again"
        )
    if foreign:
        return f"the other files are as they were; changed meanwhile and left alone: {', '.join(foreign)}"
    return _AS_BEFORE


def is_feasible(tree: WorkingTree, journal: Journal) -> bool:
    """Return whether nothing stands in the way of the new state.

    What is not written yet is as the edit read it, and its new bytes still wait: git may have taken back what was written.
    """
    folder = staged_folder(tree, journal)
    return all(
        _is_written(folder, number, step, current)
        or (current == step.before and (step.after is None or _waits(folder, number)))
        for number, step in enumerate(journal.steps)
        for current in [tree.digest(step.path)]
    )


def _is_written(folder: Path, number: int, step: Step, current: str | None) -> bool:
    """Return whether a step was taken; somebody may have changed its file again afterwards."""
    if current == step.after:
        return True
    return step.after is not None and not _waits(folder, number) and current != step.before


def _waits(folder: Path, number: int) -> bool:
    return os.path.lexists(folder / f"{number}.new")


def forward(tree: WorkingTree, journal: Journal, on_step: OnStep) -> None:
    """Take the steps that were not taken: what is new first, so that no entity is missing at any time."""
    folder = staged_folder(tree, journal)
    numbered = sorted(enumerate(journal.steps), key=lambda item: item[1].after is None)
    for number, step in numbered:
        current = tree.digest(step.path)
        if _is_written(folder, number, step, current):
            continue
        if current != step.before:
            raise EditFailedError(f"{step.path} was changed while the edit was written")
        place = tree.place(step.path)
        on_step(f"write {step.path}" if step.after is not None else f"delete {step.path}")
        if step.after is None:
            place.unlink()
        else:
            place.parent.mkdir(parents=True, exist_ok=True)
            (folder / f"{number}.new").replace(place)
    _sync(tree, journal)


def _refuse_late_writing(tree: WorkingTree, journal: Journal) -> None:
    """Raise EditFailedError when an old file was changed in place, by an editor that had it open when it was replaced."""
    folder = staged_folder(tree, journal)
    for number, step in enumerate(journal.steps):
        if step.before is not None and not _is_old_intact(folder, number, step):
            raise EditFailedError(f"{step.path} was changed while the edit was written")


def _is_old_intact(folder: Path, number: int, step: Step) -> bool:
    """Return whether the old bytes of a step wait as they were read; they wait in the old file itself where possible."""
    return digest((folder / f"{number}.old").read_bytes()) == step.before


def back(tree: WorkingTree, journal: Journal, on_step: OnStep) -> list[str]:
    """Undo the steps that were taken; return the paths that somebody changed meanwhile, which keep what they hold."""
    foreign = []
    folder = staged_folder(tree, journal)
    numbered = sorted(enumerate(journal.steps), key=lambda item: item[1].before is None)
    for number, step in numbered:
        current = tree.digest(step.path)
        if current == step.before:
            continue
        if current != step.after:
            foreign.append(step.path)
            continue
        place = tree.place(step.path)
        on_step(f"restore {step.path}" if step.before is not None else f"remove {step.path}")
        if step.before is None:
            place.unlink()
        else:
            if not _is_old_intact(folder, number, step):
                foreign.append(step.path)
            place.parent.mkdir(parents=True, exist_ok=True)
            (folder / f"{number}.old").replace(place)
    _sync(tree, journal)
    return foreign


def _sync(tree: WorkingTree, journal: Journal) -> None:
    for folder in {tree.place(step.path).parent for step in journal.steps}:
        if folder.is_dir():
            sync_folder(folder)


def end(tree: WorkingTree, journal: Journal, on_step: OnStep) -> None:
    """Remove folders that the edit left empty, and then its journal, after which it is over."""
    on_step("end")
    for step in journal.steps:
        _remove_empty(tree, tree.place(step.path).parent)
    remove_journal(tree.state)
    on_step("clean")
    remove_leftovers(tree)


def _remove_empty(tree: WorkingTree, folder: Path) -> None:
    while folder != tree.root and tree.root in folder.parents:
        try:
            folder.rmdir()
        except FileNotFoundError:
            pass
        except OSError:
            return  # it holds something
        folder = folder.parent
