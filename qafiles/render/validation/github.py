"""The format `github`: workflow commands, which GitHub Actions shows as annotations of a pull request.

Columns are code points: GitHub documents that they begin at 1 and count only within one line, but not their unit.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

from qafiles.diagnostics import SEVERITIES, Diagnostic, Severity
from qafiles.render.escape import escape, well_formed
from qafiles.render.numbers import counted
from qafiles.render.validation.findings import Findings, severities

LIMIT: Final = 10
"""How many annotations of each severity GitHub shows for one step of a workflow."""

_COMMANDS: Final[Mapping[Severity, str]] = {"error": "error", "warning": "warning", "info": "notice"}


def render(findings: Findings) -> Iterator[str]:
    """Yield one command for each diagnostic that GitHub will show, the worst first, how many are left out, and what is missing."""
    limits: dict[Severity, int] = dict.fromkeys(SEVERITIES, LIMIT)
    if any(number > LIMIT for number in findings.counts.values()):
        limits["info"] -= 1  # what is left out is said in a notice, which takes one of their places
    limits["error"] -= not findings.is_whole
    shown: Counter[Severity] = Counter()
    for diagnostic in sorted(findings.diagnostics, key=lambda item: SEVERITIES.index(item.severity)):
        if shown[diagnostic.severity] < limits[diagnostic.severity]:
            shown[diagnostic.severity] += 1
            yield _annotation(findings, diagnostic)
    left_out = {severity: number - shown[severity] for severity, number in findings.counts.items()}
    if any(left_out.values()):
        yield _left_out(left_out)
    if not findings.is_whole:
        yield _unchecked(findings)


def _unchecked(findings: Findings) -> str:
    """Return one annotation of what could not be looked at, on which selected rules depend."""
    sentences = "\n".join(escape(sentence) for sentence in findings.unchecked)
    return command("error", {"title": "Not checked"}, sentences)


def _annotation(findings: Findings, diagnostic: Diagnostic) -> str:
    span = diagnostic.span
    properties: dict[str, str | int] = {
        "title": f"{diagnostic.code} {diagnostic.name}",
        "file": findings.path_in_repository(diagnostic.path),
        "line": span.line,
        "endLine": span.end_line,
    }
    if span.line == span.end_line:
        properties |= {"col": span.column, "endColumn": span.end_column}
    message = f"{diagnostic.message}\n{diagnostic.hint}" if diagnostic.hint else diagnostic.message
    return command(_COMMANDS[diagnostic.severity], properties, message)


def _left_out(numbers: Mapping[Severity, int]) -> str:
    more = counted(sum(numbers.values()), "more finding")
    message = (
        f"{severities(numbers)} left out here: GitHub shows {LIMIT} annotations of each severity for a step. "
        "`qafiles validate` lists all of them."
    )
    return command("notice", {"title": more}, message)


def command(name: str, properties: Mapping[str, str | int], message: str) -> str:
    """Return a workflow command as one line; properties that are empty or zero are left out, as GitHub's tools do."""
    pairs = ",".join(f"{key}={_escape_property(str(value))}" for key, value in properties.items() if value)
    return f"::{name} {pairs}::{_escape(message)}\n"


def _escape(text: str) -> str:
    return well_formed(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escape_property(text: str) -> str:
    return _escape(text).replace(":", "%3A").replace(",", "%2C")
