"""Findings as the JSON of the protocol, for which nothing of pygls is needed."""

from collections.abc import Callable
from typing import Any, Final

from qafiles.diagnostics import Diagnostic, Severity, Span
from qafiles.lsp.positions import Document

_SEVERITIES: Final[dict[Severity, int]] = {"error": 1, "warning": 2, "info": 3}


def visible(text: str) -> str:
    """Return a text in which what turns the direction of writing, or can't be seen, is an escape."""
    return text if text.isprintable() else "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def range_values(document: Document, span: Span) -> dict[str, dict[str, int]]:
    """Return a span as a range of the protocol."""
    start, end = document.range(span)
    return {"start": start._asdict(), "end": end._asdict()}


def diagnostic_values(
    diagnostic: Diagnostic, document: Callable[[str], Document], uri: Callable[[str], str]
) -> dict[str, Any]:
    """Return a finding as the protocol has it; the hint stands below the message."""
    values: dict[str, Any] = {
        "range": range_values(document(diagnostic.path), diagnostic.span),
        "message": visible(diagnostic.message) + (f"\n{visible(diagnostic.hint)}" if diagnostic.hint else ""),
        "severity": _SEVERITIES[diagnostic.severity],
        "source": "qafiles",
    }
    if diagnostic.code:
        values["code"] = diagnostic.code
    if diagnostic.related:
        values["relatedInformation"] = [
            {
                "location": {
                    "uri": uri(other.path),
                    "range": range_values(
                        document(other.path), Span(other.line, other.column, other.line, other.column)
                    ),
                },
                "message": visible(other.message),
            }
            for other in diagnostic.related
        ]
    return values
