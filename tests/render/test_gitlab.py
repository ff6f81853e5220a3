import json
from collections import Counter
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings

from qafiles.diagnostics import START, Diagnostic
from qafiles.render.escape import escape, well_formed
from tests.render.findings import DIAGNOSTICS, REPORTS, TAG, printed, report_of

PLACE = {"type": "integer", "minimum": 1}
POSITION = {
    "type": "object",
    "properties": {"line": PLACE, "column": PLACE},
    "required": ["line", "column"],
    "additionalProperties": False,
}
# After https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format; GitLab ignores the rest of a report
# after the first entry that does not fit.
SCHEMA = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "pattern": "^(QF[1-9][0-9]{2}|unchecked)$"},
            "fingerprint": {"type": "string"},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "properties": {
                    "path": {"type": "string", "minLength": 1, "not": {"pattern": r"^\./"}},
                    "lines": {
                        "type": "object",
                        "properties": {"begin": PLACE, "end": PLACE},
                        "required": ["begin"],
                        "additionalProperties": False,
                    },
                    "positions": {
                        "type": "object",
                        "properties": {"begin": POSITION, "end": POSITION},
                        "required": ["begin", "end"],
                        "additionalProperties": False,
                    },
                },
                "required": ["path", "lines"],
                "additionalProperties": False,
            },
        },
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "additionalProperties": False,
    },
}
VALIDATOR = jsonschema_rs.validator_for(SCHEMA)


def test_an_empty_run_is_an_empty_array() -> None:
    assert printed("gitlab", report_of()) == "[]\n"


def test_one_finding() -> None:
    assert json.loads(printed("gitlab", report_of(TAG, root="qa"))) == [
        {
            "description": "QF407 unused-tag: 50% of `a`, <b>: unused. Hint: delete it.",
            "check_name": "QF407",
            "fingerprint": "00ff00ff00ff00ff",
            "severity": "minor",
            "location": {
                "path": "qa/tags/a b,é.yaml",
                "lines": {"begin": 2, "end": 2},
                "positions": {"begin": {"line": 2, "column": 7}, "end": {"line": 2, "column": 12}},
            },
        }
    ]


def test_the_start_of_a_file_stands_for_all_of_it_and_has_no_columns() -> None:
    (found,) = json.loads(printed("gitlab", report_of(TAG._replace(span=START))))
    assert found["location"] == {"path": TAG.path, "lines": {"begin": 1, "end": 1}}


def test_severities_are_those_of_gitlab() -> None:
    levels = [TAG._replace(severity="error"), TAG, TAG._replace(severity="info")]
    found = json.loads(printed("gitlab", report_of(*levels)))
    assert [item["severity"] for item in found] == ["major", "minor", "info"]


@pytest.mark.slow
@pytest.mark.parametrize("name", REPORTS)
def test_reports_are_valid_and_each_fingerprint_is_the_findings_own(name: str) -> None:
    report = REPORTS[name]()
    found = json.loads(printed("gitlab", report))
    VALIDATOR.validate(found)
    told = [item["fingerprint"] for item in found if item["check_name"] != "unchecked"]
    assert told == [item.fingerprint for item in report.diagnostics]
    assert_unique(found)


def assert_unique(found: list[dict[str, Any]]) -> None:
    fingerprints = Counter(item["fingerprint"] for item in found)
    assert all(number == 1 for number in fingerprints.values())


@pytest.mark.slow
@settings(deadline=None)
@given(DIAGNOSTICS)
def test_any_text_arrives_and_steers_nothing(diagnostics: tuple[Diagnostic, ...]) -> None:
    text = printed("gitlab", report_of(*diagnostics))
    assert text.encode().decode() == text
    assert "##[" not in text
    assert not any(line.lstrip().startswith("::") for line in text.splitlines())
    found = json.loads(text)
    VALIDATOR.validate([item for item in found if not item["location"]["path"].startswith("./")])
    assert_unique(found)
    for diagnostic, item in zip(diagnostics, found, strict=True):
        assert item["location"]["path"] == well_formed(diagnostic.path)
        assert item["description"].startswith(f"QF401 dangling-reference: {escape(diagnostic.message)}")
