"""Refusals as findings, and what was taken for granted in the mode in which they were made."""

from collections.abc import Iterator

from qafiles.access.check import AccessCheck
from qafiles.access.judging import Ruling
from qafiles.codes import NAMES
from qafiles.diagnostics import Diagnostic, EntityName, Severity
from qafiles.fingerprints import with_fingerprints
from qafiles.layout import Place, classify


def findings_of(check: AccessCheck) -> tuple[Diagnostic, ...]:
    """Return the refusals as diagnostics: one for each commit, path and rule."""
    distinct = {(ruling.commit, ruling.path, ruling.code, ruling.why): ruling for ruling in check.refusals}
    return with_fingerprints(_diagnostic(check, ruling) for ruling in distinct.values())


def _diagnostic(check: AccessCheck, ruling: Ruling) -> Diagnostic:
    file = check.snapshot.files.get(ruling.path)
    place = classify(ruling.path)
    entity = EntityName(place.kind, None, place.handle) if isinstance(place, Place) else None
    severity: Severity = "error" if ruling.is_error else "warning"
    return Diagnostic(
        ruling.code,
        NAMES[ruling.code],
        severity,
        f"{named(ruling)}: {ruling.why}",
        ruling.path,
        entity=file.name if file is not None else entity,
        hint=ruling.hint,
        fingerprint=ruling.commit.name if ruling.commit is not None else ruling.why,
    )


def named(ruling: Ruling) -> str:
    """Return what a ruling is about: a commit, or the change as a whole."""
    return f"commit {ruling.commit.name[:10]}" if ruling.commit is not None else "as a whole"


def not_proven(check: AccessCheck) -> Iterator[str]:
    """Yield what the mode does not prove, and what was not looked at."""
    base = check.base[:10]
    if not check.commits:
        return
    if check.is_bootstrap:
        yield f"who made these changes: nobody had a role as of {base}, and the first members were taken as they come"
    elif check.mode == "platform":
        maker = f"`--actor {check.word.actor}`" if check.word.actor else "nobody, as `--actor` was not given,"
        others = f" and `--approved-by {' '.join(check.word.approved_by)}`" if check.word.approved_by else ""
        yield (
            f"who made these changes (mode platform, roles as of {base}): {maker}{others} is the word of whoever ran this "
            "command; authors and signatures of commits do not count, and whether an approval is for the last commit is "
            "the platform's to say"
        )
    else:
        word = "; `--actor` and `--approved-by` are not believed" if check.word.claims else ""
        unsigned = (
            "; an unsigned commit counts as its author's e-mail says, which proves nothing"
            if check.mode == "warn"
            else ""
        )
        yield (
            f"who pushed these changes, and whose hands the keys are in (mode signatures, roles as of {base}){unsigned}{word}"
        )
    if check.outside:
        paths = "1 changed path" if check.outside == 1 else f"{check.outside:,} changed paths"
        yield f"{paths} outside the data root, whose roles say nothing about them"


def explained(check: AccessCheck) -> Iterator[str]:
    """Yield a line for each ruling: the commit, the operation, the path, and who may do it, or may not, and why."""
    for ruling in check.rulings:
        verdict = "allowed" if ruling.is_allowed else "refused" if ruling.is_error else "noted"
        who = f"{ruling.who}: " if ruling.is_allowed else ""
        yield f"{named(ruling)}  {verdict}  {ruling.what} {ruling.path}: {who}{ruling.why}"
