"""The format `text`, for people: every diagnostic with an excerpt of its file, and a summary."""

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Final

from qafiles.diagnostics import Diagnostic, Severity
from qafiles.kinds import SECRET
from qafiles.layout import SETTINGS_FILE
from qafiles.render.escape import escape
from qafiles.render.numbers import counted
from qafiles.render.validation.excerpt import Row, excerpt
from qafiles.render.validation.findings import Findings, severities

_COLORS: Final[dict[Severity, str]] = {"error": "1;31", "warning": "1;33", "info": "1;36"}
_FRAME: Final = "1;34"
_BOLD: Final = "1"

_CREDENTIAL: Final = "QF502"
"""The rule whose findings name credentials in clear text; no line of such a file is shown."""

Paint = Callable[[str, str], str]


def render(findings: Findings) -> Iterator[str]:
    """Yield every diagnostic, and at the end what was found and what was not checked."""
    paint = _ansi if findings.color else _plain
    groups = [(path, [*group]) for path, group in groupby(findings.diagnostics, attrgetter("path"))]
    quoted = _quoted(findings, [path for path, _ in groups])
    all_lines = dict(zip(quoted, findings.lines(quoted), strict=True))
    for path, diagnostics in groups:
        lines = all_lines.get(path, [])
        if _hold_secret(lines):
            lines = []
        for diagnostic in diagnostics:
            yield "".join(_diagnostic(findings, diagnostic, excerpt(lines, diagnostic.span), paint))
    yield from _summary(findings, paint)


def _hold_secret(lines: Sequence[str]) -> bool:
    if not lines:
        return False
    from qafiles.sops_files.masking import holds_secret  # noqa: PLC0415  # where lines are shown

    return any(holds_secret(line.encode("utf-8", "replace")) for line in lines)


def _quoted(findings: Findings, paths: list[str]) -> list[str]:
    """Return the files of which excerpts may be printed: never of secrets, nor of what may be one in a wrong place."""
    if not paths:
        return []
    verdict = findings.verdict
    telling = {diagnostic.path for diagnostic in verdict.diagnostics if diagnostic.code == _CREDENTIAL}
    asked = {*paths} - telling
    # Few are asked for, of all that there are.
    shown = asked & {SETTINGS_FILE}
    shown = shown.union(
        *(asked.intersection(paths) for kind, paths in verdict.files.items() if kind != SECRET)
    )
    return [path for path in paths if path in shown]


def _ansi(text: str, style: str) -> str:
    return f"\x1b[{style}m{text}\x1b[0m"


def _plain(text: str, style: str) -> str:  # noqa: ARG001  # stands in for _ansi
    return text


def _diagnostic(findings: Findings, diagnostic: Diagnostic, rows: list[Row], paint: Paint) -> Iterator[str]:
    color = _COLORS[diagnostic.severity]
    margin = " " * max((len(str(row.number)) for row in rows if row.number), default=1)
    place = _place(findings, diagnostic.path, diagnostic.line, diagnostic.column)
    label = paint(f"{diagnostic.severity}[{diagnostic.code}]", color)
    yield f"{label} {diagnostic.name}: {paint(escape(diagnostic.message), _BOLD)}\n"
    yield f"{margin}{paint('-->', _FRAME)} {place}\n"
    if rows:
        yield f"{margin} {paint('|', _FRAME)}\n"
        for number, text in rows:
            bar = paint(f"{number or '':>{len(margin)}} |", _FRAME)
            shown = text if number else paint(text, color)
            yield f"{bar} {shown}\n" if shown else f"{bar}\n"
        yield f"{margin} {paint('|', _FRAME)}\n"
    for related in diagnostic.related:
        # Other tools begin this line with `:::`, which GitHub's runner would read as the beginning of a command.
        place = _place(findings, related.path, related.line, related.column)
        yield f"{margin} {paint('= see:', _FRAME)} {place}: {escape(related.message)}\n"
    if diagnostic.hint:
        yield f"{margin} {paint('= hint:', _FRAME)} {escape(diagnostic.hint)}\n"
    yield "\n"


def _place(findings: Findings, path: str, line: int, column: int) -> str:
    return f"{escape(findings.relative_path(path))}:{line}:{column}"


def _summary(findings: Findings, paint: Paint) -> Iterator[str]:
    if findings.diagnostics:
        worst = next(severity for severity, number in findings.counts.items() if number)
        headline = paint(f"Found {severities(findings.counts)}", _COLORS[worst])
        yield f"{headline} ({findings.looked_at} checked).\n"
    elif not findings.is_whole:
        yield f"{paint('Not the whole answer', '1;33')}: nothing was found in what could be looked at.\n"
    else:
        entities = counted(sum(findings.entities.values()), "entity", "entities")
        checked = findings.subject or f"{counted(findings.files, 'file')}, {entities}"
        yield f"{paint('All good', '1;32')}: {checked}; nothing to report.\n"
    for sentence in findings.unchecked:
        yield f"{paint('Not checked', '1;33')}: {escape(sentence)}\n"
