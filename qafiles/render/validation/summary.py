"""The format `summary`: a page of Markdown, as GitHub shows it for a step of a workflow.

Text from files stands in code spans alone: there no markup, link, image, HTML, formula, mention or emoji is read.
"""

from collections.abc import Iterator
from typing import Final

from qafiles.diagnostics import SEVERITIES, Diagnostic
from qafiles.render.markdown import code_span
from qafiles.render.numbers import counted
from qafiles.render.validation.findings import Findings, severities

LIMIT: Final = 1_000_000
"""How many bytes are written; GitHub refuses a step's summary of more than 1 MiB."""

_ICONS: Final = {"error": "❌", "warning": "⚠️", "info": "ℹ️"}  # noqa: RUF001  # the emoji, not a letter


def render(findings: Findings) -> Iterator[str]:
    """Yield what was found in numbers, and a table of the findings, the worst first."""
    head = "".join(_head(findings))
    yield head
    left = LIMIT - len(head.encode()) - 200  # room for the sentence about what is left out
    worst_first = sorted(findings.diagnostics, key=lambda item: SEVERITIES.index(item.severity))
    for number, diagnostic in enumerate(worst_first):
        row = _row(findings, diagnostic)
        left -= len(row.encode())
        if left < 0:
            more = counted(len(worst_first) - number, "finding")
            yield f"\n{more} left out here; `qafiles validate` lists all of them.\n"
            return
        yield row


def _head(findings: Findings) -> Iterator[str]:
    yield "### qafiles\n\n"
    files = findings.looked_at
    if findings.diagnostics:
        yield f"**Found {severities(findings.counts)}** ({files} checked).\n\n"
    elif not findings.is_whole:
        yield "**Not the whole answer**: nothing was found in what could be looked at.\n\n"
    else:
        entities = counted(sum(findings.entities.values()), "entity", "entities")
        checked = findings.subject or f"{files}, {entities}"
        yield f"**All good**: {checked}; nothing to report.\n\n"
    for sentence in findings.unchecked:
        yield f"Not checked: {code_span(sentence)}\n\n"
    if findings.diagnostics:
        yield "| severity | rule | place | finding |\n|---|---|---|---|\n"


def _row(findings: Findings, diagnostic: Diagnostic) -> str:
    path = findings.path_in_repository(diagnostic.path)
    severity = diagnostic.severity
    cells = [
        f"{_ICONS[severity]} {severity}",
        f"{diagnostic.code} {diagnostic.name}",
        code_span(f"{path}:{diagnostic.line}:{diagnostic.column}"),
        code_span(diagnostic.message),
    ]
    if diagnostic.hint:
        cells[-1] += f"<br>Hint: {code_span(diagnostic.hint)}"
    return f"| {' | '.join(cells)} |\n"
