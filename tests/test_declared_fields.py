"""A data root with ten declared fields, one of each type: every place that shows, asks for, writes or checks fields knows them."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Qafiles, qafiles
from tests.conftest import git
from tests.rules.data_root import data_root

__all__ = ["qafiles"]

_SETTINGS = """version: 1
fields:
  test_case:
    x-priority: {enum: [high, medium, low], required: true, description: How bad it is when this fails}
    x-estimate: {type: integer, minimum: 0, maximum: 240}
    x-risk: {type: number, minimum: 0}
    x-flaky: {type: boolean}
    x-component: {type: string, minLength: 2, maxLength: 20}
    x-jira: {type: array, maxItems: 3, items: {type: string, pattern: "^[A-Z]+-[0-9]+$"}}
    x-reviewed: {format: date}
    x-page: {format: uri}
    x-setup: {properties: {os: {enum: [linux, mac], required: true}, ram: {type: integer, minimum: 1}}}
    x-owner: {reference: user}
"""
_CASE = "organizations/acme/projects/shop/test_cases/open.yaml"
_HEAD = """id: f2cp7rav4wo9ey1bug6sh3di
test_description: |
  The start page opens
url_route: /
tags: [smoke]
browser_configs: [desktop]
"""
_VALUES = {
    "x-component": "checkout",
    "x-estimate": "30",
    "x-flaky": "false",
    "x-jira": "[QA-12, QA-3]",
    "x-owner": "ada",
    "x-page": "https://example.com/a",
    "x-priority": "high",
    "x-reviewed": "2026-03-01",
    "x-risk": "1.5",
    "x-setup": "{os: linux, ram: 4}",
}


def _text(changed: dict[str, str | None]) -> str:
    values = {**_VALUES, **changed}
    return _HEAD + "".join(f"{key}: {value}\n" for key, value in values.items() if value is not None)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A data root in git whose one test case has a value of each field."""
    for path, text in data_root({"qafiles.yaml": _SETTINGS, _CASE: _text({})}).items():
        place = tmp_path / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "first")
    return tmp_path


WRONG: list[tuple[str, str | None, str, int, str]] = [
    ("x-priority", None, "QF201", 1, "add `x-priority"),
    ("x-priority", "hihg", "QF204", 13, "did you mean `high`?"),
    ("x-priority", "urgent", "QF204", 13, "high"),
    ("x-priority", "High", "QF204", 13, "did you mean `high`?"),
    ("x-priority", "1", "QF204", 13, "high"),
    ("x-priority", "[high]", "QF204", 13, "high"),
    ("x-priority", "", "QF203", 1, "give it a value"),
    ("x-estimate", "-1", "QF204", 13, "write 0 or more"),
    ("x-estimate", "999", "QF204", 13, "write 240 or less"),
    ("x-estimate", "1.5", "QF203", 13, "whole number"),
    ("x-estimate", "'30'", "QF203", 13, "write 30 without quotes"),
    ("x-estimate", "soon", "QF203", 13, "whole number"),
    ("x-estimate", "true", "QF203", 13, "whole number"),
    ("x-risk", "-0.5", "QF204", 9, "write 0 or more"),
    ("x-risk", "high", "QF203", 9, "write a number"),
    ("x-risk", "[1]", "QF203", 9, "write a number"),
    ("x-flaky", "'no'", "QF203", 10, "write false without quotes"),
    ("x-flaky", "maybe", "QF203", 10, "`true` or `false`"),
    ("x-flaky", "0", "QF203", 10, "`true` or `false`"),
    ("x-component", "c", "QF204", 14, "write 2 characters or more"),
    ("x-component", "a-component-with-a-long-name", "QF204", 14, "write 20 characters or less"),
    ("x-component", "2024", "QF203", 14, "put it in quotes: '2024'"),
    ("x-component", "{a: b}", "QF203", 14, "write text"),
    ("x-jira", "QA-12", "QF203", 9, "write a list: [QA-12]"),
    ("x-jira", "[QA-1, QA-2, QA-3, QA-4]", "QF204", 9, "write 3 items or less"),
    ("x-jira", "[qa-12]", "QF204", 10, "write `QA-12`"),
    ("x-jira", "[QA-1, 12]", "QF203", 16, "put it in quotes: '12'"),
    ("x-jira", "[QA-1, '']", "QF204", 16, "write some text"),
    ("x-jira", "[[QA-1]]", "QF203", 10, "write one text"),
    ("x-reviewed", "2026-02-30", "QF204", 13, "a date like 2026-03-01"),
    ("x-reviewed", "'0000-01-01'", "QF204", 13, "a date like 2026-03-01"),
    ("x-reviewed", "2026-3-1", "QF204", 13, "write `2026-03-01`"),
    ("x-reviewed", "2026-03-01T10:00:00Z", "QF204", 13, "write `2026-03-01`"),
    ("x-reviewed", "1st of March", "QF204", 13, "a date like 2026-03-01"),
    ("x-page", "example.com/a", "QF204", 9, "write `https://example.com/a`"),
    ("x-page", "see the wiki", "QF204", 9, "an absolute address"),
    ("x-setup", "linux", "QF203", 10, "write a mapping, such as `{os: …}`"),
    ("x-setup", "{ram: 4}", "QF201", 1, "add `os: …`"),
    ("x-setup", "{os: linx}", "QF204", 15, "did you mean `linux`?"),
    ("x-setup", "{os: linux, ram: 0}", "QF204", 27, "write 1 or more"),
    ("x-setup", "{os: linux, rma: 4}", "QF202", 22, "the keys here are `os`, `ram`"),
    ("x-owner", "adda", "QF401", 10, "did you mean `ada`?"),
    ("x-owner", "f2cp7rav4wo9ey1bug6sh3di", "QF402", 10, "the id or handle of a user"),
    ("x-owner", "[ada]", "QF203", 10, "write one text"),
    ("x-owner", "' '", "QF204", 10, "write some text"),
]


@pytest.mark.parametrize("wrong", WRONG, ids=[f"{item[0]}: {item[1]}" for item in WRONG])
def test_a_wrong_value_is_told_at_its_place_with_what_to_write(
    wrong: tuple[str, str | None, str, int, str], root: Path, qafiles: Qafiles
) -> None:
    field, value, code, column, hint = wrong
    (root / _CASE).write_text(_text({field: value}), encoding="utf-8")
    result = qafiles("-C", root, "validate", "--format", "json")
    assert result.code == 1
    (found,) = [item for item in json.loads(result.out)["diagnostics"] if item["severity"] == "error"]
    line = 1 if value is None else 7 + sorted(_VALUES).index(field)
    assert (found["code"], found["line"], found["column"]) == (code, line, column), found
    assert hint in found["hint"], found


def test_right_values_have_no_finding(root: Path, qafiles: Qafiles) -> None:
    assert qafiles("-C", root, "validate", "--strict").code == 0
    assert qafiles("-C", root, "fmt", "--check").code == 0


def _record(root: Path, qafiles: Qafiles, *more: str) -> dict[str, Any]:
    record: dict[str, Any] = json.loads(qafiles("-C", root, "show", "open", "--format", "json", *more).out)
    return record


def test_they_are_shown(root: Path, qafiles: Qafiles) -> None:
    record = _record(root, qafiles)
    assert {name: record[name] for name in _VALUES if name != "x-owner"} == {
        "x-component": "checkout",
        "x-estimate": 30,
        "x-flaky": False,
        "x-jira": ["QA-12", "QA-3"],
        "x-page": "https://example.com/a",
        "x-priority": "high",
        "x-reviewed": "2026-03-01",
        "x-risk": 1.5,
        "x-setup": {"os": "linux", "ram": 4},
    }
    assert record["x-owner"] == "v1kq8w3xj5zr7mtb2nc9yd4h"
    assert _record(root, qafiles, "--resolve")["x-owner"] == {"id": record["x-owner"], "handle": "ada"}
    assert all(name in qafiles("-C", root, "show", "open").out for name in _VALUES)


@pytest.mark.parametrize(
    ("condition", "is_found"),
    [
        ("x-priority=high", True),
        ("x-priority!=high", False),
        ("x-estimate=30", True),
        ("x-flaky=false", True),
        ("x-jira=QA-3", True),
        ("x-jira~^QA-9", False),
        ("x-setup.os=linux", True),
        ("x-owner=ada", True),
        ("x-owner=v1kq8w3xj5zr7mtb2nc9yd4h", True),
        ("x-reviewed~^2026-03", True),
    ],
)
def test_they_are_asked_for(condition: str, is_found: bool, root: Path, qafiles: Qafiles) -> None:  # noqa: FBT001  # expected
    result = qafiles("-C", root, "list", "test_case", "--where", condition, "--count")
    assert (result.code, result.out.strip()) == (0, "1" if is_found else "0")


def test_a_declared_field_that_no_entity_has_can_be_asked_for(root: Path, qafiles: Qafiles) -> None:
    (root / _CASE).write_text(_text({"x-estimate": None}), encoding="utf-8")
    result = qafiles("-C", root, "list", "test_case", "--where", "x-estimate=30", "--count")
    assert (result.code, result.out.strip()) == (0, "0")
    result = qafiles("-C", root, "list", "test_case", "--where", "x-estimat=30", "--count")
    assert result.code == 2
    assert "did you mean `x-estimate`?" in result.err


def test_they_are_set_with_their_types(root: Path, qafiles: Qafiles) -> None:
    changes = (
        "x-component=2024",
        "x-estimate=5",
        "x-flaky=true",
        "x-jira=QA-7",
        "x-setup.ram=8",
        "x-jira+=QA-8",
    )
    assert qafiles("-C", root, "set", "open", *changes).code == 0
    text = (root / _CASE).read_text(encoding="utf-8")
    for line in ("x-component: '2024'", "x-estimate: 5", "x-flaky: true"):
        assert line in text
    record = _record(root, qafiles)
    assert (record["x-jira"], record["x-setup"]) == (["QA-7", "QA-8"], {"os": "linux", "ram": 8})
    result = qafiles("-C", root, "set", "open", "x-estimate=soon")
    assert result.code == 2
    assert "a whole number" in result.err
    result = qafiles("-C", root, "set", "open", "x-priority=urgent")
    assert result.code == 1
    assert "QF204" in result.err + result.out


def test_they_are_columns(root: Path, qafiles: Qafiles) -> None:
    result = qafiles("-C", root, "list", "test_case", "--format", "csv", "--fields", ",".join(_VALUES))
    (row,) = csv.DictReader(io.StringIO(result.out))
    assert row["x-priority"] == "high"
    assert row["x-estimate"] == "30"


def test_their_references_are_in_the_graph(root: Path, qafiles: Qafiles) -> None:
    edges = json.loads(qafiles("-C", root, "refs", "user:ada", "--format", "json").out)["incoming"]
    assert ("x-owner", "acme/shop/open") in {(edge["field"], edge["handle"]) for edge in edges}


def test_a_new_entity_needs_the_required_ones(root: Path, qafiles: Qafiles) -> None:
    fields = ("test_description=Close", "url_route=/close")
    result = qafiles("-C", root, "new", "test_case", "acme/shop/close", *fields)
    assert result.code == 2
    assert "x-priority" in result.err
    assert qafiles("-C", root, "new", "test_case", "acme/shop/close", *fields, "x-priority=low").code == 0


def test_their_changes_are_told(root: Path, qafiles: Qafiles) -> None:
    (root / _CASE).write_text(
        _text({"x-priority": "low", "x-owner": "v1kq8w3xj5zr7mtb2nc9yd4h"}), encoding="utf-8"
    )
    out = qafiles("-C", root, "diff").out
    assert "x-priority" in out
    assert "x-owner" not in out
    git(root, "commit", "-qam", "second")
    assert "x-priority" in qafiles("-C", root, "log", "open").out
    assert "x-priority" in qafiles("-C", root, "blame", "open").out


def test_they_follow_and_stop_edits(root: Path, qafiles: Qafiles) -> None:
    assert qafiles("-C", root, "mv", "user:ada", "lovelace").code == 0
    assert "x-owner: lovelace" in (root / _CASE).read_text(encoding="utf-8")
    result = qafiles("-C", root, "rm", "user:lovelace")
    assert result.code == 1
    assert f"{_CASE}:11: x-owner" in result.err


def test_editors_get_them(root: Path, qafiles: Qafiles) -> None:
    schema = json.loads(qafiles("-C", root, "schema", "test_case").out)
    assert {*_VALUES} < {*schema["properties"]}
    assert "x-priority" in schema["required"]


def test_reports_count_and_select_by_them(root: Path, qafiles: Qafiles) -> None:
    result = qafiles(
        "-C", root, "report", "coverage", "--by", "x-priority", "--table", "by", "--format", "csv"
    )
    assert result.code == 0
    assert "high" in result.out
    rows = csv.DictReader(io.StringIO(qafiles("-C", root, "report", "traceability", "--format", "csv").out))
    assert {row["x-estimate"] for row in rows} == {"30"}


@pytest.mark.slow
def test_the_site_shows_them(root: Path, tmp_path: Path, qafiles: Qafiles) -> None:
    assert qafiles("-C", root, "site", "-o", tmp_path / "site").code == 0
    texts = [path.read_text(encoding="utf-8") for path in (tmp_path / "site").rglob("*.html")]
    assert any(all(name in text for name in _VALUES) and "https://example.com/a" in text for text in texts)


@pytest.mark.parametrize("text", ["fields:\n  test_case: [a]", "environments:\n  - staging"])
def test_what_is_no_mapping_is_told_to_be_written_as_one(text: str, tmp_path: Path, qafiles: Qafiles) -> None:
    (tmp_path / "qafiles.yaml").write_text(f"version: 1\n{text}\n", encoding="utf-8")
    result = qafiles("-C", tmp_path, "validate", "--format", "json")
    assert "write a mapping" in json.loads(result.out)["diagnostics"][0]["hint"]
