"""The proposal of `fix`: what has one right mend, mended; the outcome is validated before anything is written."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from qafiles.diagnostics import Diagnostic
from qafiles.diff.whereabouts import whereabouts
from qafiles.edits.new_findings import as_loaded
from qafiles.edits.plan import outcome
from qafiles.edits.proposal import FileChange, Proposal
from qafiles.edits.proposals.fixes import (
    Fix,
    Fixed,
    NewId,
    an_id,
    another_id,
    fields_by_place,
    quotes,
    renamed_fields,
    renamed_references,
    tried,
    without_repetitions,
)
from qafiles.edits.proposals.handle_comments import HandleComment, former_handles, renamed_comments
from qafiles.models.new_id import new_id
from qafiles.references import Reference
from qafiles.rules.check import check
from qafiles.rules.duplicate_id import Duplicate, duplicates
from qafiles.snapshot import EntityFile, Snapshot
from qafiles.snapshot.unread import left_out
from qafiles.validation import is_below

_ROUNDS: Final = 5
"""A mend may make others possible: quotes make a file legible, whose references can then be looked at."""
_RUNS: Final = 20
"""What was left out since it would bring an error may be possible once other files are mended."""


@dataclass(frozen=True, slots=True)
class FixPlan:
    """What fixing comes to: the files that it changes, what it mends, and the fixable findings that stay.

    `revealed` are the files that could not be read in full before, so that what is found in them now was hidden.
    `lacking` says what git lacks, so that nobody knows which of two files is the copy, and `unread` which files nobody can
    look into.
    """

    changes: tuple[FileChange, ...]
    fixes: tuple[Fix, ...] = ()
    left: tuple[Diagnostic, ...] = ()
    revealed: frozenset[str] = frozenset()
    lacking: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()

    @property
    def proposal(self) -> Proposal:
        """The changes as one edit."""
        count = len(self.changes)
        title = f"fix {count} {'file' if count == 1 else 'files'}"
        notes = (*self.lacking, *self.unread)
        return Proposal(title, self.changes, revealed=self.revealed, notes=notes, left=self.left)


def fixing(
    snapshot: Snapshot,
    paths: Sequence[str] | None = None,
    *,
    by_place: bool = False,
    mint: NewId | None = None,
) -> FixPlan:
    """Return what fixing a snapshot would change, or those files and folders of it; nothing is written.

    `by_place` also adds the ids of parents that the folder implies. A second run on the outcome changes nothing.
    """
    mint = mint or new_id
    total, now = FixPlan(()), check(as_loaded(snapshot))
    for _ in range(_RUNS):
        work = _Work(now, paths, by_place, mint)
        while work.go_on():
            pass
        plan, now = work.result(), work.now
        total = _together(total, plan)
        if not plan.changes:
            break
    illegible = [file for file in now.files.values() if not file.valid and not file.data]
    unread = left_out(now, [file for file in illegible if is_below(file.path, paths)])
    return replace(total, unread=unread.sentences if illegible else ())


def _together(one: FixPlan, other: FixPlan) -> FixPlan:
    """Return a run and the one on its outcome as one, which says nothing of files that end as they began."""
    changes = {change.path: change for change in one.changes}
    for change in other.changes:
        before = changes[change.path].before if change.path in changes else change.before
        changes[change.path] = FileChange(change.path, before, change.after)
    changed = {path: change for path, change in sorted(changes.items()) if change.before != change.after}
    fixes = sorted(
        (fix for fix in (*one.fixes, *other.fixes) if fix.path in changed), key=lambda fix: fix.path
    )
    revealed = (one.revealed | other.revealed) & {*changed}
    return FixPlan(tuple(changed.values()), tuple(fixes), other.left, revealed, other.lacking)


class _Work:
    """The files as they are after each round of mends."""

    def __init__(self, snapshot: Snapshot, paths: Sequence[str] | None, by_place: bool, mint: NewId) -> None:  # noqa: FBT001  # one caller
        self._first = self._now = snapshot
        self._paths = paths
        self._by_place = by_place
        self._mint = mint
        self._rounds = 0
        self._changes: dict[str, FileChange] = {}
        self._fixes: dict[str, list[Fix]] = {}
        self._revealed: set[str] = set()
        self._shared: frozenset[str] = frozenset()
        self._comments: Mapping[str, Sequence[HandleComment]] = {}

    @property
    def now(self) -> Snapshot:
        """The files as they are after what was done so far."""
        return self._now

    def go_on(self) -> bool:
        """Make one round of mends, and return whether another one may find more."""
        self._rounds += 1
        fixed_files = [*self._round()]
        for path, before, (content, fixes) in fixed_files:
            known = self._changes.get(path)
            self._changes[path] = FileChange(path, known.before if known else before, content)
            self._fixes.setdefault(path, []).extend(fixes)
        if fixed_files:
            self._now = outcome(self._first, Proposal("fix", tuple(self._changes.values())))
        return bool(fixed_files) and self._rounds < _ROUNDS

    def _round(self) -> Iterator[tuple[str, bytes, Fixed]]:
        now = self._now
        findings: dict[str, list[Diagnostic]] = {}
        for diagnostic in now.diagnostics:
            if diagnostic.fixable:
                findings.setdefault(diagnostic.path, []).append(diagnostic)
        shared = {duplicate.id: duplicate for duplicate in duplicates(now)}
        copies = {
            copy.path: duplicate
            for duplicate in shared.values()
            if duplicate.lacking is None
            for copy in duplicate.copies
        }
        self._shared = frozenset(shared)
        renamed = self._renamed()
        files = [f for f in now.files.values() if not f.is_secret and is_below(f.path, self._paths)]
        contents = [*now.source.read([now.entries[file.path] for file in files])]
        self._comments = former_handles(now, zip(files, contents, strict=True), self._shared)
        for file, content in zip(files, contents, strict=True):
            if not isinstance(content, bytes):
                continue
            fixed = self._fixed(file, content, findings.get(file.path, []), copies.get(file.path), renamed)
            if fixed[0] != content:
                yield file.path, content, fixed

    def _fixed(
        self,
        file: EntityFile,
        content: bytes,
        findings: list[Diagnostic],
        duplicate: Duplicate | None,
        renamed: dict[Reference, str],
    ) -> Fixed:
        """Return a file with quotes where they are missing; one that needs none, with everything else mended."""
        after, fixes = (
            tried(partial(quotes, file.path, content, findings), content) if findings else (content, ())
        )
        if fixes:
            self._revealed.add(file.path)
            return after, fixes
        if not file.data:
            return content, ()
        steps = [
            partial(renamed_references, file, values=renamed),
            partial(self._renamed_comments, file),
            partial(self._ids, file, duplicate=duplicate),
        ]
        if self._by_place:
            steps.append(partial(fields_by_place, self._now, file))
        if any(finding.code == "QF202" for finding in findings):
            steps.append(partial(renamed_fields, file.path, findings=findings))
        if any(finding.code == "QF405" for finding in findings):
            steps.append(partial(self._repetitions, file, findings=findings))
        for step in steps:
            after, more = tried(partial(step, content), content)
            content, fixes = after, (*fixes, *more)
        return content, fixes

    def _renamed_comments(self, file: EntityFile, content: bytes) -> Fixed:
        return renamed_comments(file.path, content, self._comments.get(file.path, ()))

    def _repetitions(self, file: EntityFile, content: bytes, findings: list[Diagnostic]) -> Fixed:
        return without_repetitions(file.path, content, findings)

    def _ids(self, file: EntityFile, content: bytes, duplicate: Duplicate | None) -> Fixed:
        if duplicate is None:
            return an_id(file, content, self._mint)
        return another_id(file, content, self._mint, duplicate.original, certain=duplicate.certain)

    def _renamed(self) -> dict[Reference, str]:
        """Return the new values of the references whose targets were renamed."""
        now = self._now
        dangling = [
            link.reference
            for link in now.odd_links
            if link.target is None
            and not link.reference.placeholder
            and is_below(link.source.path, self._paths)
        ]
        result = {}
        for reference, origin in whereabouts(now, dangling).items() if dangling else ():
            value = origin.new_value(now.files[reference.path].project)
            if value is not None and origin.file is not None and origin.file.kind == reference.target:
                result[reference] = value
        return result

    def result(self) -> FixPlan:
        """Return the work, without the mends of files that would bring an error to another place."""
        while offenders := self._offenders():
            for path in offenders:
                del self._changes[path], self._fixes[path]
            self._now = outcome(self._first, Proposal("fix", tuple(self._changes.values())))
        undecided = frozenset(
            file.path
            for duplicate in duplicates(self._now)
            if duplicate.lacking is not None
            for file in (duplicate.original, *duplicate.copies)
        )
        left = [
            d
            for d in self._now.diagnostics
            if (d.fixable or (d.code == "QF301" and d.path in undecided)) and is_below(d.path, self._paths)
        ]
        changes = tuple(c for _, c in sorted(self._changes.items()) if c.before != c.after)
        fixes = tuple(fix for path in sorted(self._fixes) for fix in self._fixes[path])
        revealed = frozenset(self._revealed & {*self._changes})
        lacking = tuple(dict.fromkeys(d.lacking for d in duplicates(self._now) if d.lacking is not None))
        return FixPlan(changes, fixes, tuple(left), revealed, lacking)

    def _offenders(self) -> set[str]:
        known = {d.fingerprint for d in self._first.diagnostics} | {
            (d.path, d.code, d.message) for d in self._first.diagnostics
        }
        offenders: set[str] = set()
        for d in self._now.diagnostics:
            if d.severity != "error" or d.path in self._revealed & {*self._changes}:
                continue
            if d.fingerprint not in known and (d.path, d.code, d.message) not in known:
                near = {d.path, *(related.path for related in d.related)} & {*self._changes}
                offenders |= near or {*self._changes}
        return offenders
