"""The format `junit`: each checked file is a test case, which fails when the file has errors.

The default dialect is valid for the schema of Jenkins' xUnit plugin, which pytest's own reports obey, too:
https://github.com/jenkinsci/xunit-plugin/blob/master/src/main/resources/org/jenkinsci/plugins/xunit/types/model/xsd/junit-10.xsd.
The dialect `gitlab` adds the attribute `file`, from which GitLab makes a link to the file.
"""

import posixpath
from collections.abc import Iterator, Mapping, Sequence

from qafiles.diagnostics import Diagnostic
from qafiles.kinds import KIND_FACTS
from qafiles.layout import KINDS, SETTINGS_FILE
from qafiles.render.numbers import counted
from qafiles.render.validation.findings import Findings
from qafiles.render.xml_text import xml_text


def render(findings: Findings) -> Iterator[str]:
    """Yield the document: a test suite for each kind of file, and one for the settings and what has no kind.

    The last one's output says what could not be looked at.
    """
    by_path: dict[str, list[Diagnostic]] = {}
    for diagnostic in findings.diagnostics:
        by_path.setdefault(diagnostic.path, []).append(diagnostic)
    suites = _suites(findings, by_path)
    everything = [path for paths in suites.values() for path in paths]
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield f'<testsuites name="qafiles" {_numbers(everything, by_path)}>\n'
    for name, paths in suites.items():
        yield f'  <testsuite name="{name}" {_numbers(paths, by_path)} skipped="0">\n'
        for path in paths:
            yield "".join(_case(findings, path, by_path.get(path, ())))
        if findings.unchecked and name == [*suites][-1]:
            yield from (
                "    <system-out>\n",
                *(f"not checked: {xml_text(item)}\n" for item in findings.unchecked),
            )
            yield "</system-out>\n"
        yield "  </testsuite>\n"
    yield "</testsuites>\n"


def _suites(findings: Findings, by_path: Mapping[str, Sequence[Diagnostic]]) -> dict[str, list[str]]:
    verdict = findings.verdict
    suites = {KIND_FACTS[kind].plural.lower(): [*verdict.files.get(kind, ())] for kind in KINDS}
    settings = {SETTINGS_FILE} & {*verdict.others}
    suites["other files"] = sorted(settings | (by_path.keys() - verdict.entity_paths))
    return {name: paths for name, paths in suites.items() if paths}


def _numbers(paths: Sequence[str], by_path: Mapping[str, Sequence[Diagnostic]]) -> str:
    failures = sum(bool(_errors(by_path.get(path, ()))) for path in paths)
    return f'tests="{len(paths)}" failures="{failures}" errors="0"'


def _errors(diagnostics: Sequence[Diagnostic]) -> list[Diagnostic]:
    return [diagnostic for diagnostic in diagnostics if diagnostic.severity == "error"]


def _case(findings: Findings, path: str, diagnostics: Sequence[Diagnostic]) -> Iterator[str]:
    shown = findings.path_in_repository(path)
    folder, name = posixpath.split(shown)
    file = f' file="{xml_text(shown)}"' if findings.dialect == "gitlab" else ""
    start = f'    <testcase classname="{xml_text(folder or ".")}" name="{xml_text(name)}"{file}'
    if not diagnostics:
        yield f"{start}/>\n"
        return
    yield f"{start}>\n"
    if errors := _errors(diagnostics):
        first = f"{errors[0].code} {errors[0].name}: {errors[0].message}"
        more = f" (and {counted(len(errors) - 1, 'more error')})" if len(errors) > 1 else ""
        yield f'      <failure type="{errors[0].code}" message="{xml_text(first)}{more}">\n'
        yield from (_finding(findings, diagnostic) for diagnostic in errors)
        yield "</failure>\n"
    others = [diagnostic for diagnostic in diagnostics if diagnostic.severity != "error"]
    if others:
        yield "      <system-out>\n"
        yield from (_finding(findings, diagnostic) for diagnostic in others)
        yield "</system-out>\n"
    yield "    </testcase>\n"


def _finding(findings: Findings, diagnostic: Diagnostic) -> str:
    place = f"{diagnostic.line}:{diagnostic.column}"
    lines = [f"{place}: {diagnostic.severity} {diagnostic.code} {diagnostic.name}: {diagnostic.message}"]
    for other in diagnostic.related:
        path = findings.path_in_repository(other.path)
        lines.append(f"  see: {path}:{other.line}:{other.column}: {other.message}")
    if diagnostic.hint:
        lines.append(f"  hint: {diagnostic.hint}")
    return "".join(f"{xml_text(line)}\n" for line in lines)
