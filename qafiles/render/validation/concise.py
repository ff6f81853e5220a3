"""The format `concise`: one line for each diagnostic, as editors and `grep -n` know it."""

from collections.abc import Iterator

from qafiles.render.escape import escape, first_in_line
from qafiles.render.validation.findings import Findings


def render(findings: Findings) -> Iterator[str]:
    """Yield `path:line:column: CODE message` for each diagnostic."""
    for diagnostic in findings.diagnostics:
        place = f"{escape(findings.relative_path(diagnostic.path))}:{diagnostic.line}:{diagnostic.column}"
        yield first_in_line(f"{place}: {diagnostic.code} {escape(diagnostic.message)}\n")
