"""The sheet of a manual run: written for testers, filled in by them, and read back."""

import csv
import io
import json
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qafiles import MemorySource, Snapshot, load
from qafiles.render.sheet import as_csv, as_workbook
from qafiles.reports import make_report
from qafiles.results.faulty_links import LinkFaults
from qafiles.results.joining import join
from qafiles.results.read import read_result_file
from qafiles.results.result import Link, ResultFile
from qafiles.results.sheet import COLUMNS, sheet_rows
from tests.cli.conftest import Qafiles
from tests.conftest import samples, write
from tests.results.root import IDS, SHOP, case, files, snapshot

_ADD: Final = IDS["acme/shop/cart/add"]
_STATUS: Final = COLUMNS.index("status")
_NEEDED = "a sheet has a column `status`, and `id` or `handle`"


def _rows(data: Snapshot) -> list[list[str]]:
    """Return the rows of a sheet as testers get them, the first with the names of the columns."""
    text = "".join(as_csv(sheet_rows(data, data.of_kind("test_case"))))
    return [*csv.reader(io.StringIO(text))]


def _filled(rows: Sequence[Sequence[str]], *filled: tuple[str, str, str]) -> list[list[str]]:
    """Return rows with status, comment and tester in those behind the first."""
    result = [list(row) for row in rows]
    for row, cells in zip(result[1:], filled, strict=False):
        row[_STATUS : _STATUS + 3] = cells
    return result


def _csv(
    path: Path,
    rows: Sequence[Sequence[str]],
    delimiter: str = ",",
    encoding: str = "utf-8",
    end: str = "\r\n",
) -> None:
    with path.open("w", newline="", encoding=encoding) as stream:
        # Python quotes only those ends of lines that it writes.
        csv.writer(
            stream,
            delimiter=delimiter,
            lineterminator=end,
            quoting=csv.QUOTE_ALL if end == "\r" else csv.QUOTE_MINIMAL,
        ).writerows(rows)


def _workbook(path: Path, rows: Sequence[Sequence[str]]) -> None:
    book = openpyxl.Workbook()
    book.create_sheet("Notes", 0).append(["what", "we", "saw"])
    for row in rows:
        book.worksheets[1].append([cell or None for cell in row])
    book.save(path)


WRITERS: Final[Mapping[str, Callable[[Path, Sequence[Sequence[str]]], None]]] = {
    "commas": _csv,
    "carriage returns of a Macintosh": lambda path, rows: _csv(path, rows, end="\r"),
    "semicolons": lambda path, rows: _csv(path, rows, ";"),
    "tabs of Excel": lambda path, rows: _csv(path, rows, "\t", "utf-16"),
    "UTF-8 of Excel": lambda path, rows: _csv(path, rows, ",", "utf-8-sig"),
    "workbook": _workbook,
}


def _read(folder: Path, rows: Sequence[Sequence[str]], writer: str = "commas") -> ResultFile:
    WRITERS[writer](folder / "file", rows)
    return read_result_file(folder / "file", "run")


def test_a_test_case_has_a_row_for_each_browser_config_that_it_lists() -> None:
    rows = _rows(snapshot())
    assert rows[0] == list(COLUMNS)
    cells = [(row[0], row[1], row[2], row[3], row[4], row[6:9]) for row in rows[1:] if row[0] == _ADD]
    about = (_ADD, "acme/shop/cart/add", "Title of acme/shop/cart/add")
    url, empty = "https://shop.example.com/", ["", "", ""]
    assert cells == [(*about, "desktop", url, empty), (*about, "phone", url, empty)]
    assert [row[3] for row in rows[1:] if row[1] == "acme/bank/pay"] == [""]


def test_steps_are_what_stands_below_the_title() -> None:
    description = "test_description: |\n  Adds\n\n  1. Open.\n     - a detail\n\n  Expected: it opens.\nextra_rules: Be quick.\n"
    data = load(
        MemorySource(
            {**files(), f"{SHOP}/test_cases/cart/add.yaml": f"id: {_ADD}\nurl_route: /\n{description}"}
        )
    )
    row = next(row for row in _rows(data) if row[0] == _ADD)
    assert row[2] == "Adds"
    assert row[5] == "1. Open.\n   - a detail\n\nExpected: it opens.\n\nBe quick."


@pytest.mark.parametrize("writer", WRITERS)
def test_what_testers_fill_in_is_read_back(tmp_path: Path, writer: str) -> None:
    rows = _rows(snapshot())
    filled = _filled(
        rows,
        ("passed", "fine", "Ada"),
        ("FAIL", "\n the badge\nsays 1", "Ada"),
        (" Not run ", "", ""),
        ("skipped", "no time", "Grace"),
        ("", "", ""),
    )
    file = _read(tmp_path, filled, writer)
    assert (file.format, file.problems) == ("sheet", ())
    assert [(result.outcome, result.failure, result.tester) for result in file.results[:5]] == [
        ("passed", "", "Ada"),
        ("failed", "the badge", "Ada"),
        (None, "", None),
        ("skipped", "", "Grace"),
        (None, "", None),
    ]
    assert [(result.links, result.config, result.state) for result in file.results] == [
        ((Link(row[0], "sheet", "id"), Link(row[1], "sheet", "handle")), row[3] or None, row[-1])
        for row in rows[1:]
    ]


@pytest.mark.parametrize("writer", ["commas", "workbook"])
def test_errors_name_the_row(tmp_path: Path, writer: str) -> None:
    rows = _filled(
        _rows(snapshot()), ("passd", "", ""), ("blocked", "", ""), ("passed", "", ""), ("7", "", "")
    )
    rows[3][0] = rows[3][1] = ""
    file = _read(tmp_path, [*rows[:5], ["", " "]], writer)
    assert file.results == ()
    assert [(problem.message, problem.hint) for problem in file.problems] == [
        (
            "row 2: the status 'passd' is none of passed, failed, flaky, skipped, not run",
            "did you mean passed?",
        ),
        (
            "row 3: the status 'blocked' is none of passed, failed, flaky, skipped, not run",
            "write skipped, and as comment what blocks it",
        ),
        ("row 4 has no id and no handle", "copy them from another row"),
        ("row 5: the status '7' is none of passed, failed, flaky, skipped, not run", None),
    ]


def test_a_row_whose_id_and_handle_are_of_two_test_cases_is_told(tmp_path: Path) -> None:
    # Such are sheets of which one column was sorted alone; the handle of an older state is no fault.
    other = IDS["acme/shop/open"]
    rows = [
        ["id", "handle", "status"],
        [_ADD, "acme/shop/open", "passed"],
        [other, "acme/shop/was", "passed"],
    ]
    _csv(tmp_path / "run.csv", rows)
    data = snapshot()
    joined = join(data, [read_result_file(tmp_path / "run.csv")])
    (faulty,) = joined.links
    assert {data.files[path].id for path in joined.ran} == {_ADD, other}
    assert (faulty.problem.fault, faulty.problem.link.value) == ("disagreement", "acme/shop/open")
    assert "same test case" in LinkFaults(data, [faulty.problem]).hint(faulty.problem)


def test_columns_may_be_moved_left_out_and_added(tmp_path: Path) -> None:
    file = _read(tmp_path, [["Browser", " STATUS", "Handle"], ["x", "ok", "acme/shop/open"], ["x"]])
    assert [problem.message for problem in file.problems] == ["row 3 has no id and no handle"]
    (result,) = file.results
    assert (result.outcome, result.links, result.config) == (
        "passed",
        (Link("acme/shop/open", "sheet", "handle"),),
        None,
    )


@pytest.mark.parametrize("above", ["Run of release 2.3, in March\n", "sep=,\n", "A\n\n,,,\nB,C\n"])
def test_a_title_may_stand_above_the_header(tmp_path: Path, above: str) -> None:
    (tmp_path / "file").write_text(f"{above}handle,status\nacme/shop/open,passed\n")
    file = read_result_file(tmp_path / "file")
    assert [(result.outcome, result.links[0].value) for result in file.results] == [
        ("passed", "acme/shop/open")
    ]
    assert file.problems == ()


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("Run of March\n\nhandle;titel\na;b\n", 3, "row 3 looks like the header, and lacks `status`"),
        ("Run of March\nand April\na\n", 1, "none of the first 3 rows names the columns"),
        ("x\n" * 30, 1, "none of the first 19 rows names the columns"),
        ("case;result\n", 1, "the first row does not name the columns"),
    ],
)
def test_a_file_with_the_ending_of_a_sheet_is_told_what_it_lacks_as_one(
    tmp_path: Path, text: str, line: int, reason: str
) -> None:
    (tmp_path / "run.csv").write_text(text)
    (problem,) = read_result_file(tmp_path / "run.csv", "run.csv").problems
    assert (problem.place, problem.message) == (f"run.csv:{line}:1", f"{reason}: {_NEEDED}")


@pytest.mark.slow
def test_a_workbook_without_a_header_is_told_the_row_that_looks_like_one(tmp_path: Path) -> None:
    path = tmp_path / "file"
    _workbook(path, [["Run of March"], ["handle", "titel"], ["a", "b"]])
    (problem,) = read_result_file(path).problems
    assert problem.message.startswith(
        "row 2 of the worksheet 'Sheet' looks like the header, and lacks `status`"
    )
    _workbook(path, [["Run of March"], ["handle", "status"], ["acme/shop/open", "passed"]])
    assert [result.outcome for result in read_result_file(path).results] == ["passed"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("id,title\na,b\n", f"row 1 looks like the header, and lacks `status`: {_NEEDED}"),
        ("status,title\na,b\n", f"row 1 looks like the header, and lacks `id` or `handle`: {_NEEDED}"),
        ("id,status,Status\n", "the column `status` is there twice"),
        ('id,status\na,"pas', "row 2: the file ends in the middle of a cell"),
        ('id,status\na,"pas"sed\n', "row 2: no valid CSV: ',' expected after '\"'"),
        ("id,status\na," + "x" * 140_000, "row 2: no valid CSV: field larger than field limit (131072)"),
        ("id,status\n" + '"a\n",' * 10_001, "a row has more than 10,000 lines"),
        ("id,status\n" + "x" * 2**21, "the line is longer than 1 MiB"),
    ],
)
def test_what_is_no_sheet_is_told(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "file").write_text(text)
    file = read_result_file(tmp_path / "file")
    assert [problem.message for problem in file.problems] == [message]


def test_what_excel_saves_in_the_code_page_of_windows_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes("id,status,comment\na,passed,\nb,failed,für\n".encode("cp1252"))
    (problem,) = read_result_file(tmp_path / "file", "run.csv").problems
    assert (problem.place, problem.message) == ("run.csv:3", "byte 0xfc is no UTF-8")
    assert problem.hint == "save it as `CSV UTF-8`, or as a workbook (.xlsx)"


def _archive(path: Path, members: Mapping[str, str]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)


@pytest.mark.slow
def test_broken_workbooks_and_other_archives_are_told(tmp_path: Path) -> None:
    path = tmp_path / "file"
    messages = []
    _workbook(path, _rows(snapshot()))
    whole = path.read_bytes()
    path.write_bytes(whole[:-100])
    messages.append(read_result_file(path).problems[0].message)
    for members in (
        {"report.jsonl": "{}"},
        {"xl/workbook.xml": "<a/>"},
        {"xl/workbook.xml": "<a/>", "x": " " * (65 * 2**20)},
    ):
        _archive(path, members)
        messages.append(read_result_file(path).problems[0].message)
    _workbook(path, [["a", "b"]])
    messages.append(read_result_file(path).problems[0].message)
    assert messages == [
        "the workbook is broken, or its end is missing",
        "this is a ZIP archive, which is not read",
        "the workbook is broken: KeyError",
        "the workbook is larger than 64 MiB when it is unpacked",
        f"the first row does not name the columns: {_NEEDED}",
    ]


def test_a_workbook_that_claims_to_be_huge_is_read_quickly(tmp_path: Path) -> None:
    path = tmp_path / "file"
    _workbook(path, [["id", "status"], ["abc", "passed"]])
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name).decode() for name in archive.namelist()}
    name = "xl/worksheets/sheet2.xml"
    members[name] = members[name].replace("A1:B2", "A1:XFD1048576").replace('<row r="2"', '<row r="1048000"')
    members[name] = members[name].replace('"A2"', '"A1048000"').replace('"B2"', '"B1048000"')
    _archive(path, members)
    file = read_result_file(path)
    assert file.results == ()


@pytest.mark.slow
@settings(max_examples=samples(2000, 100), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_workbooks_with_changed_bytes_never_raise(data: st.DataObject, tmp_path: Path) -> None:
    path = tmp_path / "file"
    if not path.exists():
        _workbook(path, [["id", "status"], ["abc", "passed"]])
        with zipfile.ZipFile(path) as archive, zipfile.ZipFile(tmp_path / "plain", "w") as plain:
            for name in archive.namelist():
                plain.writestr(name, archive.read(name))
    content = bytearray((tmp_path / "plain").read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    (tmp_path / "changed").write_bytes(content)
    read_result_file(tmp_path / "changed")


def test_nothing_in_a_sheet_is_a_formula(tmp_path: Path) -> None:
    more = {
        f"{SHOP}/test_cases/cart/add.yaml": f"id: {_ADD}\nurl_route: /\ntest_description: \"=cmd|' /C calc'!A0\\n+1\\n\\e[31m\"\n"
    }
    data = snapshot(more)
    row = next(row for row in _rows(data) if row[0] == _ADD)
    assert row[2] == "'=cmd|' /C calc'!A0"
    assert row[5].startswith("'+1")
    (tmp_path / "file").write_bytes(as_workbook(sheet_rows(data, data.of_kind("test_case"))))
    sheet = openpyxl.load_workbook(io.BytesIO((tmp_path / "file").read_bytes()))["Run"]
    cells = [cell for line in sheet.iter_rows() for cell in line]
    assert all(cell.data_type != "f" for cell in cells)
    assert {cell.value for cell in cells if cell.quotePrefix} == {"=cmd|' /C calc'!A0", "+1\n\\x1b[31m"}


def test_a_workbook_offers_the_statuses_and_is_the_same_each_time(tmp_path: Path) -> None:
    data = snapshot()
    made = [as_workbook(sheet_rows(data, data.of_kind("test_case"))) for _ in range(2)]
    assert made[0] == made[1]
    (tmp_path / "file").write_bytes(made[0])
    sheet = openpyxl.load_workbook(io.BytesIO((tmp_path / "file").read_bytes()))["Run"]
    (validation,) = sheet.data_validations.dataValidation
    assert (validation.formula1, str(validation.sqref)) == ('"passed,failed,flaky,skipped,not run"', "G2:G7")
    assert sheet.column_dimensions["J"].hidden
    assert [cell.value for cell in sheet[1]] == list(COLUMNS)
    assert read_result_file(tmp_path / "file").problems == ()


def test_test_cases_that_say_something_else_by_now_are_named(tmp_path: Path) -> None:
    rows = _filled(_rows(snapshot()), *[("passed", "", "Ada")] * 6)
    file = _read(tmp_path, rows)
    changed = {f"{SHOP}/test_cases/cart/add.yaml": case("acme/shop/cart/add", "extra_rules: New.\n")}
    moved = {f"{SHOP}/test_cases/cart/put.yaml": case("acme/shop/cart/remove", "tags: [smoke]\n")}
    data = {path: text for path, text in files().items() if path != f"{SHOP}/test_cases/cart/remove.yaml"}
    now = load(MemorySource({**data, **changed, **moved}))
    notes = make_report("results", now, result_files=[file]).notes
    assert [note for note in notes if "something else" in note] == [
        "1 test case says something else now than when run was written: acme/shop/cart/add"
    ]
    assert not [
        note for note in make_report("results", snapshot(), result_files=[file]).notes if "else" in note
    ]


def test_export_sheet_and_report_results_go_round(qafiles: Qafiles, root: Path) -> None:
    write(root, files())
    assert (
        qafiles("export", "sheet", "--project", "bank").out
        == qafiles("export", "sheet", "--organization", "acme", "--where", "project=bank").out
    )
    result = qafiles("export", "sheet", "--suite", "cart", "--project", "shop", "-o", "run.csv")
    assert (result.code, result.out, result.err) == (0, "", "run.csv written: 3 rows\n")
    with (root / "run.csv").open(newline="") as stream:
        rows = [*csv.reader(stream)]
    _workbook(root / "run.xlsx", _filled(rows, ("passed", "", "Ada"), ("failed", "no badge", "Ada")))
    report = qafiles("report", "results", "--sheet", "run.xlsx", "--format", "json")
    figures = json.loads(report.out)["figures"]
    assert (figures["failed"], figures["passed"]) == (1, 0)
    assert "no badge" in report.out


def test_the_format_is_what_the_name_ends_in(qafiles: Qafiles, root: Path) -> None:
    assert qafiles("export", "sheet", "-o", "run.xlsx").code == 0
    assert (root / "run.xlsx").read_bytes().startswith(b"PK")
    assert qafiles("export", "sheet", "-o", "run.txt", "--format", "csv").code == 0
    assert (root / "run.txt").read_text().startswith("id,handle,")
    refused = qafiles("export", "sheet", "-o", "run.ods")
    assert refused.code == 2
    assert "run.ods ends in neither .csv nor .xlsx" in refused.err
    unknown = qafiles("export", "sheet", "--tag", "smok")
    assert unknown.code == 2
    assert "no tag is called `smok`" in unknown.err
