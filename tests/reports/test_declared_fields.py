"""Custom fields in reports: figures by their values, conditions on them, and their columns in every format."""

import csv
import io
import json
from collections import Counter
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from qafiles.render.reports import FORMATS, render
from qafiles.reports import REPORTS, EntityRef, Filters, Report, make_report
from tests.cli.conftest import Qafiles
from tests.conftest import git, write
from tests.reports.declared import commit, declared_root
from tests.reports.oracle import Entity, Oracle

_FIELDS = ("x-level", "x-cost", "x-tester", "x-testers", "x-issues", "x-due", "x-link", "x-auto", "x-weight")
_COUNTING = ("inventory", "coverage", "traceability", "changes", "activity", "stale", "findings")


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return declared_root(tmp_path_factory.mktemp("declared") / "acme")


@pytest.fixture(scope="module")
def oracle(root: Path) -> Oracle:
    return Oracle(root)


def shown(cell: Any) -> str:
    """Return a cell as the text by which the oracle knows a group."""
    return cell.handle if isinstance(cell, EntityRef) else "none" if cell is None else str(cell)


def by(report: Report) -> dict[str, tuple[Any, ...]]:
    """Return the numbers of the table `by` of a report, by group."""
    return {shown(row[0]): row[1:] for row in report.table("by").rows}


def expected_groups(case: Entity, field: str) -> set[str]:
    value = case.data.get(field)
    items = value if isinstance(value, list) else [value]
    return {"none" if item is None else str(item) for item in items}


@pytest.mark.parametrize("field", _FIELDS)
def test_coverage_counts_test_cases_by_each_type_of_field(root: Path, oracle: Oracle, field: str) -> None:
    report = make_report("coverage", root, by=field)
    traversed = oracle.traversed()
    cases, lacking = Counter[str](), Counter[str]()
    for case in oracle.of("test_case"):
        for group in expected_groups(case, field):
            cases[group] += 1
            lacking[group] += case.handle not in traversed
    numbers = by(report)
    assert {group: row[0] for group, row in numbers.items() if row[0]} == dict(cases)
    assert {group: row[3] for group, row in numbers.items() if row[3]} == dict(+lacking)


def test_choices_stand_in_their_order_even_where_nothing_has_them_and_none_comes_last(root: Path) -> None:
    assert [*by(make_report("coverage", root, by="x-level"))] == ["severe", "usual", "slight", "none"]
    assert by(make_report("coverage", root, by="x-level"))["slight"] == (0, 0, 0, 0, 0)


def test_numbers_are_in_the_order_of_numbers(root: Path) -> None:
    costs: list[Any] = [row[0] for row in make_report("coverage", root, by="x-cost").table("by").rows]
    assert costs[:-1] == sorted(costs[:-1])
    assert 10 in costs[:-1]
    assert costs[-1] is None


@pytest.mark.slow
def test_a_reference_is_counted_by_what_it_names_however_it_is_written(root: Path, tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    git(tmp_path, "clone", "-q", str(root), str(folder))
    mei = next(user.data["id"] for user in Oracle(folder).of("user") if user.handle == "mei")
    before = by(make_report("coverage", folder, by="x-tester"))
    case = next(place for place in sorted(folder.rglob("*.yaml")) if "x-tester: mei\n" in place.read_text())
    case.write_text(case.read_text().replace("x-tester: mei\n", f"x-tester: {mei}\n"))
    assert by(make_report("coverage", folder, by="x-tester")) == before
    report = make_report("coverage", folder, by="x-tester")
    assert all(cell is None or isinstance(cell, EntityRef) for cell, *_ in report.table("by").rows)


def test_an_entity_with_several_values_counts_for_each_and_a_note_says_so(root: Path) -> None:
    note = "an entity with several values of `x-testers` counts for each of them"
    assert note in make_report("coverage", root, by="x-testers").notes
    assert not any("several values" in text for text in make_report("coverage", root, by="x-level").notes)


def test_inventory_counts_the_kinds_that_have_the_field(root: Path, oracle: Oracle) -> None:
    table = make_report("inventory", root, by="x-tester").table("by")
    assert [column.name for column in table.columns] == ["x-tester", "test_cases", "documents"]
    documents = Counter(entity.data.get("x-tester", "none") for entity in oracle.of("document"))
    numbers = {shown(row[0]): row[2] for row in table.rows}
    assert {group: number for group, number in numbers.items() if number} == dict(documents)


@pytest.mark.parametrize("name", _COUNTING)
def test_every_report_that_counts_entities_counts_by_a_field_and_heads_with_that_table(
    root: Path, name: str
) -> None:
    report = make_report(name, root, revisions="HEAD~1" if name == "changes" else None, by="x-level", days=0)
    assert report.tables[0].name == "by"
    assert report.filters["by"] == ("x-level",)
    assert all(type(number) is int for row in report.table("by").rows for number in row[1:])


@pytest.mark.slow
def test_traceability_activity_stale_and_changes_count_the_same_test_cases(
    root: Path, oracle: Oracle
) -> None:
    cases = Counter(next(iter(expected_groups(case, "x-level"))) for case in oracle.of("test_case"))
    changed = {**cases}
    changed.pop("none")
    assert {
        g: row[0] for g, row in by(make_report("traceability", root, by="x-level")).items() if row[0]
    } == dict(cases)
    stale = by(make_report("stale", root, by="x-level", days=0))
    of_stale = {g: row[0] for g, row in stale.items() if g != "none" and row[0]}
    assert of_stale == changed
    activity = by(make_report("activity", root, by="x-level"))
    assert {g: row[3] for g, row in activity.items() if row[3]} == changed
    changes = by(make_report("changes", root, revisions="HEAD~1..HEAD", by="x-level"))
    assert {g: row[4] for g, row in changes.items() if row[4]} == changed


def test_what_is_removed_counts_by_the_value_that_it_had(root: Path, tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    git(tmp_path, "clone", "-q", str(root), str(folder))
    severe = next(
        place for place in sorted(folder.rglob("*.yaml")) if "x-level: severe\n" in place.read_text()
    )
    severe.unlink()
    commit(folder, "less", "2026-03-05T09:00:00Z")
    changes = by(make_report("changes", folder, revisions="HEAD~1..HEAD", by="x-level"))
    assert {group: row[1] for group, row in changes.items() if row[1]} == {"severe": 1}
    activity = by(make_report("activity", folder, by="x-level"))
    assert {group: row[4] for group, row in activity.items() if row[4]} == {"severe": 1}
    before = by(make_report("activity", folder, by="x-tester", rev="HEAD~1"))
    assert before.keys() == by(make_report("activity", folder, by="x-tester")).keys()


def test_what_cannot_be_read_is_no_entity_without_a_value(root: Path, tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    git(tmp_path, "clone", "-q", str(root), str(folder))
    severe = next(
        place for place in sorted(folder.rglob("*.yaml")) if "x-level: severe\n" in place.read_text()
    )
    before = by(make_report("inventory", folder, by="x-level"))
    severe.write_text("a: [")
    after = by(make_report("inventory", folder, by="x-level"))
    assert after["severe"] == (before["severe"][0] - 1,)
    assert after["not known"] == (1,)
    assert after["none"] == before["none"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["coverage", "--by", "x-levl"], "no test case has `x-levl`; did you mean `x-level`?"),
        (["coverage", "--by", "x-size"], "no test case has `x-size`"),
        (["secrets", "--by", "x-level"], "does not count by fields; --by goes with inventory, coverage"),
        (["coverage", "--where", "x-levl=severe"], "no test case has `x-levl`; did you mean `x-level`?"),
        (["coverage", "--where", "x-level"], "is no condition; write FIELD=VALUE"),
        (["coverage", "--where", "x-level~("], "is no pattern"),
        (["changes", "HEAD~1", "--where", "x-levl=severe"], "did you mean `x-level`?"),
        (["changes", "HEAD~1", "--by", "x-levl"], "did you mean `x-level`?"),
    ],
)
def test_what_no_entity_has_is_refused_with_the_nearest(
    root: Path, qafiles: Qafiles, arguments: list[str], said: str
) -> None:
    result = qafiles("-C", root, "report", *arguments)
    assert (result.code, result.out) == (2, "")
    assert said in result.err


@pytest.mark.parametrize(
    ("where", "fits"),
    [
        ("x-level=severe", lambda data: data.get("x-level") == "severe"),
        ("x-level!=severe", lambda data: data.get("x-level") != "severe"),
        ("x-level=", lambda data: "x-level" not in data),
        ("x-tester=mei", lambda data: data.get("x-tester") == "mei"),
        ("x-issues=QA-7", lambda data: "QA-7" in data.get("x-issues", [])),
        ("x-auto=true", lambda data: data.get("x-auto") is True),
        ("x-due~^2026-03", lambda data: data.get("x-due", "").startswith("2026-03")),
        ("x-stage.name=s1", lambda data: data.get("x-stage", {}).get("name") == "s1"),
        ("x-source.key=C7", lambda data: data.get("x-source", {}).get("key") == "C7"),
    ],
)
def test_conditions_choose_test_cases_as_in_lists(
    root: Path, oracle: Oracle, qafiles: Qafiles, where: str, fits: Any
) -> None:
    wanted = {case.handle for case in oracle.of("test_case") if fits(case.data)}
    assert wanted
    listed = qafiles("-C", root, "list", "test_case", "--where", where, "--format", "jsonl").out
    assert {json.loads(line)["handle"] for line in listed.splitlines()} == wanted
    for name in ("coverage", "inventory", "traceability"):
        figures = {f.name: f.value for f in make_report(name, root, filters=Filters(where=(where,))).figures}
        assert figures["test_cases"] == len(wanted)


def test_conditions_are_said_in_every_format(root: Path, qafiles: Qafiles) -> None:
    for format_, said in (
        ("text", "where x-level=severe, by x-auto"),
        ("markdown", "where `x-level=severe`, by x-auto"),
        ("json", '"filters": {"where": ["x-level=severe"], "by": ["x-auto"]}'),
        ("html", "where x-level=severe; by x-auto"),
    ):
        result = qafiles(
            "-C",
            root,
            "report",
            "coverage",
            "--where",
            "x-level=severe",
            "--by",
            "x-auto",
            "--format",
            format_,
        )
        assert (result.code, said in result.out) == (0, True), result.out[:600]


def test_a_condition_on_a_field_that_only_the_newer_side_declares_is_fine(root: Path) -> None:
    report = make_report(
        "changes", root, revisions="HEAD~1..HEAD", filters=Filters(where=("x-level=severe",))
    )
    assert report.figures[4].value
    assert {row[2] for row in report.table("changes").rows} >= {"test case"}


# Columns

_GAPS = (
    "test_case",
    "title",
    "without",
    *_FIELDS,
    "x-stage",
    "x-source.tool",
    "x-source.key",
    "x-source.url",
)


def test_tables_of_entities_have_the_declared_fields_in_the_order_of_the_settings(
    root: Path, oracle: Oracle, qafiles: Qafiles
) -> None:
    out = qafiles("-C", root, "report", "coverage", "--table", "gaps", "--format", "csv").out
    rows = [*csv.DictReader(io.StringIO(out))]
    assert tuple(rows[0]) == _GAPS
    by_handle = {case.handle: case.data for case in oracle.of("test_case")}
    for row in rows:
        data = by_handle[row["test_case"]]
        assert row["x-level"] == data.get("x-level", "")
        assert row["x-cost"] == str(data.get("x-cost", ""))
        assert row["x-testers"] == ";".join(data.get("x-testers", []))
        assert row["x-issues"] == ";".join(data.get("x-issues", []))
        assert row["x-auto"] == str(data.get("x-auto", "")).lower()
        assert row["x-due"] == data.get("x-due", "")
        assert json.loads(row["x-stage"] or "null") == data.get("x-stage")
        assert row["x-source.key"] == data.get("x-source", {}).get("key", "")
    assert any(row["x-issues"].count("=1+") for row in rows)


def test_a_formula_in_a_custom_field_is_text_for_spreadsheets(
    root: Path, tmp_path: Path, qafiles: Qafiles
) -> None:
    folder = tmp_path / "copy"
    git(tmp_path, "clone", "-q", str(root), str(folder))
    settings = folder / "qafiles.yaml"
    settings.write_text(settings.read_text().replace("    x-cost", "    x-note: {type: string}\n    x-cost"))
    case = min(folder.glob("organizations/**/test_cases/**/*.yaml"))
    case.write_text(case.read_text() + "x-note: =HYPERLINK(1)\n")
    gaps = ("report", "coverage", "--by", "x-note", "--table", "by", "--format")
    assert "'=HYPERLINK(1),1," in qafiles("-C", folder, *gaps, "csv").out
    assert "\n=HYPERLINK(1),1," in qafiles("-C", folder, *gaps, "csv", "--raw").out
    place = tmp_path / "by.xlsx"
    assert qafiles("-C", folder, *gaps, "xlsx", "-o", place).code == 0
    cell = openpyxl.load_workbook(place)["by"]["A2"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == ("=HYPERLINK(1)", "s", True)


def test_a_workbook_has_numbers_dates_and_truth_values(
    root: Path, oracle: Oracle, tmp_path: Path, qafiles: Qafiles
) -> None:
    place = tmp_path / "coverage.xlsx"
    assert qafiles("-C", root, "report", "coverage", "--format", "xlsx", "-o", place).code == 0
    sheet = openpyxl.load_workbook(place)["gaps"]
    head, *rows = sheet.iter_rows(values_only=True)
    assert head == ("test case", "title", "without", *_GAPS[3:])
    by_handle = {case.handle: case.data for case in oracle.of("test_case")}
    seen = set()
    for row in rows:
        data, cells = by_handle[str(row[0])], dict(zip(head, row, strict=True))
        if "x-level" in data:
            assert cells["x-cost"] == data["x-cost"]
            assert cells["x-weight"] == data["x-weight"]
            assert cells["x-auto"] is data["x-auto"]
            assert cells["x-due"] == datetime.combine(date.fromisoformat(data["x-due"]), datetime.min.time())
            assert cells["x-testers"] == "; ".join(data["x-testers"])
            seen.add(cells["x-auto"])
    assert seen == {True, False}


@pytest.mark.slow
def test_people_see_the_fields_that_they_ask_for(root: Path, qafiles: Qafiles) -> None:
    for format_ in ("text", "markdown", "html"):
        gaps = ("-C", root, "report", "coverage", "--table", "gaps", "--format", format_)
        assert "x-level" not in qafiles(*gaps).out.replace("x-level=", "")
        assert "x-level" in qafiles(*gaps, "--by", "x-level").out
        assert "x-due" in qafiles(*gaps, "--fields", "test_case,x-due").out
    result = qafiles("-C", root, "report", "coverage", "--table", "gaps", "--fields", "test_case,x-du")
    assert (result.code, "has no column `x-du`; did you mean `x-due`?" in result.err) == (2, True)


def test_json_has_values_as_they_are(root: Path, oracle: Oracle, qafiles: Qafiles) -> None:
    out = qafiles("-C", root, "report", "coverage", "--table", "gaps", "--format", "json").out
    rows = json.loads(out)["tables"][0]["rows"]
    by_handle = {case.handle: case.data for case in oracle.of("test_case")}
    for row in rows:
        data = by_handle[row["test_case"]["handle"]]
        for name in ("x-level", "x-cost", "x-weight", "x-auto", "x-due", "x-link", "x-issues"):
            assert row[name] == data.get(name)
        assert (row["x-tester"] or {}).get("handle") == data.get("x-tester")


@pytest.mark.slow
def test_the_tables_of_every_kind_with_fields_have_them(root: Path) -> None:
    tables = {
        (name, table.name): {column.name for column in table.columns}
        for name in REPORTS
        for table in make_report(name, root, revisions="HEAD~1" if name == "changes" else None, days=0).tables
    }
    with_level = {key for key, columns in tables.items() if "x-level" in columns}
    assert with_level == {
        ("coverage", "gaps"),
        ("coverage", "untraversed_configs"),
        ("traceability", "matrix"),
        ("changes", "changes"),
        ("stale", "outdated"),
        ("stale", "untouched"),
        ("findings", "findings"),
        ("results", "matrix"),
        ("results", "outcomes"),
        ("results", "not_run"),
        ("results", "uncovered_configs"),
    }
    assert "x-size" in tables["inventory", "projects"]


@pytest.mark.parametrize(
    "value", ["9" * 5000, ".inf", "-.nan", "'x'", "[[1], {a: 2}]", "{a: {b: 1}}", "null", "''", "[]"]
)
def test_no_value_that_a_file_may_hold_breaks_a_report(tmp_path: Path, value: str) -> None:
    settings = "version: 1\nfields: {user: {x-cost: {type: number}}}\n"
    user = f"id: tz4a98xxat96iws9zmbrgj3a\nname: Ada\nx-cost: {value}\n"
    report = make_report(
        "inventory", write(tmp_path, {"qafiles.yaml": settings, "users/ada.yaml": user}), by="x-cost"
    )
    assert len(report.table("by").rows) >= 1
    for format_ in FORMATS:
        pieces = [*render(report, format_)]
        assert pieces
        if format_ == "json":
            json.loads("".join(map(str, pieces)), parse_constant=pytest.fail)
