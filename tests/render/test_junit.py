from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import xmlschema
from hypothesis import given, settings
from junitparser import JUnitXml

from qafiles.__main__ import run
from qafiles.diagnostics import Diagnostic
from qafiles.render.escape import escape
from qafiles.render.validation import Findings
from tests.render.findings import DIAGNOSTICS, EXAMPLES, REPORTS, TAG, broken, printed, report_of

SCHEMA = xmlschema.XMLSchema(Path(__file__).parents[1] / "data" / "junit-10.xsd")
FILES: Mapping[str, bytes | str] = {
    "qafiles.yaml": "version: 1\n",
    "users/ada.yaml": "id: so2vsgecf081kubmv1wb0sal\nname: Ada\n",
    "users/bob.yaml": "id: mo2vsgecf081kubmv1wb0sal\nname: Bob\n",
}
ADA = TAG._replace(path="users/ada.yaml", severity="error")


def root_of(text: str) -> ET.Element:
    """Return the root element, from the bytes that a tool would read."""
    return ET.fromstring(text.encode())  # noqa: S314  # our own output


def test_files_are_test_cases_in_a_suite_for_each_kind() -> None:
    hint = TAG._replace(path="users/bob.yaml", hint=None)
    report = report_of(ADA, ADA._replace(message="and more"), hint, files=dict(FILES), root="qa")
    assert printed("junit", report) == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<testsuites name="qafiles" tests="3" failures="1" errors="0">\n'
        '  <testsuite name="users" tests="2" failures="1" errors="0" skipped="0">\n'
        '    <testcase classname="qa/users" name="ada.yaml">\n'
        '      <failure type="QF407"'
        ' message="QF407 unused-tag: 50% of `a`, &lt;b&gt;: unused (and 1 more error)">\n'
        "2:7: error QF407 unused-tag: 50% of `a`, &lt;b&gt;: unused\n"
        "  hint: delete it\n"
        "2:7: error QF407 unused-tag: and more\n"
        "  hint: delete it\n"
        "</failure>\n"
        "    </testcase>\n"
        '    <testcase classname="qa/users" name="bob.yaml">\n'
        "      <system-out>\n"
        "2:7: warning QF407 unused-tag: 50% of `a`, &lt;b&gt;: unused\n"
        "</system-out>\n"
        "    </testcase>\n"
        "  </testsuite>\n"
        '  <testsuite name="other files" tests="1" failures="0" errors="0" skipped="0">\n'
        '    <testcase classname="qa" name="qafiles.yaml"/>\n'
        "  </testsuite>\n"
        "</testsuites>\n"
    )


def test_gitlabs_dialect_names_the_file_and_the_default_is_valid_without_it() -> None:
    report = report_of(ADA, files=dict(FILES), root="qa")
    plain, gitlab = printed("junit", report), printed("junit", report._replace(dialect="gitlab"))
    assert [case.get("file") for case in root_of(gitlab).iter("testcase")] == [
        "qa/users/ada.yaml",
        "qa/users/bob.yaml",
        "qa/qafiles.yaml",
    ]
    assert not any("file" in case.keys() for case in root_of(plain).iter("testcase"))  # noqa: SIM118  # no mapping
    assert SCHEMA.is_valid(plain)
    assert not SCHEMA.is_valid(gitlab)


def test_the_dialect_is_an_option(capsys: pytest.CaptureFixture[str]) -> None:
    command = ["-C", str(EXAMPLES / "broken"), "validate", "--format", "junit"]
    assert run(command) == 1
    assert " file=" not in capsys.readouterr().out
    assert run([*command, "--junit-dialect", "gitlab"]) == 1
    cases = [*root_of(capsys.readouterr().out).iter("testcase")]
    assert all(case.get("file") == f"{case.get('classname')}/{case.get('name')}" for case in cases)


@pytest.mark.slow
@pytest.mark.parametrize("name", REPORTS)
def test_reports_are_valid_and_other_tools_read_them(name: str) -> None:
    report = REPORTS[name]()
    text = printed("junit", report)
    SCHEMA.validate(text)
    suites = JUnitXml.fromstring(text.encode())
    failing = {item.path for item in report.diagnostics if item.severity == "error"}
    assert (suites.tests, suites.failures, suites.errors) == (checked(report), len(failing), 0)
    cases = [case for suite in suites for case in suite]
    assert sum(not case.is_passed for case in cases) == len(failing)
    keys = Counter((case.classname, case.name) for case in cases)
    assert set(keys.values()) == {1}
    for suite in suites:
        found = [case for case in suite if not case.is_passed]
        assert (suite.tests, suite.failures) == (len([*suite]), len(found))


def checked(report: Findings) -> int:
    """Return the number of files that were checked, or that have findings without being checked."""
    known = {*report.verdict.entity_paths, "qafiles.yaml"}
    return len(known | {item.path for item in report.diagnostics})


def test_every_finding_is_there() -> None:
    text = printed("junit", broken())
    for item in broken().diagnostics:
        assert f"{item.line}:{item.column}: {item.severity} {item.code} {item.name}: " in text


@pytest.mark.slow
@settings(deadline=None)
@given(DIAGNOSTICS)
def test_any_text_arrives_and_injects_nothing(diagnostics: tuple[Diagnostic, ...]) -> None:
    text = printed("junit", report_of(*diagnostics))
    assert "##[" not in text
    assert "[[ATTACHMENT" not in text
    assert not any(line.lstrip().startswith("::") for line in text.splitlines())
    SCHEMA.validate(text)
    root = root_of(text)
    tags = Counter(element.tag for element in root.iter())
    paths = {item.path for item in diagnostics}
    failing = {item.path for item in diagnostics if item.severity == "error"}
    assert tags["testcase"] == len(paths) + 1
    assert tags["failure"] == len(failing) == int(root.get("failures", ""))
    assert set(tags) <= {"testsuites", "testsuite", "testcase", "failure", "system-out"}
    told = "".join(root.itertext())
    for item in diagnostics:
        assert legible(item.message) in told


def legible(text: str) -> str:
    """Return what stands for a text in XML, which has no U+FFFE and no U+FFFF."""
    shown = escape(text).replace("[[ATTACHMENT", r"[\x5bATTACHMENT")
    return shown.replace("\ufffe", r"\ufffe").replace("\uffff", r"\uffff")
