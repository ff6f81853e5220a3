"""The run of all rules on a snapshot, as the settings of its data root want it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import chain
from typing import TYPE_CHECKING, Final

from qafiles.diagnostics import Diagnostic, Finding, RuleFinding, RuleFindings, Severity, Undecided
from qafiles.fingerprints import with_fingerprints
from qafiles.rules import checking_codes, rule
from qafiles.rules.carried import MOST_FINDINGS, Earlier, carried_over, others_of
from qafiles.rules.file_rules import examiner
from qafiles.rules.locating import located, spans_of
from qafiles.rules.path_globs import matches
from qafiles.rules.rule import Rule
from qafiles.snapshot import EntityFile, Snapshot
from qafiles.snapshot.row_lookups import with_findings
from qafiles.sources.batches import in_batches

if TYPE_CHECKING:
    from qafiles.diff.pairs import TwoStates
    from qafiles.models.settings import Rules, Settings
    from qafiles.results.linked_tests import LinkedTests
    from qafiles.rules.commits_between import CommitsSince

MAX_FINDINGS: Final = 100
"""Findings of one rule in one file that are listed, as for problems of schema."""


def check(  # noqa: PLR0913  # one parameter for each thing that rules look at
    snapshot: Snapshot,
    *,
    before: Snapshot | None = None,
    settings: "Settings | None" = None,
    commits: "CommitsSince | None" = None,
    tests: "LinkedTests | None" = None,
    only: AbstractSet[str] | None = None,
    earlier: Earlier | None = None,
) -> Snapshot:
    """Return the snapshot with the diagnostics of all rules, sorted; those of the loader are kept.

    With the state `before`, the rules that compare two states run, too. `settings` decide instead of the snapshot's own,
    which are then only checked themselves. With `commits`, those are looked at, too; with `tests`, those of a test runner and their links. With `only`, codes, no other rules run. What was found in an
    `earlier` state is taken from there where that is certain to be the same.
    """
    undecided: list[Undecided] = []
    deciding = settings or snapshot.settings
    # What a state declares is what its own files say, which is judged as it is there.
    declared = ("rules", "fields", "environments", "access", "automated")
    own = {name: getattr(snapshot.settings, name) for name in declared}
    judged = snapshot.replaced(settings=deciding._replace(**own)) if settings else snapshot
    ratings = _Ratings(deciding.rules)
    codes = checking_codes(changes=before is not None, commits=commits is not None, tests=tests is not None)
    is_alone = settings is None and before is None and commits is None and tests is None and only is None
    carried = carried_over(snapshot, earlier if is_alone else None, codes)
    states = _two_states(before, judged)
    of_files = _of_files(snapshot) if only is None or any(rule(code).looks_at_files for code in only) else {}
    findings: list[RuleFinding] = []
    by_code: dict[str, tuple[Finding, ...]] = {}
    for code in codes:
        if only is not None and code not in only:
            continue
        own_findings = carried.findings.get(code)
        if own_findings is None:
            answers = _findings(rule(code), judged, states, commits, tests)
            own_findings = tuple(ratings.rated(code, _capped(_decided(answers, undecided))))
        by_code[code] = own_findings
        # No rule looks at a file both alone and with others.
        in_files = ratings.rated(code, _capped(of_files.get(code, ())))
        findings += ((code, finding) for finding in chain(in_files, own_findings))
    spans = spans_of(snapshot, findings, carried.spans)
    diagnostics = with_fingerprints([*_subjects(snapshot), *located(snapshot, findings, spans)])
    number = sum(map(len, by_code.values()))
    is_whole = is_alone and not undecided and number <= MOST_FINDINGS
    return snapshot.replaced(
        diagnostics=diagnostics,
        undecided=(*snapshot.undecided, *undecided),
        rule_findings=RuleFindings(by_code, spans, snapshot.illegible, others_of(snapshot))
        if is_whole
        else None,
    )


def findings_of(snapshot: Snapshot, code: str, paths: Iterable[str]) -> tuple[Finding, ...]:
    """Return what a rule finds in a snapshot, each with its severity; where it looks at files alone, what it finds in some of them."""
    ratings = _Ratings(snapshot.settings.rules)
    files = [file for path in paths if (file := snapshot.files.get(path)) is not None]
    new = [file for file in files if file.findings is None]
    new_findings = _examined(snapshot, new) if new else {}
    alone = (
        finding
        for file in files
        for own_code, finding in (new_findings[file.path] if file.findings is None else file.findings)
        if own_code == code
    )
    own_rule = rule(code)
    others = own_rule.check(snapshot) if own_rule.check is not None else ()
    return (*ratings.rated(code, _capped(alone)), *ratings.rated(code, _capped(_decided(others, []))))


def _of_files(snapshot: Snapshot) -> Mapping[str, Sequence[Finding]]:
    """Return what depends on one file alone, by the code of the rule: files that no rule has looked at are read for it."""
    files = [*with_findings(snapshot.files)]
    new = [file for file in files if file.findings is None]
    new_findings = _examined(snapshot, new) if new else {}
    by_code: dict[str, list[Finding]] = {}
    for file in files:
        for code, finding in new_findings[file.path] if file.findings is None else file.findings:
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
    states: "TwoStates | None",
    commits: "CommitsSince | None",
    tests: "LinkedTests | None",
) -> Iterable[Finding | Undecided]:
    if rule.check is not None:
        return rule.check(snapshot)
    if rule.check_changes is not None and states is not None:
        return rule.check_changes(states)
    if rule.check_commits is not None and commits is not None:
        return rule.check_commits(snapshot, commits)
    if rule.check_tests is not None and tests is not None:
        return rule.check_tests(snapshot, tests)
    return ()


def _two_states(before: Snapshot | None, after: Snapshot) -> "TwoStates | None":
    if before is None:
        return None
    from qafiles.diff.pairs import TwoStates  # noqa: PLC0415  # few compare with another state

    return TwoStates(before, after)


def _subjects(snapshot: Snapshot) -> Iterator[Diagnostic]:
    """Yield the loader's diagnostics without fingerprints, which are numbered anew among all."""
    return (diagnostic._replace(fingerprint="") for diagnostic in snapshot.diagnostics)


class _Ratings:
    """How severe the settings have findings, and which they ignore, looked up once: there may be many globs and many findings."""

    def __init__(self, rules: "Rules") -> None:
        self.levels = rules.severity
        self.everywhere = [code for code in rules.ignore if code]
        self.globs = [
            (glob, [code for code in path_rules.ignore if code]) for glob, path_rules in rules.paths.items()
        ]
        self.below: dict[str, tuple[str, ...]] = {}

    def rated(self, code: str, findings: Iterable[Finding]) -> Iterator[Finding]:
        """Yield the findings of a rule that are not ignored, with their severities."""
        asked: Rule | None = None
        severity: Severity | None = None
        for finding in findings:
            if asked is None:
                asked = rule(code)
                severity = self._severity(asked)
            if not self._is_ignored(asked, finding.path):
                yield finding._replace(severity=severity or finding.severity or asked.severity)

    def _severity(self, rule: Rule) -> Severity | None:
        """Return the severity that the settings give a rule: the longest matching code or prefix decides."""
        if not rule.configurable:
            return None
        fitting = [code for code in self.levels if code and rule.code.startswith(code)]
        return self.levels[max(fitting, key=len)] if fitting else None

    def _is_ignored(self, rule: Rule, path: str) -> bool:
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
