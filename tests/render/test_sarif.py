import json
import os
import stat
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qafiles.codes import NAMES
from qafiles.diagnostics import START, Diagnostic, RelatedLocation, Span
from qafiles.render.escape import escape
from qafiles.render.validation.sarif import LIMIT, MAX_LOCATIONS, uri
from tests.render.findings import ANY_TEXT, DIAGNOSTICS, REPORTS, TAG, broken, printed, report_of


def run_of(*diagnostics: Diagnostic, root: str = ".", unchecked: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return the only run of the log."""
    log = json.loads(printed("sarif", report_of(*diagnostics, root=root, unchecked=unchecked)))
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    assert isinstance(run, dict)
    return run


def test_every_rule_is_described_even_in_a_clean_run() -> None:
    run = run_of()
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [*NAMES]
    for rule in rules:
        assert rule["name"].isalnum()
        assert len(rule["name"]) <= 255
        assert "\n" not in rule["shortDescription"]["text"]
        assert 20 < len(rule["fullDescription"]["text"]) <= 1024
        assert "## Why is this bad?" in rule["help"]["markdown"]
        assert rule["defaultConfiguration"]["level"] in {"error", "warning", "note"}
    assert (rules[0]["name"], run["results"]) == ("UnreadableFile", [])
    assert run["invocations"] == [{"executionSuccessful": True}]


def test_one_result() -> None:
    other = RelatedLocation("users/ada.yaml", 3, 4, "see [this](1)")
    run = run_of(TAG._replace(related=(other,)), root="qa/data")
    (result,) = run["results"]
    assert result == {
        "ruleId": "QF407",
        "ruleIndex": [*NAMES].index("QF407"),
        "level": "warning",
        "message": {"text": "50% of `a`, <b>: unused. Hint: delete it."},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {
                        "uri": "qa/data/tags/a%20b%2C%C3%A9.yaml",
                        "uriBaseId": "%SRCROOT%",
                    },
                    "region": {"startLine": 2, "startColumn": 7, "endLine": 2, "endColumn": 12},
                }
            }
        ],
        "partialFingerprints": {"qafiles/v1": "00ff00ff00ff00ff"},
        "relatedLocations": [
            {
                "id": 1,
                "message": {"text": "see [this] (1)"},
                "physicalLocation": {
                    "artifactLocation": {"uri": "qa/data/users/ada.yaml", "uriBaseId": "%SRCROOT%"},
                    "region": {"startLine": 3, "startColumn": 4},
                },
            }
        ],
    }
    assert run["columnKind"] == "unicodeCodePoints"
    assert run["automationDetails"] == {"id": "qafiles/qa/data/"}
    assert run_of()["automationDetails"] == {"id": "qafiles/"}


@pytest.mark.slow
def test_the_worst_come_first_and_what_is_left_out_is_counted() -> None:
    run = run_of(*[TAG] * LIMIT, TAG._replace(severity="error"), TAG._replace(severity="info"))
    assert len(run["results"]) == LIMIT
    assert Counter(result["level"] for result in run["results"]) == {"error": 1, "warning": LIMIT - 1}
    assert run["results"][0]["level"] == "error"
    (note,) = run["invocations"][0]["toolConfigurationNotifications"]
    assert note["message"]["text"].startswith("2 results left out: GitHub accepts 25000.")


def test_related_locations_stay_within_githubs_limit() -> None:
    others = tuple(RelatedLocation("a.yaml", 1, 1, "") for _ in range(MAX_LOCATIONS + 5))
    (result,) = run_of(TAG._replace(related=others))["results"]
    assert len(result["locations"]) + len(result["relatedLocations"]) == MAX_LOCATIONS


def test_what_was_not_checked_is_a_note() -> None:
    (note,) = run_of(unchecked=("the\x1b history",))["invocations"][0]["toolExecutionNotifications"]
    assert note == {"level": "note", "message": {"text": r"Not checked: the\x1b history"}}


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1) | st.just("a:b/\udcff#?%20.yaml"))
def test_a_uri_names_the_bytes_of_the_path(path: str) -> None:
    assert unquote_to_bytes(uri(path)) == path.encode("utf-8", "surrogateescape")
    assert uri(path).isascii()
    assert not set(uri(path)) & set(' :?#[]@\\"<>')


@pytest.mark.slow
@settings(deadline=None)
@given(DIAGNOSTICS, ANY_TEXT)
def test_any_text_arrives_and_steers_nothing(diagnostics: tuple[Diagnostic, ...], root: str) -> None:
    text = printed("sarif", report_of(*diagnostics, root=root or ".", unchecked=(root,)))
    assert text.encode().decode() == text
    assert "##[" not in text
    assert not any(line.lstrip().startswith("::") for line in text.splitlines())
    (run,) = json.loads(text)["runs"]
    found = Counter((result["level"], result["message"]["text"]) for result in run["results"])
    assert found.total() == len(diagnostics)
    for diagnostic in diagnostics:
        level = diagnostic.severity.replace("info", "note")
        start = escape(diagnostic.message).replace("](", "] (")
        assert any(message.startswith(start) for severity, message in found if severity == level)
    for result in run["results"]:
        for place in [result, *result.get("relatedLocations", [])]:
            assert place["message"]["text"].isprintable() or not place["message"]["text"].isascii()
            assert "](" not in place["message"]["text"]


@pytest.fixture(scope="session")
def multitool(node_modules: Path) -> Path:
    """The folder of Microsoft's SARIF validator; npm may have been forbidden to make it executable."""
    folder = node_modules / "@microsoft" / "sarif-multitool-linux"
    if not folder.is_dir():
        pytest.skip(f"@microsoft/sarif-multitool 5 is not in {node_modules}")
    program = folder / "Sarif.Multitool"
    if not os.access(program, os.X_OK):
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return folder


def problems(multitool: Path, folder: Path, text: str) -> list[str]:
    """Return the rules that the validator says are broken; its exit code says nothing."""
    log, found = folder / "log.sarif", folder / "found.sarif"
    log.write_bytes(text.encode())
    arguments = ("validate", log, "--rule-kind", "Sarif;Ghas", "-o", found, "--log", "ForceOverwrite")
    environment = {**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"}
    program = multitool / "Sarif.Multitool"
    subprocess.run([program, *arguments], env=environment, check=True, capture_output=True)
    (run,) = json.loads(found.read_bytes())["runs"]
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"]
    assert not invocation.get("toolExecutionNotifications")
    return [result["ruleId"] for result in run["results"]]


# There is no site about qafiles that `informationUri` could lead to.
NO_SITE = "SARIF2005"


@pytest.mark.node
@pytest.mark.parametrize(
    "name", ["clean", "broken", pytest.param("crowd", marks=pytest.mark.slow, id="crowd")]
)
def test_microsofts_validator_has_no_objection(multitool: Path, tmp_path: Path, name: str) -> None:
    assert problems(multitool, tmp_path, printed("sarif", REPORTS[name]())) == [NO_SITE]


@pytest.mark.node
def test_microsofts_validator_has_no_objection_to_hostile_text(multitool: Path, tmp_path: Path) -> None:
    evil = (
        "\x1b[31m \r\n::error::x\u2028 \u202e {0} {x} [a](b) [c](1) <img> ##[error]x \udc80 \ufffe\uffff\x00"
    )
    path = "::add-mask::x\n/\u2066a:b,c%/ é#?[]\\\udcff.yaml"
    found = TAG._replace(message=evil, hint=evil, path=path, related=(RelatedLocation(path, 1, 1, evil),))
    report = report_of(found, found._replace(span=START), root="a b/é", unchecked=(evil,))
    assert problems(multitool, tmp_path, printed("sarif", report)) == [NO_SITE]


@pytest.mark.node
@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ('"uri": "examples', '"uri": "/examples', "SARIF1004"),
        ('"startLine"', '"endOffset"', "SARIF1007"),
        ('"message": {"text": "no ', '"message": {"id": "no ', "GH1015"),
    ],
)
def test_microsofts_validator_finds_faults(
    multitool: Path, tmp_path: Path, old: str, new: str, rule: str
) -> None:
    text = printed("sarif", broken())
    assert old in text
    assert rule in problems(multitool, tmp_path, text.replace(old, new))


@pytest.mark.node
@pytest.mark.parametrize("name", REPORTS)
def test_logs_are_valid_for_the_schema(multitool: Path, name: str) -> None:
    schema = json.loads((multitool / "sarif-2.1.0.json").read_text(encoding="utf-8-sig"))
    validator = jsonschema_rs.validator_for(schema, validate_formats=True)
    validator.validate(json.loads(printed("sarif", REPORTS[name]())))
    assert not validator.is_valid({"version": "2.1.0", "runs": [{}]})


@pytest.mark.node
@settings(max_examples=50, deadline=None)
@given(diagnostics=DIAGNOSTICS, root=ANY_TEXT)
def test_any_text_makes_a_valid_log(multitool: Path, diagnostics: tuple[Diagnostic, ...], root: str) -> None:
    schema = json.loads((multitool / "sarif-2.1.0.json").read_text(encoding="utf-8-sig"))
    text = printed("sarif", report_of(*diagnostics, root=root or ".", unchecked=(root,)))
    jsonschema_rs.validator_for(schema, validate_formats=True).validate(json.loads(text))


def test_a_span_of_several_lines_keeps_its_end() -> None:
    (result,) = run_of(TAG._replace(span=Span(2, 7, 4, 1)))["results"]
    region = result["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 2, "startColumn": 7, "endLine": 4, "endColumn": 1}
