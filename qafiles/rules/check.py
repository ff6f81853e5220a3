"""The run of all rules on a snapshot, as the settings of its data root want it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from qafiles.diagnostics import START, Diagnostic, Finding, Place, RelatedLocation, Severity, Span
from qafiles.fingerprints import with_fingerprints
from qafiles.parsing import Positions
from qafiles.path_globs import matches
from qafiles.processes import map_in_processes
from qafiles.rules import all_rules
from qafiles.rules.rule import Rule
from qafiles.snapshot import Snapshot
from qafiles.sources import SourceEntry


def check(snapshot: Snapshot) -> Snapshot:
    """Return the snapshot with the diagnostics of all rules, sorted; those of the loader are kept."""
    found: list[tuple[Rule, Finding, Severity]] = []
    for rule in all_rules():
        if rule.check is None:
            continue
        severity = _severity(snapshot, rule)
        found.extend(
            (rule, finding, severity or finding.severity or rule.severity)
            for finding in rule.check(snapshot)
            if not _is_ignored(snapshot, rule, finding.path)
        )
    located = _located(snapshot, found)
    return replace(snapshot, diagnostics=with_fingerprints([*_subjects(snapshot), *located]))


def _subjects(snapshot: Snapshot) -> Iterator[Diagnostic]:
    """Yield the loader's diagnostics without fingerprints, which are numbered anew among all."""
    return (replace(diagnostic, fingerprint="") for diagnostic in snapshot.diagnostics)


def _severity(snapshot: Snapshot, rule: Rule) -> Severity | None:
    """Return the severity that the settings give a rule: the longest matching code or prefix decides."""
    if not rule.configurable:
        return None
    levels = snapshot.settings.rules.severity
    fitting = [code for code in levels if code and rule.code.startswith(code)]
    return levels[max(fitting, key=len)] if fitting else None


def _is_ignored(snapshot: Snapshot, rule: Rule, path: str) -> bool:
    if not rule.configurable:
        return False
    rules = snapshot.settings.rules
    ignored = list(rules.ignore)
    for glob, here in rules.paths.items():
        if matches(glob, path):
            ignored.extend(here.ignore)
    return any(code and rule.code.startswith(code) for code in ignored)


def _located(snapshot: Snapshot, found: list[tuple[Rule, Finding, Severity]]) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each finding; only files with findings are read again, each once."""
    wanted: dict[str, list[Place]] = {}
    for _, finding, _ in found:
        wanted.setdefault(finding.path, []).append(finding.place)
        for related in finding.related:
            wanted.setdefault(related.path, []).append(Place(related.pointer))
    spans = _spans(snapshot, wanted)
    for rule, finding, severity in found:
        file = snapshot.files.get(finding.path)
        ends = []
        for related in finding.related:
            span = spans.get((related.path, Place(related.pointer)), START)
            ends.append(RelatedLocation(related.path, span.line, span.column, related.message))
        yield Diagnostic(
            rule.code,
            rule.name,
            severity,
            finding.message,
            finding.path,
            spans.get((finding.path, finding.place), START),
            file.name if file else None,
            finding.pointer,
            finding.hint,
            finding.fixable,
            finding.subject,
            tuple(ends),
        )


def _spans(snapshot: Snapshot, wanted: dict[str, list[Place]]) -> dict[tuple[str, Place], Span]:
    work = [(snapshot.entries[path], places) for path, places in wanted.items() if path in snapshot.entries]

    def locate(share: Sequence[tuple[SourceEntry, list[Place]]]) -> Iterator[list[tuple[Any, ...]]]:
        contents = snapshot.source.read([entry for entry, _ in share])
        for (_, places), content in zip(share, contents, strict=True):
            # A file that was deleted or replaced during the run has no positions any more.
            positions = Positions(content if isinstance(content, bytes) else b"")
            yield [tuple(positions.span(*place)) for place in places]

    answers = map_in_processes(locate, work)
    return {
        (entry.path, place): Span(*span)
        for (entry, places), spans in zip(work, answers, strict=True)
        for place, span in zip(places, spans, strict=True)
    }
