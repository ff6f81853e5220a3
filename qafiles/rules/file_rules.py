"""The rules that look at one file alone, which run where the file is read, whatever reads it."""

from collections.abc import Iterable, Iterator, Sequence

from qafiles.diagnostics import Finding, RuleFinding
from qafiles.kinds import Kind
from qafiles.layout import KINDS
from qafiles.rules import Rule, rule
from qafiles.rules.reads import codes_in_files
from qafiles.snapshot import EntityFile
from qafiles.snapshot.entity_file import Examine, by_kind
from qafiles.sources import Content


def late_examiner() -> Examine:
    """Return what does the same as `examiner`, and imports only the rules that look at the kinds of files that it is given."""

    def examine(read: Sequence[tuple[EntityFile, Content]]) -> Sequence[tuple[RuleFinding, ...]]:
        return examiner({file.kind for file, _ in read})(read)

    return examine


def examiner(kinds: Iterable[Kind] = KINDS) -> Examine:
    """Return what finds in files of some kinds, as they are read, all that depends on one of them alone, with the places there."""
    rules = [*map(rule, codes_in_files(kinds))]

    def examine(read: Sequence[tuple[EntityFile, Content]]) -> Sequence[tuple[RuleFinding, ...]]:
        by_path: dict[str, list[RuleFinding]] = {}
        for code, finding in _findings(rules, read):
            by_path.setdefault(finding.path, []).append((code, finding))
        if not by_path:
            return [()] * len(read)
        return [_placed(by_path.get(file.path, ()), content) for file, content in read]

    return examine


def _findings(rules: Sequence[Rule], read: Sequence[tuple[EntityFile, Content]]) -> Iterator[RuleFinding]:
    files = by_kind(file for file, _ in read)
    contents = [(file.path, content) for file, content in read if isinstance(content, bytes)]
    for each in rules:
        if each.check_files is not None:
            yield from ((each.code, finding) for finding in each.check_files(files))
        if each.check_contents is not None:
            yield from ((each.code, finding) for finding in each.check_contents(contents))


def _placed(findings: Sequence[RuleFinding], content: Content) -> tuple[RuleFinding, ...]:
    """Return the findings in one file with their places in its content, which is then not read again for them."""
    if all(finding.span is not None for _, finding in findings):
        return tuple(findings)
    from qafiles.parsing import Positions  # noqa: PLC0415  # in most files nothing is found

    positions = Positions(content if isinstance(content, bytes) else b"")

    def placed(finding: Finding) -> Finding:
        return (
            finding if finding.span is not None else finding._replace(span=positions.span(*finding.location))
        )

    return tuple((code, placed(finding)) for code, finding in findings)
