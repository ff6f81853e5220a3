"""Findings in their places: the line and the column of each, for which only files with findings are read again."""

from collections.abc import Iterator, Mapping, Sequence

from qafiles.codes import NAMES
from qafiles.diagnostics import START, Diagnostic, Location, RelatedLocation, RuleFinding, Span, Spans
from qafiles.processes import map_in_processes
from qafiles.snapshot import EntityFile, Snapshot
from qafiles.sources import SourceEntry


def spans_of(snapshot: Snapshot, findings: Sequence[RuleFinding], known: Spans) -> Spans:
    """Return the places of findings, and of what they are related to: those that are known already are looked for no more."""
    wanted: dict[str, dict[Location, None]] = {}
    for _, finding in findings:
        if finding.span is None:
            wanted.setdefault(finding.path, {})[finding.location] = None
        for related in finding.related:
            wanted.setdefault(related.path, {})[Location(related.pointer)] = None
    missing = {
        path: [place for place in places if place not in known.get(path, ())]
        for path, places in wanted.items()
    }
    new = _looked_for(snapshot, {path: places for path, places in missing.items() if places})
    return {
        path: {
            place: span
            for place in places
            if (span := new.get((path, place)) or known.get(path, {}).get(place))
        }
        for path, places in wanted.items()
    }


def located(snapshot: Snapshot, findings: Sequence[RuleFinding], spans: Spans) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each finding, which has a severity, at its place."""
    for code, finding in findings:
        file = snapshot.files.get(finding.path)
        hidden = hidden_values(file) if file is not None and file.is_secret else ()
        ends = []
        for related in finding.related:
            span = spans.get(related.path, {}).get(Location(related.pointer), START)
            ends.append(RelatedLocation(related.path, span.line, span.column, related.message))
        yield Diagnostic(
            code,
            NAMES[code],
            finding.severity or "error",
            _without(finding.message, hidden),
            finding.path,
            finding.span or spans.get(finding.path, {}).get(finding.location, START),
            file.name if file else None,
            finding.pointer,
            _without(finding.hint, hidden) if finding.hint is not None else None,
            finding.fixable,
            finding.subject,
            tuple(ends),
        )


def hidden_values(file: EntityFile) -> tuple[str, ...]:
    """Return what no message may repeat of a secret's file: values that do not have their field's form, and a foreign name."""
    values = [value for field, value in file.data.items() if field in file.broken]
    name = file.data.get("secret_name")
    values += [name] if name != file.name_part else []
    return tuple(value for value in values if isinstance(value, str) and value)


def _without(text: str, values: tuple[str, ...]) -> str:
    for value in values:
        text = text.replace(f"`{value[:100]}`", "(not shown)").replace(value, "(not shown)")
    return text


def _looked_for(snapshot: Snapshot, wanted: Mapping[str, list[Location]]) -> dict[tuple[str, Location], Span]:
    work = [(snapshot.entries[path], places) for path, places in wanted.items() if path in snapshot.entries]
    if not work:
        return {}  # what finds places takes long to import

    def locate(share: Sequence[tuple[SourceEntry, list[Location]]]) -> Iterator[list[Span]]:
        from qafiles.parsing import Positions  # noqa: PLC0415  # most places are known

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
