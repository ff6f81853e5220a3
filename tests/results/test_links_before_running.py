"""Links of tests are checked before anything runs, each at its place in the source of the tests."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

import qafiles as library
from qafiles.diagnostics import Diagnostic
from tests.cli.conftest import Qafiles
from tests.conftest import git, write
from tests.results.root import BANK, IDS, SHOP, files

_AUTOMATED = "x-automated: true\n"
_SPEC = "e2e/cart.spec.ts"
Place = tuple[str, str, str, int, int]


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A product's repository with the data in `qa` and the tests beside it; one test case was renamed, one deleted."""
    data = files()
    data[f"{SHOP}/test_cases/old-name.yaml"] = (
        "id: c6cp7rav4wo9ey1bug6sh3df\nurl_route: /\ntest_description: Renamed\n"
    )
    data[f"{SHOP}/test_cases/deleted.yaml"] = (
        "id: c7cp7rav4wo9ey1bug6sh3dg\nurl_route: /\ntest_description: Deleted\n"
        "x-source: {tool: testrail, key: C44}\n"
    )
    write(tmp_path / "qa", data)
    write(tmp_path, {_SPEC: "// tests\n"})
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "first")
    folder = f"qa/{SHOP}/test_cases"
    git(tmp_path, "mv", f"{folder}/old-name.yaml", f"{folder}/new-name.yaml")
    git(tmp_path, "rm", "-q", f"{folder}/deleted.yaml")
    git(tmp_path, "commit", "-qm", "second")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def listed(
    folder: Path, tests: Sequence[Mapping[str, Any]], projects: Sequence[str] = (), name: str = "tests.json"
) -> Path:
    """Write what `playwright test --list --reporter=json` prints, a test in each fifth line."""
    specs = [
        {
            "title": test["title"],
            "file": test.get("file", "cart.spec.ts"),
            "line": 5 * (number + 1),
            "column": 3,
            "tags": test.get("tags", []),
            "tests": [
                {
                    "projectName": project,
                    "annotations": [
                        {"type": kind, "description": value}
                        for kind, value in test.items()
                        if kind not in {"title", "tags", "file"}
                    ],
                    "results": [],
                    "status": "skipped",
                }
                for project in projects or [""]
            ],
        }
        for number, test in enumerate(tests)
    ]
    config = {"rootDir": str(folder / "e2e"), "projects": [{"name": project} for project in projects]}
    place = folder / name
    suite = {"title": "cart.spec.ts", "file": "cart.spec.ts", "specs": specs, "suites": []}
    place.write_text(json.dumps({"config": config, "suites": [suite], "errors": []}))
    return place


def findings(repository: Path, tests: Path, **options: Any) -> list[Place]:
    """Return the findings about tests."""
    diagnostics = library.validate(repository / "qa", tests=[tests], **options)
    return [
        (item.code, item.severity, item.path, item.line, item.column)
        for item in diagnostics
        if item.code.startswith("QF9")
    ]


def test_a_link_that_is_right_has_no_finding(repository: Path) -> None:
    tests = listed(
        repository,
        [
            {"title": "by handle", "qafiles": "acme/shop/cart/add"},
            {"title": "by id", "tags": [f"qa:{IDS['acme/shop/open']}"]},
            {"title": "by key", "xray": "C7"},
            {"title": "none"},
        ],
        ["desktop", "phone"],
    )
    assert findings(repository, tests) == []


@pytest.mark.parametrize(
    ("link", "code", "severity", "words"),
    [
        ({"qafiles": "cart/ad"}, "QF901", "error", "names a test case that there is not"),
        ({"qafiles": "zz9zz9zz9zz9zz9zz9zz9zz9"}, "QF901", "error", "no entity has the id"),
        ({"qafiles": "acme/shop/smoke"}, "QF901", "error", "names no one test case"),
        ({"qafiles": "cart/add"}, "QF901", "error", "names no one test case"),
        ({"test_id": "C99"}, "QF901", "error", "no test case has the key `C99`"),
        ({"qafiles": "acme/shop/open", "xray": "C7"}, "QF901", "warning", "names two test cases"),
        ({"qafiles": "old-name"}, "QF902", "error", "names a test case that is no more"),
        ({"tags": ["qa:acme/shop/deleted"]}, "QF902", "error", "names a test case that is no more"),
        ({"tags": ["qa:c7cp7rav4wo9ey1bug6sh3dg"]}, "QF902", "error", "names a test case that is no more"),
        ({"test_id": "C44"}, "QF902", "error", "names a test case that is no more"),
        ({"testrail_case_id": "44"}, "QF902", "error", "no test case has the key `44`"),
        ({"qafiles": "acme/shop/open", "browser_config": "fone"}, "QF905", "warning", "config `fone`"),
    ],
)
def test_a_link_that_is_wrong_is_a_finding_where_the_test_stands(
    link: dict[str, Any], code: str, severity: str, words: str, repository: Path
) -> None:
    tests = listed(repository, [{"title": "fine", "qafiles": "acme/shop/open"}, {"title": "wrong", **link}])
    assert findings(repository, tests) == [(code, severity, f"../{_SPEC}", 10, 3)]
    (diagnostic,) = (item for item in library.validate(repository / "qa", tests=[tests]) if item.code == code)
    assert words in diagnostic.message
    assert "`wrong`" in diagnostic.message
    assert diagnostic.hint


def test_what_became_of_a_test_case_is_said(repository: Path) -> None:
    tests = listed(repository, [{"title": "renamed", "qafiles": "acme/shop/old-name"}])
    (diagnostic,) = (i for i in library.validate(repository / "qa", tests=[tests]) if i.code == "QF902")
    assert "renamed" in str(diagnostic.hint)
    assert "new-name" in str(diagnostic.hint) or "c6cp7rav4wo9ey1bug6sh3df" in str(diagnostic.hint)


def test_what_became_of_a_test_case_that_is_known_by_its_key_alone_is_said(repository: Path) -> None:
    tests = listed(repository, [{"title": "gone", "test_id": "C44"}, {"title": "gone too", "test_id": "C1"}])
    place = repository / f"qa/{SHOP}/test_cases/cart/add.yaml"
    place.rename(place.with_name("put.yaml"))
    text = place.with_name("put.yaml").read_text()
    place.with_name("put.yaml").write_text(text.replace("key: C1", "key: C2"))
    (repository / f"qa/{BANK}/test_cases/cart/add.yaml").unlink()
    gone, renamed = (i for i in library.validate(repository / "qa", tests=[tests]) if i.code == "QF902")
    assert "`acme/shop/deleted` was deleted in" in str(gone.hint)
    assert renamed.hint is not None
    assert "not committed yet" in renamed.hint


def test_a_test_in_many_projects_has_one_finding_for_each_link(repository: Path) -> None:
    tests = listed(repository, [{"title": "wrong", "qafiles": "nothing, nowhere"}], ["desktop", "phone"])
    assert [place[0] for place in findings(repository, tests)] == ["QF901", "QF901"]


def test_a_test_case_that_is_declared_automated_needs_a_test(repository: Path) -> None:
    for handle in ("add", "remove"):
        place = repository / f"qa/{SHOP}/test_cases/cart/{handle}.yaml"
        place.write_text(place.read_text() + _AUTOMATED)
    tests = listed(repository, [{"title": "one", "qafiles": "acme/shop/cart/add"}])
    path = f"{SHOP}/test_cases/cart/remove.yaml"
    line = len((repository / "qa" / path).read_text().splitlines())
    assert findings(repository, tests) == [("QF903", "warning", path, line, 1)]
    assert findings(repository, tests, automated=["x-automated!=true", "project=bank"]) == [
        ("QF903", "warning", f"{BANK}/test_cases/{name}.yaml", 1, 1) for name in ("cart/add", "pay")
    ]


@pytest.mark.parametrize(
    ("key", "options"),
    [
        ("C1", {"projects": ["shop"]}),
        ("C1", {"projects": ["acme/bank"]}),
        ("C7", {"tools": ["xray"]}),
        ("C7", {"projects": ["shop"], "tools": ["TestRail"]}),
    ],
)
def test_a_key_of_several_test_cases_means_that_of_the_project_or_tool_that_is_named(
    key: str, options: dict[str, list[str]], repository: Path, qafiles: Qafiles
) -> None:
    tests = listed(repository, [{"title": "one", "test_id": key}])
    assert [place[0] for place in findings(repository, tests)] == ["QF901"]
    assert findings(repository, tests, **options) == []
    words = [word for name, names in options.items() for each in names for word in (f"--{name[:-1]}", each)]
    result = qafiles("-C", repository / "qa", "validate", "--tests", tests, *words)
    assert (result.code, "QF9" in result.out) == (0, False)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--project", "shpo"], "no project is called `shpo`; did you mean `shop`?"),
        (["--tool", "xrya"], "no test case has a key of the tool `xrya`; did you mean `xray`?"),
    ],
)
def test_a_project_or_tool_that_there_is_not_is_refused(
    words: list[str], message: str, repository: Path, qafiles: Qafiles
) -> None:
    tests = listed(repository, [{"title": "one", "test_id": "C1"}])
    result = qafiles("-C", repository / "qa", "validate", "--tests", tests, *words)
    assert (result.code, message in result.err) == (2, True)
    assert qafiles("-C", repository / "qa", "validate", *words).code == 2


def set_automated(repository: Path, *conditions: str) -> None:
    (repository / "qa/qafiles.yaml").write_text(f"version: 1\nautomated: {json.dumps(conditions)}\n")


def of_settings(repository: Path) -> list[Diagnostic]:
    return [item for item in library.validate(repository / "qa") if item.path == "qafiles.yaml"]


def test_settings_say_which_test_cases_are_automated_and_the_command_line_beats_them(
    repository: Path,
) -> None:
    place = repository / f"qa/{SHOP}/test_cases/cart/remove.yaml"
    place.write_text(place.read_text() + "x-automation: yes\n")
    tests = listed(repository, [{"title": "one", "qafiles": "acme/shop/cart/add"}])
    assert findings(repository, tests) == []
    set_automated(repository, "x-automation=yes")
    line = len(place.read_text().splitlines())
    assert findings(repository, tests) == [
        ("QF903", "warning", f"{SHOP}/test_cases/cart/remove.yaml", line, 1)
    ]
    assert findings(repository, tests, automated=["x-automation=no"]) == []


@pytest.mark.parametrize("condition", ["x-automation=yes", "titel=a"])
def test_a_setting_of_automated_test_cases_that_chooses_nothing_is_told(
    condition: str, repository: Path, qafiles: Qafiles
) -> None:
    set_automated(repository, condition)
    (finding,) = of_settings(repository)
    assert (finding.code, finding.severity, finding.line, finding.column) == ("QF205", "warning", 2, 13)
    tests = listed(repository, [{"title": "one", "qafiles": "acme/shop/cart/add"}])
    result = qafiles("-C", repository / "qa", "validate", "--tests", tests, "--select", "QF903")
    assert result.code == 3
    assert f"`{condition.partition('=')[0]}`" in result.out


@pytest.mark.parametrize("condition", ["x-automation", "x-a~^y", "=true", "x-a=b\nc"])
def test_a_setting_of_automated_test_cases_compares_and_takes_no_pattern(
    condition: str, repository: Path
) -> None:
    set_automated(repository, condition)
    assert [finding.code for finding in of_settings(repository)] == ["QF204"]


def test_two_tests_can_not_both_be_the_only_one(repository: Path) -> None:
    tests = listed(
        repository,
        [
            {"title": "only", "qafiles_only": "acme/shop/cart/add"},
            {"title": "another", "qafiles": "acme/shop/cart/add"},
            {"title": "alone", "qafiles_only": "acme/shop/cart/remove"},
        ],
        ["desktop", "phone"],
    )
    assert findings(repository, tests) == [("QF904", "error", f"../{_SPEC}", 5, 3)]


def test_a_browser_config_without_a_project_is_a_finding_where_the_runner_names_projects(
    repository: Path,
) -> None:
    linked = [{"title": "one", "qafiles": "acme/shop/cart/add"}]
    expected = [("QF905", "warning", "browser_configs/phone.yaml", 1, 1)]
    assert findings(repository, listed(repository, linked, ["desktop", "setup"])) == expected
    assert findings(repository, listed(repository, linked)) == []


def test_settings_make_errors_of_warnings_and_ignore_them(repository: Path) -> None:
    tests = listed(repository, [{"title": "one", "qafiles": "acme/shop/cart/add"}], ["desktop"])
    settings = repository / "qa/qafiles.yaml"
    settings.write_text("version: 1\nrules:\n  severity: {QF905: error}\n")
    assert [place[:2] for place in findings(repository, tests)] == [("QF905", "error")]
    settings.write_text("version: 1\nrules:\n  ignore: [QF905]\n")
    assert findings(repository, tests) == []


@pytest.mark.parametrize("folder", [".", "qa", "qa/users", "e2e"])
def test_paths_lead_to_the_tests_from_wherever_one_is(
    folder: str, repository: Path, qafiles: Qafiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    tests = listed(repository, [{"title": "wrong", "qafiles": "nothing"}])
    monkeypatch.chdir(repository / folder)
    root = ("-C", repository / "qa") if folder in {".", "e2e"} else ()
    result = qafiles(*root, "validate", "--tests", tests, "--format", "concise")
    lines = [line for line in result.out.splitlines() if "QF901" in line]
    assert result.code == 1
    shown = Path(lines[0].split(":")[0])
    base = repository / "qa" if root else repository / folder
    assert (base / shown).resolve() == (repository / _SPEC).resolve() or shown.resolve() == (
        repository / _SPEC
    ).resolve()
    gitlab = json.loads(qafiles(*root, "validate", "--tests", tests, "--format", "gitlab").out)
    assert {item["location"]["path"] for item in gitlab if item["check_name"] == "QF901"} == {_SPEC}


def test_a_list_from_another_machine_leads_to_the_file_of_this_one(repository: Path) -> None:
    tests = listed(
        repository, [{"title": "w", "qafiles": "nothing", "file": "/home/runner/work/p/p/e2e/cart.spec.ts"}]
    )
    assert [place[2] for place in findings(repository, tests)] == [f"../{_SPEC}"]


def test_findings_of_tests_can_be_known_from_a_baseline(repository: Path, qafiles: Qafiles) -> None:
    tests = listed(repository, [{"title": "wrong", "qafiles": "nothing"}])
    known = repository / "known.json"
    command = ("-C", repository / "qa", "validate", "--tests", tests)
    assert qafiles(*command, "--write-baseline", known).code == 0
    assert qafiles(*command, "--baseline", known).code == 0
    more = listed(repository, [{"title": "wrong", "qafiles": "nothing"}, {"title": "x", "qafiles": "none"}])
    result = qafiles("-C", repository / "qa", "validate", "--tests", more, "--baseline", known)
    assert (result.code, result.out.count("QF901")) == (1, 1)


def test_a_file_that_can_not_be_read_is_no_pass(repository: Path, qafiles: Qafiles) -> None:
    (repository / "cut.json").write_text('{"config": {}, "suites": [')
    result = qafiles("-C", repository / "qa", "validate", "--tests", repository / "cut.json")
    assert result.code == 3
    assert "cut.json" in result.out + result.err
    missing = qafiles("-C", repository / "qa", "validate", "--tests", "no-such.json")
    assert (missing.code, missing.out) == (2, "")
    assert "there is no such file" in missing.err


@pytest.mark.parametrize("code", ["QF9", "QF901", "QF902", "QF903", "QF904", "QF905"])
def test_no_selected_rule_passes_where_tests_can_not_be_read(
    code: str, repository: Path, qafiles: Qafiles
) -> None:
    (repository / "cut.json").write_text('{"config": {}, "suites": [')
    command = ("-C", repository / "qa", "validate", "--select", code, "--tests", repository / "cut.json")
    result = qafiles(*command, "--format", "json")
    assert result.code == 3
    (sentence,) = (text for text in json.loads(result.out)["unchecked"] if "cut.json" in text)
    assert "cut.json" in sentence


def test_which_test_cases_are_automated_matters_only_with_tests(repository: Path, qafiles: Qafiles) -> None:
    result = qafiles("-C", repository / "qa", "validate", "--automated", "x-automated=true")
    assert result.code == 2
    assert "--tests FILE" in result.err


@pytest.mark.parametrize("format_", ["text", "json", "github", "gitlab", "sarif", "junit", "rdjson"])
def test_a_name_of_a_test_steers_nothing(format_: str, repository: Path, qafiles: Qafiles) -> None:
    evil = "\x1b[31m::error::x\n\u202e" + "x" * 500
    tests = listed(repository, [{"title": evil, "qafiles": "\x1b]0;evil\x07no"}])
    result = qafiles("-C", repository / "qa", "validate", "--tests", tests, "--format", format_)
    assert result.code == 1
    assert "\x1b" not in result.out
    assert not any(line.startswith("::error::x") for line in result.out.splitlines())
    assert "x" * 300 not in result.out
