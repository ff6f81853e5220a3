import json
from collections.abc import Mapping
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qafiles.diagnostics import Diagnostic, RelatedLocation, Span
from qafiles.render.escape import escape, well_formed
from qafiles.render.validation import Findings
from qafiles.render.validation.rdjson import byte_column
from tests.render.findings import DIAGNOSTICS, REPORTS, TAG, printed, report_of

TEXT = {"type": "string"}
PLACE = {"type": "integer", "minimum": 1, "maximum": 2**31 - 1}


def record(required: Mapping[str, Any], **optional: Any) -> dict[str, Any]:
    """Return the schema of an object with these properties and no other: reviewdog refuses what it does not know."""
    return {
        "type": "object",
        "properties": {**required, **optional},
        "required": [*required],
        "additionalProperties": False,
    }


# After https://github.com/reviewdog/reviewdog/blob/master/proto/rdf/reviewdog.proto
POSITION = record({"line": PLACE}, column=PLACE)
LOCATION = record({"path": TEXT, "range": record({"start": POSITION}, end=POSITION)})
SCHEMA = record(
    {
        "source": record({"name": {"const": "qafiles"}}),
        "diagnostics": {
            "type": "array",
            "items": record(
                {
                    "message": {"type": "string", "minLength": 1},
                    "location": LOCATION,
                    "severity": {"enum": ["ERROR", "WARNING", "INFO"]},
                    "code": record({"value": {"type": "string", "pattern": "^(QF[1-9][0-9]{2}|unchecked)$"}}),
                },
                related_locations={
                    "type": "array",
                    "items": record({"message": TEXT, "location": LOCATION}),
                },
            ),
        },
    }
)
VALIDATOR = jsonschema_rs.validator_for(SCHEMA)


def test_an_empty_run_has_no_diagnostics() -> None:
    assert json.loads(printed("rdjson", report_of())) == {"source": {"name": "qafiles"}, "diagnostics": []}


def test_one_finding() -> None:
    files: dict[str, bytes | str] = {"qafiles.yaml": "version: 1\n", TAG.path: "id: x\né👍: naïve\n"}
    other = RelatedLocation("users/ada.yaml", 3, 4, "the other")
    report = report_of(TAG._replace(span=Span(2, 5, 2, 10), related=(other,)), files=files, root="qa")
    (found,) = json.loads(printed("rdjson", report))["diagnostics"]
    assert found == {
        "message": "50% of `a`, <b>: unused. Hint: delete it.",
        "location": {
            "path": "qa/tags/a b,é.yaml",
            "range": {"start": {"line": 2, "column": 9}, "end": {"line": 2, "column": 15}},
        },
        "severity": "WARNING",
        "code": {"value": "QF407"},
        "related_locations": [
            {
                "message": "the other",
                "location": {"path": "qa/users/ada.yaml", "range": {"start": {"line": 3}}},
            }
        ],
    }


def test_columns_of_a_file_that_is_gone_stay_as_they_are() -> None:
    (found,) = json.loads(printed("rdjson", report_of(TAG)))["diagnostics"]
    assert found["location"]["range"] == {
        "start": {"line": 2, "column": 7},
        "end": {"line": 2, "column": 12},
    }


@given(st.text(st.characters(exclude_categories=["Cs"])), st.integers(1, 9))
def test_columns_count_bytes(line: str, beyond: int) -> None:
    content = line.encode()
    for column in range(1, len(line) + 2):
        at = byte_column(line, column)
        assert content[: at - 1].decode() == line[: column - 1]
    assert byte_column(line, len(line) + 1 + beyond) == len(content) + 1 + beyond


@pytest.mark.slow
@pytest.mark.parametrize("name", REPORTS)
def test_documents_are_valid_and_ranges_cut_the_files_bytes(name: str) -> None:
    report = REPORTS[name]()
    document = json.loads(printed("rdjson", report))
    VALIDATOR.validate(document)
    lines = bytes_of(report)
    for diagnostic, found in zip(report.diagnostics, document["diagnostics"], strict=report.is_whole):
        start, end = (found["location"]["range"][side] for side in ("start", "end"))
        span = diagnostic.span
        assert (start["line"], end["line"]) == (span.line, span.end_line)
        if diagnostic.code == "QF401" and span.line == span.end_line:
            quoted = lines[diagnostic.path][span.line - 1][start["column"] - 1 : end["column"] - 1]
            assert f"`{quoted.decode()}`" in diagnostic.message


def bytes_of(report: Findings) -> dict[str, list[bytes]]:
    """Return the lines of every file that has a dangling reference."""
    paths = sorted({item.path for item in report.diagnostics if item.code == "QF401"})
    contents = report.verdict.read(paths)
    return {
        path: content.split(b"\n")
        for path, content in zip(paths, contents, strict=True)
        if isinstance(content, bytes)
    }


@pytest.mark.slow
@settings(deadline=None)
@given(DIAGNOSTICS)
def test_any_text_arrives_and_steers_nothing(diagnostics: tuple[Diagnostic, ...]) -> None:
    text = printed("rdjson", report_of(*diagnostics))
    assert text.encode().decode() == text
    assert "##[" not in text
    assert not any(line.lstrip().startswith("::") for line in text.splitlines())
    document = json.loads(text)
    VALIDATOR.validate(document)
    for diagnostic, found in zip(diagnostics, document["diagnostics"], strict=True):
        assert found["location"]["path"] == well_formed(diagnostic.path)
        assert found["message"].startswith(escape(diagnostic.message))
        assert len(found.get("related_locations", [])) == len(diagnostic.related)


def test_a_span_of_several_lines_is_converted_at_both_ends() -> None:
    files: dict[str, bytes | str] = {"qafiles.yaml": "version: 1\n", TAG.path: "é: é\n\nééé\n"}
    report = report_of(TAG._replace(span=Span(1, 4, 3, 3)), files=files)
    (found,) = json.loads(printed("rdjson", report))["diagnostics"]
    assert found["location"]["range"] == {
        "start": {"line": 1, "column": 5},
        "end": {"line": 3, "column": 5},
    }
