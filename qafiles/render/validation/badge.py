"""The format `badge`: what https://shields.io/badges/endpoint-badge makes a badge of, from wherever it is published."""

from collections.abc import Iterator
from typing import Final

from qafiles.diagnostics import Severity
from qafiles.render.document import dump
from qafiles.render.validation.findings import Findings, severities

_COLORS: Final[dict[Severity, str]] = {"error": "red", "warning": "yellow", "info": "green"}


def render(findings: Findings) -> Iterator[str]:
    """Yield one line of JSON: the numbers of findings in the colour of the worst one, or that all is good."""
    counts = findings.counts
    worst = next((severity for severity, number in counts.items() if number), None)
    badge: dict[str, object] = {
        "schemaVersion": 1,
        "label": "qafiles",
        "message": severities(counts) or ("all good" if findings.is_whole else "unknown"),
        "color": _COLORS[worst] if worst else "brightgreen" if findings.is_whole else "lightgrey",
    }
    if worst == "error":
        badge["isError"] = True
    yield dump(badge) + "\n"
