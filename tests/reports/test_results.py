"""What was tested and what failed, as people ask for it."""

import json
import re
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import xmlschema
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from qafiles import load
from qafiles.render.reports import FORMATS, render
from qafiles.reports import Filters, Report, make_report
from qafiles.results import read_results
from qafiles.results.formats.text import BETWEEN_TITLES
from tests.cli.conftest import Qafiles
from tests.conftest import git, samples, write
from tests.reports.test_hostile_reports import PAYLOADS
from tests.results.root import IDS, SHOP, files, junit, playwright, snapshot, written
from tests.sealed import SOPS_CONFIG, sealed

_EXAMPLE = Path(__file__).parents[2] / "examples" / "acme-qa"
_SCHEMA = xmlschema.XMLSchema(Path(__file__).parents[1] / "data" / "junit-10.xsd")
ADD, OPEN, REMOVE = IDS["acme/shop/cart/add"], IDS["acme/shop/open"], IDS["acme/shop/cart/remove"]


def passed(value: str = ADD, name: str = "t", **more: str) -> dict[str, str]:
    return {"name": name, "outcome": "passed", "qafiles": value, **more}


def failed(value: str = OPEN, name: str = "f", **more: str) -> dict[str, str]:
    return {"name": name, "outcome": "failed", "qafiles": value, "failure": "Error: no", **more}


def figures(report: Report) -> dict[str, object]:
    return {figure.name: figure.value for figure in report.figures}


def rows(report: Report, table: str, *names: str) -> list[tuple[object, ...]]:
    """Return the cells of some columns as text, of entities the handle."""
    shown = report.table(table)
    known = [column.name for column in shown.columns]
    return [
        tuple(getattr(row[known.index(name)], "handle", row[known.index(name)]) for name in names)
        for row in shown.rows
    ]


def made(folder: Path, *texts: str, **options: object) -> Report:
    """Return the report on a run whose files are texts of JUnit and Playwright."""
    paths = written(
        folder, **{f"r{n}_{'xml' if text[0] == '<' else 'json'}": text for n, text in enumerate(texts)}
    )
    return make_report("results", snapshot(), result_files=read_results(paths), **options)  # type: ignore[arg-type]


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data root of two projects with the result files of a run, which is the current folder."""
    write(tmp_path, files())
    written(tmp_path, run_xml=junit(passed(), failed()), plain_xml=junit({"name": "t", "outcome": "passed"}))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_release_says_what_was_tested_what_failed_and_what_did_not_run(
    tmp_path: Path, qafiles: Qafiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "acme"
    source = load(_EXAMPLE)
    write(
        root, {path: source.bytes_of(path) or b"" for path in source.entries if "/secret_values/" not in path}
    )
    (root / "organizations/acme/projects/swag-labs/tags/release-2.3.yaml").write_text(
        "id: w1kq8w3xj5zr7mtb2nc9yd4h\nname: release-2.3\ncolor: navy\n"
    )
    monkeypatch.chdir(root)
    cases = [file for file in source.of_kind("test_case") if file.project == "acme/swag-labs"][:14]
    assert qafiles("set", *(case.handle for case in cases), "tags+=release-2.3").code == 0
    other = next(file for file in source.of_kind("test_case") if file.project != "acme/swag-labs")
    written(
        tmp_path,
        run_xml=junit(
            passed(str(cases[3].id)),
            failed(cases[7].handle, browser_config="desktop-chrome"),
            failed(other.handle),
        ),
    )
    call = ("report", "results", "--junit", str(tmp_path / "run.xml"), "--tag", "release-2.3")
    result = qafiles(*call, "--format", "json", "--fail-on", "not-run")
    document = json.loads(result.out)
    expected = {"test_cases": 14, "passed": 1, "failed": 1, "flaky": 0, "skipped": 0, "not_run": 12}
    assert {name: document["figures"][name] for name in expected} == expected
    assert (result.code, document["version"]) == (1, 1)
    assert "not-run: 12 of 14 test cases not run" in result.err
    assert "1 test case outside the scope has results, which are not counted" in document["notes"]
    assert qafiles(*call).code == 0
    assert qafiles(*call, "--fail-on", "flaky,unknown,unlinked").code == 0
    assert qafiles(*call, "--fail-on", "flaky", "--fail-on", "failed").code == 1


def test_the_matrix_has_a_column_for_each_browser_config_and_one_for_none(tmp_path: Path) -> None:
    report = made(
        tmp_path, junit(passed(browser_config="phone"), failed(ADD), passed(REMOVE, browser_config="desktop"))
    )
    assert rows(report, "matrix", "test_case", "outcome", "config:desktop", "config:phone", "no_config") == [
        ("acme/bank/cart/add", "not run", None, None, None),
        ("acme/bank/pay", "not run", None, None, None),
        ("acme/shop/cart/add", "failed", "not run", "passed", "failed"),
        ("acme/shop/cart/remove", "passed", "passed", None, None),
        ("acme/shop/open", "not run", "not run", None, None),
    ]
    assert rows(report, "uncovered_configs", "test_case", "browser_config", "traversal") == [
        ("acme/shop/cart/add", "desktop", "acme/shop/add-desktop"),
        ("acme/shop/open", "desktop", None),
    ]
    assert rows(report, "outcomes", "test_case", "browser_config", "outcome", "failure")[0] == (
        "acme/shop/cart/add",
        None,
        "failed",
        "Error: no",
    )
    assert figures(report)["uncovered_configs"] == 2


def test_a_field_counts_test_cases_by_how_they_ended(tmp_path: Path) -> None:
    report = made(tmp_path, junit(passed(), failed()), by="project")
    assert rows(report, "by", "project", "test_cases", "failed", "passed", "not_run") == [
        ("acme/bank", 2, 0, 0, 2),
        ("acme/shop", 3, 1, 1, 1),
    ]


def test_what_names_no_test_case_is_counted_and_said(tmp_path: Path) -> None:
    report = made(
        tmp_path,
        junit(
            {"name": "a", "outcome": "passed"}, passed("acme/shop/nothing"), passed("C1", browser_config="x")
        ),
    )
    assert rows(report, "unlinked", "test", "outcome", "tests") == [(f"c{BETWEEN_TITLES}a", "passed", 1)]
    assert [row[0] for row in rows(report, "links", "fault")] == ["unknown", "unknown"]
    assert (figures(report)["unlinked"], figures(report)["unknown"]) == (1, 2)


def test_an_unknown_browser_config_of_a_property_is_told_from_a_project_of_the_runner(tmp_path: Path) -> None:
    report = made(tmp_path, junit(passed(browser_config="opera")), playwright(passed(project="chromium")))
    assert rows(report, "unknown_configs", "name", "by") == [
        ("chromium", "project of the runner"),
        ("opera", "property"),
    ]
    assert figures(report)["unknown_configs"] == 1


def test_an_earlier_run_tells_what_fails_newly_still_and_no_more(tmp_path: Path) -> None:
    pay, bank = IDS["acme/bank/pay"], IDS["acme/bank/cart/add"]
    (tmp_path / "old").mkdir()
    before = written(
        tmp_path / "old", a_xml=junit(passed(), failed(OPEN), failed(REMOVE), failed(pay), failed(bank))
    )
    now = junit(failed(ADD), failed(OPEN), passed(REMOVE), {**passed(bank), "outcome": "flaky"})
    report = made(tmp_path, now, earlier_files=read_results(before))
    assert rows(report, "changes_since", "change", "test_case", "before", "outcome") == [
        ("newly failing", "acme/shop/cart/add", "passed", "failed"),
        ("still failing", "acme/shop/open", "failed", "failed"),
        ("fixed", "acme/shop/cart/remove", "failed", "passed"),
        ("flaky now", "acme/bank/cart/add", "failed", "flaky"),
        ("not run any more", "acme/bank/pay", "failed", "not run"),
    ]
    assert [figures(report)[name] for name in ("newly_failing", "still_failing", "fixed")] == [1, 1, 1]


def test_a_run_of_another_commit_is_said(
    tmp_path: Path, qafiles: Qafiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, files())
    monkeypatch.chdir(tmp_path)
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "begin")
    first = git(tmp_path, "rev-parse", "HEAD").strip()
    git(tmp_path, "commit", "-qm", "next", "--allow-empty")
    written(tmp_path, run_json=playwright(passed(), commit=first))
    call = ("report", "results", "--playwright", "run.json", "--format", "json")

    def notes(*more: str) -> list[str]:
        return [note for note in json.loads(qafiles(*call, *more).out)["notes"] if "1 test is" in note]

    assert notes("--rev", first) == []
    (note,) = notes("--rev", "HEAD")
    assert note.startswith(f"1 test is of commit {first[:10]}, and the report is of commit ")
    (note,) = notes()
    assert f"`--rev {first[:10]}` reports on the test cases as they were then" in note


def test_shards_that_no_file_holds_are_said(tmp_path: Path) -> None:
    document = json.loads(playwright(passed()))
    document["config"]["shard"] = {"current": 2, "total": 3}
    report = made(tmp_path, json.dumps(document))
    assert "no file holds a test of shard 1/3, 3/3: what did not run may have run there" in report.notes


@pytest.mark.usefixtures("root")
@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--junit", "no/*.xml"], 2, "--junit no/*.xml: no file fits this pattern in "),
        (["--junit", "no.xml"], 2, "--junit no.xml: there is no such file in "),
        (["--junit", "users"], 2, "--junit users: the folder holds no file that ends in .xml"),
        (["--before", "run.xml"], 2, "is made from result files; name them with --junit"),
        ([], 2, "is made from result files; name them with --junit"),
        (["--junit", "run.xml", "--fail-on", "not-rum"], 2, "Did you mean not-run?"),
        (["--junit", "run.xml", "--fail-on", ","], 2, "--fail-on takes failed, not-run"),
        (["--junit", "run.xml", "--format", "junit", "--table", "links"], 2, "as a whole"),
        (["--junit", "run.xml", "--project", "shpo"], 2, "did you mean `shop`?"),
        (["--junit", "run.xml", "--fail-on", "unlinked"], 0, ""),
        (
            ["--junit", "*.xml", "--fail-on", "unlinked"],
            1,
            "fails on unlinked: tests that name no test case: 1",
        ),
    ],
)
def test_calls_and_what_they_answer(qafiles: Qafiles, arguments: list[str], code: int, said: str) -> None:
    result = qafiles("report", "results", *arguments)
    assert (result.code, said in result.err) == (code, True), result.err


@pytest.mark.usefixtures("root")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["inventory", "--junit", "run.xml"],
            "the report `inventory` tells nothing of results; results, coverage",
        ),
        (["coverage", "--fail-on", "failed"], "--fail-on goes with the report `results`"),
        (["inventory", "--format", "junit"], "--format junit shows the report `results`"),
    ],
)
def test_other_reports_refuse_what_is_for_results(qafiles: Qafiles, arguments: list[str], said: str) -> None:
    result = qafiles("report", *arguments)
    assert (result.code, said in result.err) == (2, True), result.err


def test_a_file_that_cannot_be_read_is_said_and_the_others_are_reported(root: Path, qafiles: Qafiles) -> None:
    (root / "cut.xml").write_text(junit(passed(REMOVE), passed(OPEN))[:-60])
    result = qafiles(
        "report",
        "results",
        "--junit",
        "run.xml",
        "--junit",
        "cut.xml",
        "--format",
        "json",
        "--fail-on",
        "failed",
    )
    document = json.loads(result.out)
    assert result.code == 3
    assert re.search(r"note: cut\.xml:1:\d+: ", result.err)
    assert "1 result file is not read, or not as a whole: what did not run may have run" in document["notes"]
    assert (document["figures"]["failed"], document["figures"]["passed"]) == (1, 2)
    assert "failed: 1 of 5 test cases failed" in result.err


def test_a_folder_and_a_pattern_and_a_repeated_file_count_each_file_once(
    root: Path, qafiles: Qafiles
) -> None:
    (root / "copy.xml").write_bytes((root / "run.xml").read_bytes())
    result = qafiles(
        "report", "results", "--junit", ".", "--junit", "r*.xml", "--junit", "./run.xml", "--format", "json"
    )
    document = json.loads(result.out)
    assert document["figures"]["tests"] == 3
    assert "run.xml is the same as copy.xml, and counts once" in document["notes"]


@pytest.mark.parametrize("format_", [*FORMATS, "junit"])
def test_no_format_lets_a_failure_steer_what_shows_it(tmp_path: Path, format_: str) -> None:
    tests = [
        failed(ADD, f"t{n} {text}", failure=text) for n, text in enumerate(PAYLOADS) if text.isprintable()
    ]
    links = [passed(text, f"l{n}") for n, text in enumerate(PAYLOADS) if text.isprintable()]
    report = made(
        tmp_path,
        junit(
            *tests, *links, *({"name": text, "outcome": "passed"} for text in PAYLOADS if text.isprintable())
        ),
    )
    output = b"".join(
        piece if isinstance(piece, bytes) else piece.encode() for piece in render(report, format_)
    )
    if format_ != "xlsx":
        assert re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", output) is None
    if format_ == "csv":
        return
    if format_ == "junit":
        _SCHEMA.validate(ET.fromstring(output))  # noqa: S314  # our own output
    if format_ == "html":
        assert b"<script" not in output
        assert b"onerror=alert(1)>" not in output
    if format_ == "markdown":
        page = MarkdownIt("commonmark").enable("table").render(output.decode())
        assert "<script" not in page
        assert "<a " not in page


def test_csv_guards_a_failure_that_a_spreadsheet_would_calculate(root: Path, qafiles: Qafiles) -> None:
    written(root, evil_xml=junit(failed(ADD, failure='=HYPERLINK("https://evil.example",1)')))
    result = qafiles(
        "report",
        "results",
        "--junit",
        "evil.xml",
        "--format",
        "csv",
        "--table",
        "outcomes",
        "--fields",
        "failure",
    )
    assert result.out.splitlines()[1].startswith("\"'=HYPERLINK")


def test_markdown_of_a_large_run_fits_a_comment_and_says_what_is_left_out(tmp_path: Path) -> None:
    tests = [
        failed(f"acme/shop/no-{n}", f"test {n} ünïcödé", failure="Error: " + "x" * 200) for n in range(2000)
    ]
    plain = [{"name": f"plain {n}", "outcome": "passed"} for n in range(2000)]
    report = made(tmp_path, junit(*tests, *plain))
    text = "".join(map(str, render(report, "markdown")))
    assert 30_000 < len(text.encode()) <= 65_536
    left_out = sum(
        int(n) for n in re.findall(r"^(\d+) rows left out here; `qafiles report results", text, re.MULTILINE)
    )
    shown = sum(
        text.count(f"{mark}c{BETWEEN_TITLES}{name} ") for mark in ("| ", "`") for name in ("test", "plain")
    )
    assert shown + left_out == 4000
    assert all(f"### {table.title}" in text for table in report.tables)


def test_values_of_secrets_and_what_looks_like_one_do_not_come_out(
    tmp_path: Path, qafiles: Qafiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(
        tmp_path,
        {**files(), ".sops.yaml": SOPS_CONFIG, f"{SHOP}/secret_values/ADMIN_PASSWORD.yaml": sealed()},
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ADMIN_PASSWORD", "correct horse/7&x")
    token = "ghp_" + "a1B2c3D4e5" * 4
    tests = [
        failed(ADD, "plain", failure="Error: typed correct horse/7&x here"),
        failed(OPEN, "url correct%20horse%2F7%26x", failure='{"v": "correct horse/7&amp;x"}'),
        failed(REMOVE, "token", failure=f"401 for {token} and more"),
        failed(IDS["acme/bank/pay"], "password", failure="login with password: hunter2-canary failed"),
    ]
    written(tmp_path, run_xml=junit(*tests, {"name": f"unlinked {token}", "outcome": "passed"}))
    for format_ in ("json", "markdown", "html", "csv", "text", "junit"):
        more = ("--table", "outcomes") if format_ == "csv" else ()
        result = qafiles("report", "results", "--junit", "run.xml", "--format", format_, *more)
        assert result.code == 0
        for value in ("correct", "a1B2c3D4e5", "hunter2"):
            assert value not in result.out + result.err, (format_, value)
        assert "[secret ADMIN" in result.out


def test_secret_run_names_the_variables_whose_values_do_not_come_out(
    root: Path, qafiles: Qafiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QA_PIN", "four-words-in-a-row\nand a second line")
    text = "typed Zm91ci13b3Jkcy1pbi1hLXJvdw and a second line"
    written(root, run_xml=junit(failed(ADD, failure=text)))
    call = ("report", "results", "--junit", "run.xml", "--format", "json")
    assert "second line" in qafiles(*call).out
    monkeypatch.setenv("QAFILES_SECRET_VARIABLES", "OTHER,QA_PIN")
    shown = json.loads(qafiles(*call).out)["tables"][1]["rows"][0]["failure"]
    assert "second line" not in shown
    assert "Zm91ci13b3Jkcy1pbi1hLXJvd" not in shown
    assert "[secret QA_PIN]" in shown


def test_junit_has_one_test_for_each_test_case_and_is_valid(root: Path, qafiles: Qafiles) -> None:
    written(root, more_json=playwright({**passed(REMOVE), "outcome": "flaky"}, passed(ADD, project="phone")))
    out = qafiles(
        "report", "results", "--junit", "run.xml", "--playwright", "more.json", "--format", "junit"
    ).out
    document = ET.fromstring(out.encode())  # noqa: S314  # our own output
    _SCHEMA.validate(document)
    elements = {
        f"{case.get('classname')}/{case.get('name')}": [child.tag for child in case]
        for case in document.iter("testcase")
    }
    assert elements == {
        "acme/bank/cart/add": ["skipped", "system-out"],
        "acme/bank/pay": ["skipped", "system-out"],
        "acme/shop/cart/add": ["system-out"],
        "acme/shop/cart/remove": ["flakyFailure", "system-out"],
        "acme/shop/open": ["failure", "system-out"],
    }
    assert (document.get("tests"), document.get("failures")) == ("5", "1")


@pytest.mark.slow
@settings(max_examples=samples(500, 30), deadline=None)
@given(
    st.dictionaries(st.sampled_from(sorted(IDS)), st.sampled_from(("failed", "flaky", "passed", "skipped")))
)
def test_figures_and_scope_are_those_of_the_outcomes(
    tmp_path_factory: pytest.TempPathFactory, outcomes: dict[str, str]
) -> None:
    tests = [{"name": handle, "outcome": outcome, "qafiles": handle} for handle, outcome in outcomes.items()]
    paths = written(tmp_path_factory.mktemp("run"), run_xml=junit(*tests))
    for project in ("shop", "bank", None):
        cases = [handle for handle in IDS if project is None or handle.startswith(f"acme/{project}/")]
        expected = Counter(outcomes.get(handle, "not_run") for handle in cases)
        filters = Filters(projects=(project,)) if project else Filters()
        report = make_report("results", snapshot(), filters=filters, result_files=read_results(paths))
        assert {name: figures(report)[name] for name in expected} == expected
        assert figures(report)["test_cases"] == len(cases)


def test_coverage_and_traceability_tell_how_the_test_cases_ended(tmp_path: Path) -> None:
    paths = written(tmp_path, run_xml=junit(passed(ADD, browser_config="phone"), failed(OPEN)))

    def report(name: str) -> Report:
        return make_report(name, snapshot(), result_files=read_results(paths))

    coverage = report("coverage")
    counted = {name: figures(coverage)[name] for name in ("failed", "passed", "not_run")}
    assert counted == {"failed": 1, "passed": 1, "not_run": 3}
    assert rows(coverage, "tags", "tag", "failed", "not_run") == [("acme/shop/smoke", 1, 0)]
    assert rows(coverage, "gaps", "test_case", "outcome")[2] == ("acme/shop/cart/add", "passed")
    assert rows(coverage, "untraversed_configs", "browser_config", "outcome") == [
        ("phone", "passed"),
        ("desktop", "failed"),
    ]
    traceability = report("traceability")
    assert rows(traceability, "matrix", "test_case", "traversal", "outcome") == [
        ("acme/bank/cart/add", None, "not run"),
        ("acme/bank/pay", None, "not run"),
        ("acme/shop/cart/add", "acme/shop/add-desktop", "not run"),
        ("acme/shop/cart/add", None, "passed"),
        ("acme/shop/cart/remove", None, "not run"),
        ("acme/shop/open", None, "failed"),
    ]
    assert figures(traceability)["not_run"] == 3
    without = make_report("coverage", snapshot())
    assert "failed" not in figures(without)
    assert all("outcome" not in {column.name for column in table.columns} for table in without.tables)


def test_a_broken_result_file_is_said_by_coverage_too(root: Path, qafiles: Qafiles) -> None:
    (root / "cut.xml").write_text("<testsuites><testsuite>")
    for name in ("coverage", "traceability"):
        result = qafiles("report", name, "--junit", "cut.xml", "--junit", "run.xml")
        assert (result.code, "note: cut.xml:1" in result.err) == (3, True)
