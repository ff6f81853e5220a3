"""The check of a working tree that has been checked before: files, and what rules found, are taken from what is kept of them."""

from qafiles.cache.surroundings import variable
from qafiles.cache.working_tree import WorkingTree
from qafiles.loading.kept_files import load_kept
from qafiles.loading.row_loading import Progress
from qafiles.processes import collector_paused
from qafiles.rules.check import check
from qafiles.rules.file_rules import late_examiner
from qafiles.rules.stored_findings import StoredFindings
from qafiles.snapshot import Snapshot
from qafiles.snapshot.unread import is_missing


def is_partial() -> bool:
    """Return whether a check may be made of parts of earlier ones: where QAFILES_PARTIAL=1 says so."""
    return variable("QAFILES_PARTIAL") == "1"


@collector_paused()
def checked_again(tree: WorkingTree, progress: Progress | None = None) -> Snapshot | None:
    """Return the checked snapshot of a working tree that git was asked about; None where only `load` can tell.

    It is the one that `load` returns. Raises DataRootError as that does.
    """
    tree.walk()
    snapshot = load_kept(tree, late_examiner(), progress)
    stored = StoredFindings.of(snapshot) if snapshot is not None else None
    if snapshot is None or stored is None or any(map(is_missing, snapshot.diagnostics)):
        return None
    checked = check(snapshot, earlier=stored.earlier())
    stored.write(checked)
    return checked
