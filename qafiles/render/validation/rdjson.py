"""The format `rdjson`: the Reviewdog Diagnostic Format, https://github.com/reviewdog/reviewdog/tree/master/proto/rdf.

Columns count bytes of UTF-8, and the end is exclusive. reviewdog knows `related_locations` since 0.18.
"""

from collections.abc import Iterator, Mapping
from itertools import groupby
from operator import attrgetter
from typing import Any, Final

from qafiles.diagnostics import Diagnostic, Severity
from qafiles.layout import SETTINGS_FILE
from qafiles.render.document import dump, one_line
from qafiles.render.escape import escape
from qafiles.render.validation.findings import Findings

_SEVERITIES: Final[Mapping[Severity, str]] = {"error": "ERROR", "warning": "WARNING", "info": "INFO"}


def render(findings: Findings) -> Iterator[str]:
    """Yield the document: one line for each diagnostic, and one for each sentence of what is missing for a selected rule."""
    groups = [(path, [*group]) for path, group in groupby(findings.diagnostics, attrgetter("path"))]
    yield '{"source": {"name": "qafiles"}, "diagnostics": ['
    separator = "\n "
    for (_, diagnostics), lines in zip(groups, findings.lines([path for path, _ in groups]), strict=True):
        for diagnostic in diagnostics:
            yield separator + dump(_diagnostic(findings, diagnostic, lines))
            separator = ",\n "
    for sentence in () if findings.is_whole else findings.unchecked:
        yield separator + dump(_unchecked(findings, sentence))
        separator = ",\n "
    yield "\n]}\n" if groups or not findings.is_whole else "]}\n"


def _unchecked(findings: Findings, sentence: str) -> dict[str, Any]:
    """Return what a selected rule lacks as a diagnostic of the settings, since the format has no notes."""
    start = {"line": 1, "column": 1}
    return {
        "message": f"Not checked: {escape(sentence)}",
        "location": {
            "path": findings.path_in_repository(SETTINGS_FILE),
            "range": {"start": start, "end": start},
        },
        "severity": _SEVERITIES["error"],
        "code": {"value": "unchecked"},
    }


def _diagnostic(findings: Findings, diagnostic: Diagnostic, lines: list[str]) -> dict[str, Any]:
    span = diagnostic.span
    fields: dict[str, Any] = {
        "message": one_line(diagnostic),
        "location": {
            "path": findings.path_in_repository(diagnostic.path),
            "range": {
                "start": _position(lines, span.line, span.column),
                "end": _position(lines, span.end_line, span.end_column),
            },
        },
        "severity": _SEVERITIES[diagnostic.severity],
        "code": {"value": diagnostic.code},
    }
    if diagnostic.related:
        fields["related_locations"] = [
            {
                "message": escape(place.message),
                "location": {
                    "path": findings.path_in_repository(place.path),
                    "range": {"start": {"line": place.line}},
                },
            }
            for place in diagnostic.related
        ]
    return fields


def _position(lines: list[str], line: int, column: int) -> dict[str, int]:
    return {"line": line, "column": byte_column(lines[line - 1], column) if line <= len(lines) else column}


def byte_column(line: str, column: int) -> int:
    """Return a 1-based column of a line in bytes of UTF-8 instead of code points."""
    if line.isascii():
        return column
    before = line[: column - 1]
    return column + len(before.encode()) - len(before)
