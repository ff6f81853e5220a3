"""Plans: what an edit would change, and what the rules say of the outcome, before anything is written."""

from collections.abc import Iterator

from qafiles.diagnostics import Diagnostic
from qafiles.edits.new_findings import as_loaded, loaded_outcome, new_findings
from qafiles.edits.proposal import FileChange, Proposal
from qafiles.errors import EditRefusedError
from qafiles.kinds import Kind
from qafiles.processes import collector_paused
from qafiles.references import Reference
from qafiles.rules.check import check
from qafiles.snapshot import EntityFile, Snapshot
from qafiles.snapshot.lazy import lazy


class Plan:
    """An edit that leaves no new errors: the proposal, the snapshot after it, and its new warnings and infos.

    `loaded` is the snapshot after it as loading would give it, with the findings of the loader alone.
    """

    def __init__(self, proposal: Proposal, loaded: Snapshot, findings: tuple[Diagnostic, ...] = ()) -> None:
        """Take them."""
        self.proposal = proposal
        self.loaded = loaded
        self.findings = findings

    @lazy
    def after(self) -> Snapshot:
        """The snapshot after it with the findings of all rules."""
        return check(self.loaded)

    @property
    def title(self) -> str:
        """What the edit does, in a few words."""
        return self.proposal.title

    @property
    def changes(self) -> tuple[FileChange, ...]:
        """The files that change, sorted by path."""
        return self.proposal.changes


@collector_paused()
def planned(snapshot: Snapshot, proposal: Proposal) -> Plan:
    """Return the plan of a proposal for a snapshot, whether rules have looked at it or not; nothing is written.

    Raises EditRefusedError, with the findings, when the outcome has errors that the snapshot did not have, and when a
    reference would come to mean another entity. Errors that were there already do not stand in the way.
    """
    changes = sorted((c for c in proposal.changes if c.before != c.after), key=lambda change: change.path)
    proposal = proposal._replace(changes=tuple(changes))
    if not changes:
        return Plan(proposal, as_loaded(snapshot))
    after = loaded_outcome(snapshot, proposal)
    new = new_findings(snapshot, after, proposal)
    errors = tuple(d for d in new if d.severity == "error" and d.path not in proposal.revealed)
    if errors:
        count = "an error" if len(errors) == 1 else f"{len(errors)} errors"
        in_place = all(change.before is not None and change.after is not None for change in changes)
        elsewhere = {d.path for d in errors} - {change.path for change in changes}
        together = "; one command can change all of them: `qafiles set A FIELD=VALUE B FIELD=VALUE`, or `--from FILE`"
        raise EditRefusedError(
            f"to {proposal.title} would leave {count} that {'is' if len(errors) == 1 else 'are'} not there now; "
            f"nothing was written{together if in_place and elsewhere else ''}",
            errors,
        )
    captured = next(_captured(snapshot, after, proposal), None)
    if captured is not None:
        reference, was = captured
        raise EditRefusedError(
            f"to {proposal.title} would make `{reference.value}` in {reference.path} mean another entity than "
            f"{was.handle}; write the id {was.id} there first, or choose another name. Nothing was written"
        )
    return Plan(proposal, after, tuple(diagnostic for diagnostic in new if diagnostic not in errors))


def outcome(snapshot: Snapshot, proposal: Proposal) -> Snapshot:
    """Return the checked snapshot that a proposal would lead to."""
    return check(loaded_outcome(snapshot, proposal))


def _captured(
    before: Snapshot, after: Snapshot, proposal: Proposal
) -> Iterator[tuple[Reference, EntityFile]]:
    """Yield the references by handle that name another entity than before, though nobody wrote them anew."""
    changed = (after.files.get(change.path) for change in proposal.changes)
    new_files = [
        file for file in changed if file is not None and (file.kind, file.handle) not in before.by_handle
    ]
    new = {(file.kind, file.handle) for file in new_files}
    new_paths = {old: path for path, old in proposal.moves.items()}
    for file in before.naming(new_files):
        now = after.files.get(new_paths.get(file.path, file.path))
        if now is None:
            continue
        written: dict[object, Reference] | None = None
        for reference in file.references():
            if reference.placeholder:
                continue
            if written is None:
                written = {r.pointer: r for r in now.references() if not r.placeholder}
            new_reference = written.get(reference.pointer)
            if (
                new_reference is None
                or new_reference.value != reference.value
                or not _may_mean(new, new_reference, now)
            ):
                continue
            was, means = before.resolve(reference), after.resolve(new_reference)
            if was is not None and means is not None and means.path != new_paths.get(was.path, was.path):
                yield new_reference, was


def _may_mean(new: set[tuple[Kind, str]], reference: Reference, file: EntityFile) -> bool:
    kind, value = reference.target, reference.value
    return (kind, value) in new or (kind, f"{file.project}/{value}") in new
