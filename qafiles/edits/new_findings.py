"""What an edit brings that was not found before it, with as few rules as can tell."""

from collections.abc import Collection
from dataclasses import replace

from qafiles.diagnostics import Diagnostic
from qafiles.edits.proposal import Proposal
from qafiles.loading.renewal import with_texts
from qafiles.rules import OF_LOADER
from qafiles.rules.check import check
from qafiles.snapshot import Snapshot


def as_loaded(snapshot: Snapshot) -> Snapshot:
    """Return a snapshot with what the loader finds in its files, and without what rules have found."""
    own = tuple(item for item in snapshot.diagnostics if item.code.startswith(OF_LOADER))
    # What a snapshot has looked up already is looked up once.
    return snapshot if len(own) == len(snapshot.diagnostics) else replace(snapshot, diagnostics=own)


def loaded_outcome(snapshot: Snapshot, proposal: Proposal) -> Snapshot:
    """Return the snapshot that a proposal would lead to, with what the loader finds in its files."""
    texts = {change.path: change.after for change in proposal.changes}
    after, read = with_texts(snapshot, texts)
    is_declared_alike = after.settings.fields == snapshot.settings.fields
    again = {*texts, "qafiles.yaml"} if is_declared_alike else {d.path for d in snapshot.diagnostics}
    other_findings = [d for d in snapshot.diagnostics if d.code.startswith(OF_LOADER) and d.path not in again]
    return replace(after, diagnostics=(*other_findings, *read))


def new_findings(before: Snapshot, after: Snapshot, proposal: Proposal) -> tuple[Diagnostic, ...]:
    """Return the diagnostics of all rules after an edit that there were not before it, sorted.

    Of the state before, those rules are asked that find something afterwards.
    """
    findings = check(after).diagnostics
    earlier = _of_codes(as_loaded(before), {item.code for item in findings})
    known = {item.fingerprint for item in earlier}
    # A file without an id is known by its path, so that its findings seem to be new when it is moved.
    moved = {(item.path, item.code, item.message) for item in earlier}
    return tuple(
        item
        for item in findings
        if item.fingerprint not in known
        and (proposal.moves.get(item.path, item.path), item.code, item.message) not in moved
    )


def _of_codes(snapshot: Snapshot, codes: Collection[str]) -> tuple[Diagnostic, ...]:
    """Return the diagnostics of some rules and those of the loader."""
    return check(snapshot, only=frozenset(codes)).diagnostics
