"""The check of a working tree that has been checked before: files, and what rules found, are taken from what is kept of them."""

from pathlib import Path

from qafiles.loading.kept_files import load_kept
from qafiles.loading.row_loading import Progress
from qafiles.processes import collector_paused
from qafiles.rules.check import check
from qafiles.rules.file_rules import late_examiner
from qafiles.rules.stored_findings import StoredFindings
from qafiles.sources.git_objects import MISSING
from qafiles.validation.kept import KeptVerdict
from qafiles.validation.of_snapshot import is_whole_in_git, verdict_of
from qafiles.validation.verdict import Verdict


@collector_paused()
def verdict_again(
    known: KeptVerdict, folder: str | Path = ".", progress: Progress | None = None
) -> Verdict | None:
    """Return the verdict on a working tree, whose kept verdict is not the one on it any more; None where only `load` can tell.

    It is the one on what `load` returns, and is kept; `folder` is where the data root was looked for. Raises DataRootError as
    `load` does.
    """
    if not known.tree.others_are_known():
        known.tree.walk()
    preparation = known.preparation
    preparation.begin(known.answer.changed_since() or ())
    try:
        snapshot = load_kept(known.tree, late_examiner(), progress, ahead=preparation.ahead)
    finally:
        preparation.end()
    stored = StoredFindings.of(snapshot) if snapshot is not None else None
    if snapshot is None or stored is None or not is_whole_in_git(snapshot.source):
        return None
    if any(item.message == MISSING.message for item in snapshot.diagnostics):
        return None
    checked = check(snapshot, earlier=stored.earlier())
    del snapshot  # what rules have looked up is as large as all that follows
    verdict = verdict_of(checked, folder)
    # Nothing has changed, then, since the files were read.
    if known.write(verdict, checked.entries):
        stored.write(checked)
    return verdict
