"""What an edit brings that was not found before it, with as few rules as can tell."""

from collections import Counter
from collections.abc import Collection, Iterable

from qafiles.diagnostics import Diagnostic
from qafiles.edits.concerned import Concerned
from qafiles.edits.proposal import Proposal
from qafiles.fingerprints import key_of
from qafiles.layout import Place, classify
from qafiles.loading.renewal import with_texts
from qafiles.rules import OF_LOADER, checking_codes
from qafiles.rules.check import check, findings_of
from qafiles.rules.reads import reads_of
from qafiles.snapshot import Snapshot
from qafiles.snapshot.aspects import ID, State, changed_aspects, meets


def as_loaded(snapshot: Snapshot) -> Snapshot:
    """Return a snapshot with what the loader finds in its files, and without what rules have found."""
    own = tuple(item for item in snapshot.diagnostics if item.code.startswith(OF_LOADER))
    # What a snapshot has looked up already is looked up once.
    return snapshot if len(own) == len(snapshot.diagnostics) else snapshot.replaced(diagnostics=own)


def loaded_outcome(snapshot: Snapshot, proposal: Proposal) -> Snapshot:
    """Return the snapshot that a proposal would lead to, with what the loader finds in its files."""
    texts = {change.path: change.after for change in proposal.changes}
    after, read = with_texts(snapshot, texts)
    is_declared_alike = after.settings.fields == snapshot.settings.fields
    again = {*texts} if is_declared_alike else {d.path for d in snapshot.diagnostics}
    other_findings = [d for d in snapshot.diagnostics if d.code.startswith(OF_LOADER) and d.path not in again]
    return after.replaced(diagnostics=(*other_findings, *read))


def new_findings(before: Snapshot, after: Snapshot, proposal: Proposal) -> tuple[Diagnostic, ...]:
    """Return the diagnostics of all rules after an edit that there were not before it, sorted.

    Both states are compared in what those rules find that read something that differs; places are looked for where there is more
    than there was.
    """
    before = as_loaded(before)
    codes = _codes_with_more(before, after, proposal)
    findings = check(after, only=codes).diagnostics
    earlier = check(before, only={*codes}.intersection(item.code for item in findings)).diagnostics
    known = {item.fingerprint for item in earlier}
    # A file without an id is known by its path, so that its findings seem to be new when it is moved.
    moved = {(item.path, item.code, item.message) for item in earlier}
    return tuple(
        item
        for item in findings
        if item.fingerprint not in known
        and (proposal.moves.get(item.path, item.path), item.code, item.message) not in moved
    )


def _codes_with_more(before: Snapshot, after: Snapshot, proposal: Proposal) -> frozenset[str]:
    """Return the codes of the rules that find more of something after an edit than before it, and perhaps more codes."""
    paths = [change.path for change in proposal.changes]
    codes = checking_codes()
    if not _are_comparable(before, after, paths):
        return frozenset(codes)
    states = [(_state(before, path), _state(after, path)) for path in paths]
    changed = changed_aspects(states)
    # A finding is known by the id of its file.
    if any(aspect.what == ID for aspect in changed):
        return frozenset(codes)
    alone = {
        code
        for old, new in states
        for state in (old, new)
        if state.file is not None
        for code, _ in state.file.findings or ()
    }
    doubtful = [
        code
        for code in codes
        if code in alone or (reads := reads_of(code, after.settings)) is None or meets(reads, changed)
    ]
    concerned = Concerned(before, after, paths)
    return frozenset(
        code
        for code in doubtful
        if (both := concerned.states(code)) is not None and _finds_more(code, *both, paths)
    )


def _are_comparable(before: Snapshot, after: Snapshot, paths: Iterable[str]) -> bool:
    """Return whether nothing differs between two states but entity files that rules have looked at alone."""
    return not before.carriers and all(
        isinstance(classify(path), Place) and all(_is_looked_at(state, path) for state in (before, after))
        for path in paths
    )


def _is_looked_at(snapshot: Snapshot, path: str) -> bool:
    """Return whether rules have looked at a file alone, or git does not list it either."""
    file = snapshot.files.get(path)
    return path not in snapshot.entries if file is None else file.findings is not None


def _state(snapshot: Snapshot, path: str) -> State:
    file = snapshot.files.get(path)
    return State(file, file is None or snapshot.is_legible(file))


def _finds_more(code: str, before: Snapshot, after: Snapshot, paths: Collection[str]) -> bool:
    """Return whether a rule finds more of something after an edit than before it."""
    now = _counted(code, after, paths)
    return bool(now) and bool(now - _counted(code, before, paths))


def _counted(code: str, snapshot: Snapshot, paths: Collection[str]) -> Counter[str]:
    """Return what a rule finds, and how often: with others anywhere, alone in the files of some paths."""
    files = snapshot.files
    return Counter(
        key_of(
            code,
            finding.path,
            files[finding.path].name if finding.path in files else None,
            finding.pointer,
            finding.subject,
        )
        for finding in findings_of(snapshot, code, paths)
    )
