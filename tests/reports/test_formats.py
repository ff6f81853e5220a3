"""Every report in every format: recorded for the example, and with the same numbers in all of them."""

import csv
import io
import json
import os
import re
import subprocess
import sys
import zipfile
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from markdown_it import MarkdownIt

from qafiles.errors import UsageError
from qafiles.render.reports import FORMATS, Shown, render
from qafiles.render.reports.markdown import LIMIT
from qafiles.reports import REPORTS, Filters, Report, make_report
from qafiles.reports.report import Column, Table
from tests.cli.conftest import Qafiles
from tests.conftest import git, write

_EXPECTED = Path(__file__).parent / "expected"
_NARROWED = {"traceability", "coverage"}


@pytest.fixture(scope="module")
def made(acme: Path) -> dict[str, Report]:
    """Every report of the example at v2; the two that are long, of one project."""
    return {
        name: make_report(
            name,
            acme,
            rev=None if name == "changes" else "v2",
            revisions="v1..v2" if name == "changes" else None,
            filters=Filters(projects=("todomvc",)) if name in _NARROWED else Filters(),
            days=90,
        )
        for name in REPORTS
    }


def rendered(report: Report, format_: str, **options: Any) -> str:
    return "".join(map(str, render(report, format_, shown=Shown(0, width=120), **options)))


def workbook(report: Report) -> bytes:
    found = [*render(report, "xlsx")]
    assert len(found) == 1
    assert isinstance(found[0], bytes)
    return found[0]


def sheets(content: bytes) -> dict[str, list[list[Any]]]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    return {sheet.title: [[*row] for row in sheet.iter_rows(values_only=True)] for sheet in book.worksheets}


def golden_text(report: Report, format_: str) -> str:
    if format_ == "xlsx":
        text = json.dumps(sheets(workbook(report)), indent=1, default=str, ensure_ascii=False) + "\n"
    else:
        text = rendered(report, format_)
    commit = str(report.revision)
    text = text.replace(commit, "COMMIT").replace(commit[:12], "COMMIT")
    # The look of the site has tests of its own.
    text = re.sub(r"<(style|svg)[ >].*?</\1>", r"<\1></\1>", text, flags=re.DOTALL)
    return re.sub(r"sha256-[\w+/=]+", "sha256-HASH", text)


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("name", REPORTS)
def test_a_report_of_the_example_is_as_recorded(made: dict[str, Report], name: str, format_: str) -> None:
    place = _EXPECTED / f"{name}.{format_}{'.json' if format_ == 'xlsx' else ''}"
    text = golden_text(made[name], format_)
    if os.environ.get("QAFILES_UPDATE") == "1":
        place.parent.mkdir(exist_ok=True)
        place.write_text(text, encoding="utf-8", newline="")
    assert place.read_bytes().decode() == text


def test_the_manual_shows_release_notes_as_they_are(made: dict[str, Report]) -> None:
    place = Path(__file__).parents[2] / "qafiles/manual/reports.md"
    notes = (
        golden_text(made["changes"], "markdown").partition("\n### ")[2].partition("\n### Projects")[0].strip()
    )
    block = f"<!-- release notes -->\n```markdown\n### {notes}\n```\n<!-- /release notes -->"
    text = place.read_text(encoding="utf-8")
    told = re.sub("<!-- release notes -->.*<!-- /release notes -->", lambda _: block, text, flags=re.DOTALL)
    if os.environ.get("QAFILES_UPDATE") == "1":
        place.write_text(told, encoding="utf-8")
    else:
        assert told == text, "QAFILES_UPDATE=1 writes the new notes"


def _texts(table: Table, *, for_people: bool = False, within: bool = False) -> list[list[str]]:
    """Return the cells of a table as texts, made in another way than the formats do.

    People are told what an empty cell means; `within` leaves out of a handle the project that its row names.
    """
    names = [column.name for column in table.columns]
    found = []
    for row in table.rows:
        project = f"{dict(zip(names, row, strict=True)).get('project')}/" if within else ""
        cells = []
        for column, cell in zip(table.columns, row, strict=True):
            items = cell if isinstance(cell, tuple) and not hasattr(cell, "handle") else (cell,)
            texts = [str(getattr(item, "handle", item)) for item in items if item is not None]
            told = ", ".join(
                text.removeprefix(project) if hasattr(item, "handle") else text
                for item, text in zip(items, texts, strict=False)
            )
            cells.append(told or (column.missing if for_people else ""))
        found.append(cells)
    return found


@pytest.mark.parametrize("name", REPORTS)
def test_json_csv_and_workbook_hold_the_same_cells(made: dict[str, Report], name: str) -> None:
    report = made[name]
    document = json.loads(rendered(report, "json"))
    book = sheets(workbook(report))
    assert document["figures"] == {
        figure.name: str(figure.value) if hasattr(figure.value, "year") else figure.value
        for figure in report.figures
    }
    told = {row[0]: row[1] for row in book["Report"]}
    for figure in report.figures:
        assert str(told[figure.title]).removesuffix(" 00:00:00") == str(figure.value)
    for number, table in enumerate(report.tables):
        texts = _texts(table)
        from_csv = [*csv.reader(io.StringIO(rendered(report, "csv", table=table.name), newline=""))]
        assert from_csv[0] == [column.name for column in table.columns]
        assert [[cell.replace(";", ", ") for cell in row] for row in from_csv[1:]] == texts
        heads, *rows = book[table.name]
        assert heads == [column.title for column in table.columns]
        assert [
            ["" if cell is None else str(cell).removesuffix(" 00:00:00").replace("; ", ", ") for cell in row]
            for row in rows
        ] == texts
        assert [
            [_json_text(row[column.name]) for column in table.columns]
            for row in document["tables"][number]["rows"]
        ] == texts


def _json_text(value: Any) -> str:
    items = value if isinstance(value, list) else [] if value is None else [value]
    return ", ".join(str(item["handle"]) if isinstance(item, dict) else str(item) for item in items)


class _Tables(HTMLParser):
    """The cells of all tables of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: list[list[list[str]]] = []
        self.inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in {"td", "th"}:
            self.tables[-1][-1].append("")
            self.inside = True

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag not in {"td", "th"}

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.tables[-1][-1][-1] += data


def _tables(html: str) -> list[list[list[str]]]:
    parser = _Tables()
    parser.feed(html)
    return parser.tables


@pytest.mark.parametrize("name", REPORTS)
def test_markdown_and_html_hold_the_same_cells(made: dict[str, Report], name: str) -> None:
    report = made[name]
    filled = [table for table in report.tables if table.rows]
    page = rendered(report, "html")
    for figure in report.figures:
        value = (
            "-"
            if figure.value is None
            else f"{figure.value:,}"
            if isinstance(figure.value, int)
            else str(figure.value)
        )
        assert re.search(rf"<dt>{re.escape(figure.title)}</dt><dd[^>]*>{re.escape(value)}</dd>", page)
    kept_of = {
        table.name: [
            i
            for i, column in enumerate(table.columns)
            if not column.detail
            and (column.always_shown or column.missing or any(row[i] not in {None, ()} for row in table.rows))
        ]
        for table in filled
    }
    on_page = {
        table.name: [
            i
            for i in kept_of[table.name]
            if table.columns[i].name != "project"
            or len({str(row[i]) for row in table.rows if isinstance(row[i], str | None)}) != 1
            or table.rows[0][i] is None
            or not isinstance(table.rows[0][i], str)
        ]
        for table in filled
    }
    assert [rows[1:] for rows in _tables(page)] == [
        [[row[i] for i in on_page[table.name]] for row in _texts(table, for_people=True, within=True)]
        for table in filled
    ]
    source = rendered(report, "markdown")
    assert "left out" not in source
    shown = _tables(MarkdownIt("commonmark").enable("table").render(source))[1:]
    for table, rows in zip([table for table in filled if table.name != "changes"], shown, strict=True):
        kept = kept_of[table.name]
        assert rows[0] == [table.columns[i].title for i in kept]
        assert rows[1:] == [[row[i] for i in kept] for row in _texts(table, for_people=True)]


@pytest.mark.parametrize(("name", "table"), [("activity", "months"), ("coverage", "routes_by_tag")])
def test_the_page_draws_the_numbers_of_a_table(made: dict[str, Report], name: str, table: str) -> None:
    report = made[name]
    drawing = rendered(report, "html").partition("<svg")[2].partition("</svg>")[0]
    drawn = re.sub(r"<[^>]+>", " ", drawing)
    assert drawing
    for row in report.table(table).rows:
        numbers = [cell for cell in row if isinstance(cell, int)]
        assert str(numbers[0]) in drawn
        assert str(row[0] if name == "activity" else row[1])[:12] in drawing


def test_markdown_tells_changes_as_items_below_their_project(made: dict[str, Report]) -> None:
    tokens = MarkdownIt("commonmark").enable("table").parse(rendered(made["changes"], "markdown"))
    told, project = [], ""
    for before, token in pairwise(tokens):
        if before.type == "heading_open":
            project = token.content.strip("`")
        elif before.type == "paragraph_open" and token.level > 1:
            children = [child.content for child in token.children or [] if child.content]
            told.append((project, "".join(children)))
    wanted = _texts(made["changes"].table("changes"))
    assert len(told) == len(wanted) > 0
    for (place, item), (where, what, kind, entity, title, was, fields, authors, day, *_) in zip(
        told, wanted, strict=True
    ):
        assert place == where
        assert item.startswith(f"{what} {kind} {entity}: {title}")
        assert item.endswith(f"({authors}, {day})")
        assert was in item
        assert fields in item


@pytest.mark.slow
@pytest.mark.parametrize("name", REPORTS)
def test_text_fits_the_width_and_loses_no_letter(made: dict[str, Report], name: str) -> None:
    report = made[name]
    for width in (60, 120, 200):
        text = "".join(str(piece) for piece in render(report, "text", shown=Shown(0, width=width)))
        assert max(map(len, text.splitlines())) <= width
    letters = re.sub(r"\s", "", text)
    for figure in report.figures:
        assert re.sub(r"\s", "", f"{figure.title}{'-' if figure.value is None else figure.value}") in letters


def test_text_leaves_out_rows_only_with_a_word_about_it(made: dict[str, Report]) -> None:
    text = "".join(map(str, render(made["inventory"], "text", shown=Shown(2, width=100))))
    assert "39 more rows: --rows 0 shows all, --format csv --table suites writes them\n" in text


@pytest.mark.parametrize("kind", ["test_case", "document", "tag", "test_traversal", "browser_config", "user"])
def test_inventory_counts_what_list_lists(acme: Path, qafiles: Qafiles, kind: str) -> None:
    listed = qafiles("-C", acme, "list", kind, "--format", "ids").out.splitlines()
    report = json.loads(qafiles("-C", acme, "report", "inventory", "--format", "json").out)
    assert report["figures"][f"{kind}s"] == len(listed) > 0


def test_inventory_with_filters_counts_what_list_lists(acme: Path, qafiles: Qafiles) -> None:
    chosen = ("--tag", "smoke")
    listed = qafiles(
        "-C", acme, "list", "test_case", *chosen, "--where", "project=conduit", "--format", "ids"
    )
    found = qafiles("-C", acme, "report", "inventory", *chosen, "--project", "conduit", "--format", "json")
    assert json.loads(found.out)["figures"]["test_cases"] == len(listed.out.splitlines()) > 0


def test_coverage_finds_as_many_unused_configs_as_validate(acme: Path, qafiles: Qafiles) -> None:
    found = json.loads(qafiles("-C", acme, "validate", "--format", "json", "--select", "QF409").out)
    report = json.loads(qafiles("-C", acme, "report", "coverage", "--format", "json").out)
    assert report["figures"]["unused_browser_configs"] == found["summary"]["infos"]


@pytest.mark.slow
@pytest.mark.parametrize("name", REPORTS)
def test_the_same_commit_gives_the_same_bytes_in_another_process_and_clone(
    acme: Path, tmp_path: Path, name: str
) -> None:
    git(tmp_path, "clone", "-q", acme, "copy")
    asked: list[str | Path] = ["v1..v2" if name == "changes" else "--rev=v2"]
    if name == "results":
        run_file = write(tmp_path, {"run.xml": "<testsuite name='s'><testcase name='t'/></testsuite>"})
        asked += ["--junit", run_file / "run.xml"]
    contents = []
    for folder, zone, seed in ((acme, "UTC", "1"), (tmp_path / "copy", "Pacific/Auckland", "2")):
        place = tmp_path / f"{seed}.xlsx"
        command: list[str | Path] = [
            sys.executable,
            "-m",
            "qafiles",
            "-C",
            folder,
            "report",
            name,
            *asked,
            "--format",
            "xlsx",
            "-o",
            place,
        ]
        environment = {**os.environ, "TZ": zone, "PYTHONHASHSEED": seed}
        subprocess.run(command, check=True, env=environment)
        contents.append(place.read_bytes())
    assert contents[0] == contents[1]
    with zipfile.ZipFile(io.BytesIO(contents[0])) as archive:
        assert {info.date_time[0] for info in archive.infolist()} == {1980}


def test_markdown_stays_below_the_limit_of_github(made: dict[str, Report]) -> None:
    columns = (Column("name", "name"), Column("number", "number", "number"))
    long = tuple((f"{number} {'é' * 200} | x", number) for number in range(3000))
    few = tuple((f"few {number}", number) for number in range(30))
    report = made["inventory"].with_tables(
        (
            Table("long", "Long", columns, long),
            Table("few", "Few", columns, few),
            Table("again", "Again", columns, long),
        )
    )
    text = rendered(report, "markdown")
    assert LIMIT * 0.9 < len(text.encode()) <= LIMIT
    assert "few 29" in text
    rows = len(re.findall(r"(?m)^\| `\d", text))
    left = sum(int(number) for number in re.findall(r"(\d+) rows left out here", text))
    assert rows + left == 6000


@pytest.mark.parametrize("format_", ["text", "markdown", "html", "csv"])
def test_a_report_without_rows_says_so(made: dict[str, Report], format_: str) -> None:
    report = made["inventory"].with_tables((Table("t", "Things", (Column("a", "a"),), (), "there is none"),))
    text = rendered(report, format_)
    assert ("a\r\n" if format_ == "csv" else "there is none") in text


def test_an_unknown_table_is_refused_with_the_nearest(made: dict[str, Report]) -> None:
    with pytest.raises(UsageError, match="did you mean `suites`"):
        [*render(made["inventory"], "csv", table="suite")]
