"""The format `sarif`: SARIF 2.1.0, which GitHub code scanning and many other tools read.

What GitHub needs and where its limits are:
https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning

`primaryLocationLineHash` is left to GitHub's upload action, which warns about every value but its own.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import quote

from qafiles.diagnostics import SEVERITIES, Diagnostic, Severity
from qafiles.render.document import dump, one_line
from qafiles.render.escape import escape, well_formed
from qafiles.render.numbers import counted
from qafiles.render.validation.findings import Findings
from qafiles.version import __version__

LIMIT: Final = 25_000
"""How many results GitHub accepts in one run; it keeps 5,000 of them, the worst."""

MAX_LOCATIONS: Final = 1000
"""How many locations GitHub accepts in one result."""

BASE: Final = "%SRCROOT%"

_LEVELS: Final[Mapping[Severity, str]] = {"error": "error", "warning": "warning", "info": "note"}


def render(findings: Findings) -> Iterator[str]:
    """Yield the log with one line for each rule and each result, the worst results first."""
    from qafiles.rules import all_rules  # noqa: PLC0415  # the table of formats loads no rules

    rules = all_rules()
    index = {rule.code: number for number, rule in enumerate(rules)}
    worst_first = sorted(findings.diagnostics, key=lambda item: SEVERITIES.index(item.severity))
    yield '{"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [{\n'
    yield f'"tool": {{"driver": {{"name": "qafiles", "semanticVersion": "{__version__}", "rules": ['
    yield from _array(_rule(rule.code, rule.name, rule.severity, rule.documentation) for rule in rules)
    yield "]}},\n"
    category = "qafiles/" if findings.root == "." else f"qafiles/{escape(findings.root)}/"
    base = {BASE: {"description": {"text": "The top of the git repository."}}}
    yield f'"automationDetails": {dump({"id": category})},\n'
    yield f'"originalUriBaseIds": {dump(base)},\n'
    yield f'"columnKind": "unicodeCodePoints",\n"invocations": [{dump(_invocation(findings))}],\n'
    yield '"results": ['
    yield from _array(
        _result(findings, diagnostic, index[diagnostic.code]) for diagnostic in worst_first[:LIMIT]
    )
    yield "]}]}\n"


def _array(items: Iterator[Any]) -> Iterator[str]:
    separator = "\n "
    for item in items:
        yield separator + dump(item)
        separator = ",\n "


def _rule(code: str, name: str, severity: Severity, page: str) -> dict[str, Any]:
    title, _, body = page.partition("\n\n")
    why = body.partition("\n\n")[0].partition("\n")[2]
    return {
        "id": code,
        "name": "".join(part.capitalize() for part in name.split("-")),
        "shortDescription": {"text": title},
        "fullDescription": {"text": why.replace("\n", " ")},
        "help": {"text": page, "markdown": page},
        "defaultConfiguration": {"level": _LEVELS[severity]},
    }


def _invocation(findings: Findings) -> dict[str, Any]:
    invocation: dict[str, Any] = {"executionSuccessful": findings.is_whole}
    if findings.unchecked:
        notes = [_notification("note", f"Not checked: {escape(sentence)}") for sentence in findings.unchecked]
        invocation["toolExecutionNotifications"] = notes
    more = len(findings.diagnostics) - LIMIT
    if more > 0:
        text = f"{counted(more, 'result')} left out: GitHub accepts {LIMIT}. `qafiles validate` lists all of them."
        invocation["toolConfigurationNotifications"] = [_notification("warning", text)]
    return invocation


def _notification(level: str, text: str) -> dict[str, Any]:
    return {"level": level, "message": {"text": text}}


def _result(findings: Findings, diagnostic: Diagnostic, index: int) -> dict[str, Any]:
    span = diagnostic.span
    region = {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }
    result = {
        "ruleId": diagnostic.code,
        "ruleIndex": index,
        "level": _LEVELS[diagnostic.severity],
        "message": {"text": _no_link(one_line(diagnostic))},
        "locations": [_location(findings, diagnostic.path, region)],
        "partialFingerprints": {"qafiles/v1": diagnostic.fingerprint},
    }
    if diagnostic.related:
        result["relatedLocations"] = [
            {
                "id": number,
                "message": {"text": _no_link(escape(place.message))},
                **_location(findings, place.path, {"startLine": place.line, "startColumn": place.column}),
            }
            for number, place in enumerate(diagnostic.related[: MAX_LOCATIONS - 1], start=1)
        ]
    return result


def _location(findings: Findings, path: str, region: Mapping[str, int]) -> dict[str, Any]:
    artifact = {"uri": uri(findings.path_in_repository(path)), "uriBaseId": BASE}
    return {"physicalLocation": {"artifactLocation": artifact, "region": region}}


def uri(path: str) -> str:
    """Return a relative path as a percent-encoded URI reference, byte for byte what git has."""
    try:
        content = path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        content = well_formed(path).encode()
    return quote(content)


def _no_link(text: str) -> str:
    """Return text without SARIF's embedded links: `[text](target)` is one even in plain messages."""
    return text.replace("](", "] (")
