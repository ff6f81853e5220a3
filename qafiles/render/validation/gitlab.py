"""The format `gitlab`: a Code Quality report, which GitLab shows in merge requests.

https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format says that fingerprints are unique: of two
findings with the same one, GitLab shows the first.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any, Final

from qafiles.diagnostics import START, Diagnostic, Severity
from qafiles.layout import SETTINGS_FILE
from qafiles.render.document import dump, one_line
from qafiles.render.escape import escape
from qafiles.render.validation.findings import Findings

_SEVERITIES: Final[Mapping[Severity, str]] = {"error": "major", "warning": "minor", "info": "info"}


def render(findings: Findings) -> Iterator[str]:
    """Yield a JSON array with one line for each diagnostic, and one for each sentence of what is missing for a selected rule."""
    seen: Counter[str] = Counter()
    separator = "[\n "
    for diagnostic in findings.diagnostics:
        fingerprint = diagnostic.fingerprint
        seen[fingerprint] += 1
        if seen[fingerprint] > 1:
            fingerprint = f"{fingerprint}-{seen[fingerprint]}"
        yield separator + dump(_degradation(findings, diagnostic, fingerprint))
        separator = ",\n "
    for sentence in () if findings.is_whole else findings.unchecked:
        yield separator + dump(_unchecked(findings, sentence))
        separator = ",\n "
    yield "\n]\n" if findings.diagnostics or not findings.is_whole else "[]\n"


def _unchecked(findings: Findings, sentence: str) -> dict[str, Any]:
    """Return what a selected rule lacks as an entry at the settings, since the format has no notes."""
    return {
        "description": f"Not checked: {escape(sentence)}",
        "check_name": "unchecked",
        "fingerprint": sha256(sentence.encode(errors="backslashreplace")).hexdigest(),
        "severity": "major",
        "location": {"path": findings.path_in_repository(SETTINGS_FILE), "lines": {"begin": 1, "end": 1}},
    }


def _degradation(findings: Findings, diagnostic: Diagnostic, fingerprint: str) -> dict[str, Any]:
    span = diagnostic.span
    location: dict[str, Any] = {
        "path": findings.path_in_repository(diagnostic.path),
        "lines": {"begin": span.line, "end": span.end_line},
    }
    if span != START:
        location["positions"] = {
            "begin": {"line": span.line, "column": span.column},
            "end": {"line": span.end_line, "column": span.end_column},
        }
    return {
        "description": f"{diagnostic.code} {diagnostic.name}: {one_line(diagnostic)}",
        "check_name": diagnostic.code,
        "fingerprint": fingerprint,
        "severity": _SEVERITIES[diagnostic.severity],
        "location": location,
    }
