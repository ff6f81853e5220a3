"""The run of all rules on a snapshot, as the settings of its data root want it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, Final

from qafiles.diagnostics import (
    START,
    Diagnostic,
    Finding,
    Location,
    RelatedLocation,
    RuleFinding,
    Severity,
    Span,
    Undecided,
)
from qafiles.fingerprints import with_fingerprints
from qafiles.parsing import Positions
from qafiles.processes import map_in_processes
from qafiles.rules import checking_rules
from qafiles.rules.file_rules import examiner
from qafiles.rules.path_globs import matches
from qafiles.rules.rule import Rule
from qafiles.snapshot import EntityFile, Snapshot
from qafiles.sources import SourceEntry
from qafiles.sources.batches import in_batches

if TYPE_CHECKING:
    from qafiles.models.settings import Rules, Settings
    from qafiles.results.linked_tests import LinkedTests

MAX_FINDINGS: Final = 100
"""Findings of one rule in one file that are listed, as for problems of schema."""


def check(  # noqa: PLR0913  # one parameter for each thing that rules look at
    snapshot: Snapshot,
    *,
    before: Snapshot | None = None,
    settings: "Settings | None" = None,
    since: str | None = None,
    tests: "LinkedTests | None" = None,
    only: AbstractSet[str] | None = None,
) -> Snapshot:
    """Return the snapshot with the diagnostics of all rules, sorted; those of the loader are kept.

    With the state `before`, the rules that compare two states run, too. `settings` decide instead of the snapshot's own,
    which are then only checked themselves. With `since`, the name of a commit, the commits are looked at that it does not
    reach; with `tests`, those of a test runner and their links. With `only`, codes, no other rules run.
    """
    findings: list[tuple[Rule, Finding, Severity]] = []
    undecided: list[Undecided] = []
    deciding = settings or snapshot.settings
    # What a state declares is what its own files say, which is judged as it is there.
    declared = ("rules", "fields", "environments", "access", "automated")
    own = {name: getattr(snapshot.settings, name) for name in declared}
    judged = replace(snapshot, settings=replace(deciding, **own)) if settings else snapshot
    ignored = _Ignored(deciding.rules)
    of_files = _of_files(snapshot)
    for rule in checking_rules(
        changes=before is not None, commits=since is not None, tests=tests is not None
    ):
        if only is not None and rule.code not in only:
            continue
        severity = _severity(deciding.rules, rule)
        others = _decided(_findings(rule, judged, before, since, tests), undecided)
        findings.extend(
            (rule, finding, severity or finding.severity or rule.severity)
            for finding in _capped(chain(of_files.get(rule.code, ()), others))
            if not ignored.by(rule, finding.path)
        )
    located = _located(snapshot, findings)
    return replace(
        snapshot,
        diagnostics=with_fingerprints([*_subjects(snapshot), *located]),
        undecided=(*snapshot.undecided, *undecided),
    )


def _of_files(snapshot: Snapshot) -> Mapping[str, Sequence[Finding]]:
    """Return what depends on one file alone, by the code of the rule: files that no rule has looked at are read for it."""
    new = [file for file in snapshot.files.values() if file.findings is None]
    new_findings = _examined(snapshot, new) if new else {}
    by_code: dict[str, list[Finding]] = {}
    for path, file in snapshot.files.items():
        for code, finding in new_findings[path] if file.findings is None else file.findings:
            by_code.setdefault(code, []).append(finding)
    return by_code


def _examined(snapshot: Snapshot, files: Sequence[EntityFile]) -> Mapping[str, tuple[RuleFinding, ...]]:
    """Return what depends on one file alone, by path."""
    examine = examiner()
    contents = snapshot.source.read([snapshot.entries[file.path] for file in files])
    findings: dict[str, tuple[RuleFinding, ...]] = {}
    for read in in_batches(zip(files, contents, strict=True)):
        findings |= zip((file.path for file, _ in read), examine(read), strict=True)
    return findings


def _decided(findings: Iterable[Finding | Undecided], undecided: list[Undecided]) -> Iterator[Finding]:
    """Yield the findings; what could not be decided is added to a list."""
    for finding in findings:
        if isinstance(finding, Undecided):
            undecided.append(finding)
        else:
            yield finding


def _findings(
    rule: Rule,
    snapshot: Snapshot,
    before: Snapshot | None,
    since: str | None,
    tests: "LinkedTests | None",
) -> Iterable[Finding | Undecided]:
    if rule.check is not None:
        return rule.check(snapshot)
    if rule.check_changes is not None and before is not None:
        return rule.check_changes(before, snapshot)
    if rule.check_commits is not None and since is not None:
        return rule.check_commits(snapshot, since)
    if rule.check_tests is not None and tests is not None:
        return rule.check_tests(snapshot, tests)
    return ()


def _subjects(snapshot: Snapshot) -> Iterator[Diagnostic]:
    """Yield the loader's diagnostics without fingerprints, which are numbered anew among all."""
    return (diagnostic._replace(fingerprint="") for diagnostic in snapshot.diagnostics)


def _severity(settings: "Rules", rule: Rule) -> Severity | None:
    """Return the severity that the settings give a rule: the longest matching code or prefix decides."""
    if not rule.configurable:
        return None
    levels = settings.severity
    fitting = [code for code in levels if code and rule.code.startswith(code)]
    return levels[max(fitting, key=len)] if fitting else None


class _Ignored:
    """What the settings ignore, looked up once for each path: there may be many globs and many findings."""

    def __init__(self, rules: "Rules") -> None:
        self.everywhere = [code for code in rules.ignore if code]
        self.globs = [
            (glob, [code for code in path_rules.ignore if code]) for glob, path_rules in rules.paths.items()
        ]
        self.below: dict[str, tuple[str, ...]] = {}

    def by(self, rule: Rule, path: str) -> bool:
        """Return whether a rule is ignored for a path."""
        if not rule.configurable:
            return False
        codes = self.below.get(path)
        if codes is None:
            path_codes = [
                code for glob, glob_codes in self.globs if matches(glob, path) for code in glob_codes
            ]
            codes = self.below[path] = (*self.everywhere, *path_codes)
        return rule.code.startswith(codes)


def _capped(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Yield the findings of one rule, of each file no more than anybody reads; a last one says that there are more."""
    counts: Counter[str] = Counter()
    for finding in findings:
        counts[finding.path] += 1
        if counts[finding.path] <= MAX_FINDINGS:
            yield finding
    for path, count in counts.items():
        if count > MAX_FINDINGS:
            yield Finding(
                path, f"{count - MAX_FINDINGS} more findings of this kind in this file are not listed"
            )


def _located(snapshot: Snapshot, findings: list[tuple[Rule, Finding, Severity]]) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each finding; only files with findings are read again, each once."""
    wanted: dict[str, list[Location]] = {}
    for _, finding, _ in findings:
        wanted.setdefault(finding.path, []).append(finding.location)
        for related in finding.related:
            wanted.setdefault(related.path, []).append(Location(related.pointer))
    spans = _spans(snapshot, wanted)
    for rule, finding, severity in findings:
        file = snapshot.files.get(finding.path)
        hidden = _hidden_values(file) if file is not None and file.is_secret else ()
        ends = []
        for related in finding.related:
            span = spans.get((related.path, Location(related.pointer)), START)
            ends.append(RelatedLocation(related.path, span.line, span.column, related.message))
        yield Diagnostic(
            rule.code,
            rule.name,
            severity,
            _without(finding.message, hidden),
            finding.path,
            finding.span or spans.get((finding.path, finding.location), START),
            file.name if file else None,
            finding.pointer,
            _without(finding.hint, hidden) if finding.hint is not None else None,
            finding.fixable,
            finding.subject,
            tuple(ends),
        )


def _hidden_values(file: EntityFile) -> tuple[str, ...]:
    """Return what no message may repeat of a secret's file: values that do not have their field's form, and a foreign name."""
    values = [value for field, value in file.data.items() if field in file.broken]
    name = file.data.get("secret_name")
    values += [name] if name != file.name_part else []
    return tuple(value for value in values if isinstance(value, str) and value)


def _without(text: str, values: tuple[str, ...]) -> str:
    for value in values:
        text = text.replace(f"`{value[:100]}`", "(not shown)").replace(value, "(not shown)")
    return text


def _spans(snapshot: Snapshot, wanted: dict[str, list[Location]]) -> dict[tuple[str, Location], Span]:
    work = [(snapshot.entries[path], places) for path, places in wanted.items() if path in snapshot.entries]

    def locate(share: Sequence[tuple[SourceEntry, list[Location]]]) -> Iterator[list[Span]]:
        contents = snapshot.source.read([entry for entry, _ in share])
        for (_, places), content in zip(share, contents, strict=True):
            # A file that was deleted or replaced during the run has no positions any more.
            positions = Positions(content if isinstance(content, bytes) else b"")
            yield [positions.span(*place) for place in places]

    answers = map_in_processes(
        locate,
        work,
        to_plain=lambda spans: [*map(tuple, spans)],
        from_plain=lambda plain: [*map(Span._make, plain)],
    )
    return {
        (entry.path, place): span
        for (entry, places), spans in zip(work, answers, strict=True)
        for place, span in zip(places, spans, strict=True)
    }
