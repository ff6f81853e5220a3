"""The parts of an edit once it has begun: it is planned, written and committed; what may stand in its way is looked at."""

import os
from collections.abc import Callable
from pathlib import Path

from qafiles.edits.plan import Plan, planned
from qafiles.edits.proposal import Proposal
from qafiles.edits.working_tree import WorkingTree, working_tree
from qafiles.edits.writing.apply import write
from qafiles.edits.writing.discarding import refuse_discarding
from qafiles.edits.writing.lock import is_locked_by_caller, lock_variables, locked
from qafiles.edits.writing.options import EditOptions, Outcome
from qafiles.edits.writing.recovery import recover
from qafiles.edits.writing.staging import remove_leftovers
from qafiles.errors import EditFailedError, UsageError
from qafiles.git.commit import Commit, CommitLock, commit_paths
from qafiles.git.index import CommitRefusedError
from qafiles.git.uncommitted import ignored, operation_in_progress, uncommitted, unmerged, wait_for_index
from qafiles.loading.data_root import load_data_root
from qafiles.rules.file_rules import examiner
from qafiles.snapshot import Snapshot
from qafiles.sources import FolderSource, Source
from qafiles.sources.data_root import open_source


def in_any_state(
    folder: str | Path, propose: Callable[[Snapshot], Proposal], options: EditOptions
) -> Outcome:
    """Return the outcome of an edit before which everything is looked at that may stand in its way."""
    source = open_source(folder)
    tree = working_tree(source)
    _refuse_sparse(source)
    if options.message is not None and not options.message.strip():
        raise UsageError("a commit needs a message; write it behind `-m`")
    if options.message is not None and tree.repository is None and source.unchecked:
        raise EditFailedError(f"nothing can be committed: {'; '.join(source.unchecked)}. Nothing was written")
    if options.dry_run:
        snapshot = _loaded(folder)
        return Outcome(plan_of(tree, snapshot, propose, options))
    if is_locked_by_caller(tree.state.lock):
        return _inside(folder, propose)
    with locked(tree.state.lock, options.patience, options.on_message) as lock:
        _refuse_unready(tree, commits=options.message is not None, resolves=options.resolves)
        recovery = recover(tree, options.on_step)
        for line in [recovery.sentence, *recovery.afterwards] if recovery is not None else ():
            options.on_message(line)
        recovered = recovery.sentence if recovery is not None else None
        return made(tree, _loaded(folder), propose, options, descriptor=lock.descriptor, recovered=recovered)


def made(  # noqa: PLR0913  # one caller for each way to load
    tree: WorkingTree,
    snapshot: Snapshot,
    propose: Callable[[Snapshot], Proposal],
    options: EditOptions,
    *,
    descriptor: int,
    recovered: str | None = None,
) -> Outcome:
    """Return the outcome of an edit of a loaded data root, whose lock is held by a descriptor."""
    remove_leftovers(tree)
    plan = plan_of(tree, snapshot, propose, options)
    if not plan.changes:
        return Outcome(plan, recovered=recovered)
    return _written(tree, plan, options, descriptor, recovered)


def _loaded(folder: str | Path) -> Snapshot:
    """Return the snapshot of a working tree with what was found in each file alone, at which no other rule has looked."""
    return load_data_root(folder, examine=examiner())


def plan_of(
    tree: WorkingTree, snapshot: Snapshot, propose: Callable[[Snapshot], Proposal], options: EditOptions
) -> Plan:
    """Return the plan of an edit, of which those that want to know were told."""
    plan = planned(snapshot, propose(snapshot))
    if not options.force:
        refuse_discarding(tree, plan.proposal)
    if plan.changes:
        options.on_plan(plan)
    return plan


def _inside(folder: str | Path, propose: Callable[[Snapshot], Proposal]) -> Outcome:
    """Return the outcome of an edit in a hook of another edit's commit, which waits for it: it may change nothing."""
    snapshot = _loaded(folder)
    plan = planned(snapshot, propose(snapshot))
    if plan.changes:
        raise EditFailedError(
            f"{_listed([change.path for change in plan.changes], verb='')} would be changed by a hook while qafiles "
            "commits; make this edit first, with a commit of its own. Nothing was written"
        )
    return Outcome(plan)


def _written(
    tree: WorkingTree, plan: Plan, options: EditOptions, descriptor: int, recovered: str | None
) -> Outcome:
    repository, message = tree.repository, options.message
    paths = [tree.prefix + change.path for change in plan.changes]
    made: list[Commit] = []
    if repository is not None:
        hidden = ignored(
            repository, [tree.prefix + change.path for change in plan.changes if change.before is None]
        )
        if hidden:
            raise EditFailedError(
                f"git ignores {hidden[0]}, where the new file would be lost to it; change .gitignore first. "
                "Nothing was written"
            )
    if repository is None or message is None:
        write(tree, plan.proposal, on_step=options.on_step)
        return Outcome(plan, written=True, recovered=recovered)
    open_work = uncommitted(repository, paths)
    if open_work:
        raise EditFailedError(
            f"{_listed(open_work)} changes that are not committed, and a commit would take them along; commit "
            "them first, or edit without --commit. Nothing was written"
        )

    def commit(folder: Path) -> None:
        try:
            made.append(
                commit_paths(
                    repository,
                    message,
                    paths,
                    folder=folder,
                    lock=CommitLock(descriptor, lock_variables(tree.state.lock)),
                )
            )
        except CommitRefusedError as error:
            raise EditFailedError(str(error), error.output) from error

    write(tree, plan.proposal, commit=commit, on_step=options.on_step, on_message=options.on_message)
    return Outcome(plan, written=True, commit=made[0], recovered=recovered)


def _refuse_sparse(source: Source) -> None:
    """Raise EditFailedError where files are not checked out, whose references nobody would see."""
    left_out = source.left_out() if isinstance(source, FolderSource) else []
    if left_out:
        raise EditFailedError(
            f"{_listed(left_out, verb='')} {'is' if len(left_out) == 1 else 'are'} not checked out, and may refer to "
            "what an edit changes; `git sparse-checkout disable` checks all files out. Nothing was written"
        )


def _refuse_unready(tree: WorkingTree, *, commits: bool, resolves: bool) -> None:
    """Raise EditFailedError where git is in the middle of something."""
    repository = tree.repository
    if repository is None:
        if commits:
            raise EditFailedError(
                f"git keeps no files of {tree.root}, so nothing can be committed; nothing was written"
            )
        return
    operation = operation_in_progress(repository)
    conflicts = [] if resolves and not commits else unmerged(repository, tree.prefix.rstrip("/"))
    if conflicts:
        what = f"a {operation.name} left conflicts" if operation else "there are unresolved conflicts"
        raise EditFailedError(
            f"{what}: {_listed(conflicts, verb='')}; resolve them and `git add` the files first. Nothing was written"
        )
    if commits and operation is not None:
        raise EditFailedError(
            f"a {operation.name} is in progress, and a commit now would become part of it; end it with "
            f"`{operation.to_continue}` or `{operation.to_abort}`, or edit without --commit. Nothing was written"
        )
    # In a hook, the git command that waits for its end may hold the index.
    if (commits or "GIT_INDEX_FILE" not in os.environ) and not wait_for_index(repository):
        raise EditFailedError(
            f"another git process holds {repository.git_dir / 'index.lock'}; when none is running, delete that file. "
            "Nothing was written"
        )


def _listed(paths: list[str], verb: str = " has") -> str:
    if len(paths) == 1:
        return paths[0] + verb
    more = f" and {len(paths) - 3} more" if len(paths) > 3 else ""
    return ", ".join(paths[:3]) + more + (" have" if verb else "")
