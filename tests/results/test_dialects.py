"""What the writers of one format do differently, in small files as they write them."""

import json
from pathlib import Path
from typing import Any

import pytest

from qafiles.results.read import read_result_file
from qafiles.results.result import Link, ResultFile, SourcePlace, TestResult


def _file(folder: Path, content: str) -> ResultFile:
    (folder / "file").write_text(content, encoding="utf-8")
    file = read_result_file(folder / "file")
    assert file.problems == ()
    return file


def _read(folder: Path, content: str) -> tuple[TestResult, ...]:
    return _file(folder, content).results


def _case(inner: str = "", **attributes: str) -> str:
    written = "".join(f' {name}="{value}"' for name, value in {"name": "adds", **attributes}.items())
    return f"<testcase{written}>{inner}</testcase>"


def _properties(*pairs: tuple[str, str]) -> str:
    return "<properties>" + "".join(f'<property name="{n}" value="{v}"/>' for n, v in pairs) + "</properties>"


@pytest.mark.parametrize(
    ("inner", "outcome", "attempts", "failure"),
    [
        ("", "passed", 1, ""),
        ("<system-out>text</system-out>", "passed", 1, ""),
        ("<skipped/>", "skipped", 1, ""),
        ("<failure/>", "failed", 1, ""),
        ('<failure type="AssertionError"/>', "failed", 1, "AssertionError"),
        ('<failure message=" &#10;">\n  first\n second</failure>', "failed", 1, "first"),
        ("<failure><![CDATA[\x1b[31mred\x1b[0m]]></failure>".replace("\x1b", ""), "failed", 1, "[31mred[0m"),
        ('<error message="a&#10;b"/>', "failed", 1, "a"),
        ('<skipped/><failure message="a"/>', "failed", 1, "a"),
        ('<flakyFailure message="a"><stackTrace>x</stackTrace></flakyFailure>', "flaky", 2, "a"),
        ('<flakyError message="a"/><flakyError message="b"/>', "flaky", 3, "a"),
        ('<failure message="a"/><rerunFailure message="b"/><rerunError message="c"/>', "failed", 3, "a"),
        ('<rerunFailure message="a"/>', "failed", 2, "a"),
        ('<flakyFailure message="a"/><failure message="b"/>', "failed", 2, "a"),
    ],
)
def test_the_elements_of_a_junit_test_decide(
    tmp_path: Path, inner: str, outcome: str, attempts: int, failure: str
) -> None:
    (result,) = _read(tmp_path, f"<testsuite>{_case(inner)}</testsuite>")
    assert (result.outcome, result.attempts, result.failure) == (outcome, attempts, failure)


def test_jest_mocha_and_cypress_name_cases_in_titles(tmp_path: Path) -> None:
    jest = f'<testsuites name="jest tests"><testsuite name="cart" timestamp="2026-01-02T03:04:05">{_case(classname="cart adds @qa:pay-by-card", time="0.5", file="cart.test.js", name="cart adds @qa:pay-by-card")}</testsuite></testsuites>'
    (result,) = _read(tmp_path, jest)
    assert result.links == (Link("pay-by-card", "tag"),)
    assert result.source == SourcePlace("cart.test.js")
    assert result.started is not None
    assert result.started.isoformat() == "2026-01-02T03:04:05+00:00"
    cypress = f'<testsuites name="Mocha Tests"><testsuite name="Root Suite" file="cypress/e2e/cart.cy.js"/><testsuite name="cart">{_case(classname="adds")}</testsuite></testsuites>'
    assert [result.suite for result in _read(tmp_path, cypress)] == ["adds"]


def test_a_property_of_a_suite_names_the_test_case_of_all_tests_in_it(tmp_path: Path) -> None:
    def properties(value: str) -> str:
        return f'<properties><property name="qafiles" value="{value}"/></properties>'

    own = '<testcase name="own"><properties><property name="qafiles" value="a"/></properties></testcase>'
    inner = f'<testsuite name="inner">{properties("b")}<testcase name="in"/></testsuite>'
    outer = f'<testsuite name="outer">{own}{inner}<testcase name="out"/>{properties("c, d")}</testsuite>'
    text = f'<testsuites>{properties("e")}{outer}<testsuite name="x"><testcase name="y"/></testsuite></testsuites>'
    results = _read(tmp_path, text)
    assert {result.name: [link.value for link in result.links] for result in results} == {
        "own": ["a", "c", "d", "e"],
        "in": ["b", "c", "d", "e"],
        "out": ["c", "d", "e"],
        "y": ["e"],
    }


def test_titles_of_suites_name_the_cases_of_the_tests_in_them(tmp_path: Path) -> None:
    jest = _case(classname="cart @qa:one", name="adds")
    inner = f'<testsuite name="filled @qa:three">{_case(name="pays @qa:four")}</testsuite>'
    text = f'<testsuites>{jest}<testsuite name="cart @qa:two">{inner}{_case(name="empties")}</testsuite>{_case(name="x")}</testsuites>'
    named = [[link.value for link in result.links] for result in _read(tmp_path, text)]
    assert named == [["one"], ["four", "two", "three"], ["two"], []]
    assert [link.value for link in _ctrf(tmp_path, {"suite": ["a.js", "cart @qa:five"]}).links] == ["five"]


def test_robots_suites_are_nested(tmp_path: Path) -> None:
    inner = f'<testsuite name="Cart">{_case(classname="All.Cart", time="0.1")}{_case("<skipped/>", name="skips", classname="All.Cart")}</testsuite>'
    results = _read(tmp_path, f'<testsuite name="All">{inner}<testsuite name="Empty"/></testsuite>')
    assert [(result.suite, result.name, result.outcome) for result in results] == [
        ("All.Cart", "adds", "passed"),
        ("All.Cart", "skips", "skipped"),
    ]


def test_google_test_says_what_it_did_not_run(tmp_path: Path) -> None:
    cases = _case(status="run", result="completed") + _case(status="notrun", result="suppressed")
    assert [result.outcome for result in _read(tmp_path, f"<testsuites>{cases}</testsuites>")] == [
        "passed",
        "skipped",
    ]


def test_a_hostname_is_a_browser_config_where_the_file_is_playwrights_alone(tmp_path: Path) -> None:
    root = '<testsuites id="" name="" tests="1" failures="0" skipped="0" errors="0" time="1">'
    suite = '<testsuite name="a.spec.ts" timestamp="" hostname="pixel-7" tests="1" failures="0" skipped="0" time="1" errors="0">'
    end = "</testsuite></testsuites>"
    case = _case(classname="a.spec.ts")
    configs = [
        _read(tmp_path, content)[0].config
        for content in (
            root + suite + case + end,
            root + suite + _case(classname="another") + end,
            "<testsuites>" + suite + case + end,
            root + suite.replace("pixel-7", "") + case + end,
            root + suite + _case(_properties(("browser_config", "firefox")), classname="a.spec.ts") + end,
        )
    ]
    assert configs == ["pixel-7", None, None, None, "firefox"]


def test_properties_of_a_suite_hold_for_its_tests_wherever_they_stand(tmp_path: Path) -> None:
    properties = _properties(("browser_config", "pixel-7"), ("git.commit", "ABC1234"))
    own = _case(_properties(("browser_config", "firefox")), name="own")
    for content in (properties + _case() + own, _case() + own + properties):
        results = _read(
            tmp_path,
            f"<testsuites><testsuite>{content}</testsuite><testsuite>{_case()}</testsuite></testsuites>",
        )
        assert [(result.config, result.commit) for result in results] == [
            ("pixel-7", "abc1234"),
            ("firefox", "abc1234"),
            (None, None),
        ]


def test_links_come_in_order_each_once(tmp_path: Path) -> None:
    properties = _properties(
        ("qafiles", "acme/shop/pay, a1b2c3d4e5f6g7h8i9j0k1l2"),
        ("test_id", "C1,C2"),
        ("qafiles", "acme/shop/pay"),
        ("other", "x"),
        ("tags", "@smoke, slow"),
    )
    text = "<properties><property name='testrail_case_id'> 77\n</property></properties>"
    (result,) = _read(tmp_path, f"<testsuite>{_case(properties + text)}</testsuite>")
    assert [link[:3] for link in result.links] == [
        ("acme/shop/pay", "qafiles", None),
        ("a1b2c3d4e5f6g7h8i9j0k1l2", "qafiles", None),
        ("C1", "key", "test_id"),
        ("C2", "key", "test_id"),
        ("77", "key", "testrail_case_id"),
    ]
    assert result.tags == ("smoke", "slow")


def test_lines_of_pytest_count_from_one(tmp_path: Path) -> None:
    suite = '<testsuite name="pytest" errors="0" failures="0" skipped="0" tests="1" time="0" timestamp="" hostname="vm">'
    (result,) = _read(tmp_path, f"{suite}{_case(file='test_a.py', line='6')}</testsuite>")
    assert result.source == SourcePlace("test_a.py", 7)
    (result,) = _read(tmp_path, f"<testsuite>{_case(file='test_a.py', line='6')}</testsuite>")
    assert result.source == SourcePlace("test_a.py", 6)


def test_a_teardown_that_fails_is_no_rerun(tmp_path: Path) -> None:
    suite = '<testsuite name="pytest" errors="0" failures="0" skipped="0" tests="1" time="0" timestamp="" hostname="vm">'
    cases = _case('<failure message="a"/>') + _case('<error message="b"/>')
    (result,) = _read(tmp_path, f"{suite}{cases}</testsuite>")
    assert (result.outcome, result.attempts, result.failure) == ("failed", 1, "a")


def test_tests_of_one_name_are_two_tests_elsewhere(tmp_path: Path) -> None:
    cases = _case() + _case("<failure/>")
    assert [result.outcome for result in _read(tmp_path, f"<testsuite>{cases}</testsuite>")] == [
        "passed",
        "failed",
    ]


def _playwright(folder: Path, test: dict[str, Any], **config: Any) -> TestResult:
    spec = {"title": "adds", "file": "a.spec.ts", "line": 3, "column": 5, "tags": ["smoke"], "tests": [test]}
    suite = {"title": "a.spec.ts", "specs": [], "suites": [{"title": "cart", "specs": [spec]}]}
    (result,) = _read(folder, json.dumps({"config": {"rootDir": "/repo", **config}, "suites": [suite]}))
    return result


def test_playwright_says_commit_shard_and_place(tmp_path: Path) -> None:
    test = {"status": "expected", "results": [{"status": "passed", "startTime": "2026-11-28T03:20:10.628Z"}]}
    result = _playwright(
        tmp_path,
        test,
        shard={"current": 2, "total": 4},
        metadata={"gitCommit": {"hash": "1f3c5a7b9d1f3c5a7b9d1f3c5a7b9d1f3c5a7b9d"}},
    )
    assert result.name == "cart \u203a adds"
    assert result.source == SourcePlace("/repo/a.spec.ts", 3, 5)
    assert result.commit == "1f3c5a7b9d1f3c5a7b9d1f3c5a7b9d1f3c5a7b9d"
    assert result.shard == "2/4"


@pytest.mark.parametrize(
    ("test", "outcome", "failure"),
    [
        ({"status": "skipped", "results": []}, None, ""),
        ({"status": "skipped", "results": [{"status": "skipped"}]}, "skipped", ""),
        ({"status": "unexpected", "results": [{"status": "timedOut", "errors": []}]}, "failed", "timedOut"),
        ({"status": "unexpected", "results": [{"status": "passed"}]}, "failed", "passed unexpectedly"),
        (
            {"status": "expected", "results": [{"status": "failed", "errors": [{"message": "x"}]}]},
            "passed",
            "",
        ),
        (
            {"status": "unexpected", "results": [{"status": "failed", "error": {"value": "thrown"}}]},
            "failed",
            "thrown",
        ),
    ],
)
def test_playwrights_status_counts_what_was_expected(
    tmp_path: Path, test: dict[str, Any], outcome: str | None, failure: str
) -> None:
    result = _playwright(tmp_path, test)
    assert (result.outcome, result.failure) == (outcome, failure)


def test_annotations_made_while_a_test_runs_are_links(tmp_path: Path) -> None:
    annotations = [
        {"type": "qafiles", "description": "pay"},
        {"type": "browser_config", "description": "pixel-7"},
    ]
    result = _playwright(
        tmp_path, {"status": "expected", "projectName": "e2e", "results": [{"annotations": annotations}]}
    )
    assert (result.links, result.config, result.config_by) == (
        (Link("pay", "qafiles"),),
        "pixel-7",
        "property",
    )


def test_errors_of_playwright_outside_of_tests_are_problems(tmp_path: Path) -> None:
    (tmp_path / "file").write_text(
        '{"config":{},"suites":[],"errors":[{"message":"\\u001b[31mSyntaxError\\u001b[0m\\nat"}]}'
    )
    (problem,) = read_result_file(tmp_path / "file", "run.json").problems
    assert (problem.place, problem.message) == (
        "run.json: /errors/0",
        "the run had an error outside of its tests: SyntaxError",
    )


def _ctrf(folder: Path, test: dict[str, Any], **results: Any) -> TestResult:
    tests = [{"name": "adds", "status": "passed", "duration": 5, **test}]
    (result,) = _read(folder, json.dumps({"results": {"tool": {"name": "x"}, "tests": tests, **results}}))
    return result


def test_ctrf_names_cases_in_labels_extra_tags_and_test_id(tmp_path: Path) -> None:
    result = _ctrf(
        tmp_path,
        {
            "labels": {"test_id": ["C1", "C2"], "priority": "P1"},
            "extra": {"qafiles": "pay", "allure_id": 77},
            "tags": ["@qa:a1b2c3d4e5f6g7h8i9j0k1l2", "xray:CALC-1"],
            "testId": "b1b2c3d4e5f6g7h8i9j0k1l2",
        },
        environment={"commit": "a1b2c3d4e5f6", "shardId": "2"},
    )
    assert [link[:3] for link in result.links] == [
        ("C1", "key", "test_id"),
        ("C2", "key", "test_id"),
        ("pay", "qafiles", None),
        ("77", "key", "allure_id"),
        ("b1b2c3d4e5f6g7h8i9j0k1l2", "qafiles", "testId"),
        ("a1b2c3d4e5f6g7h8i9j0k1l2", "tag", None),
        ("CALC-1", "key", "xray"),
    ]
    assert (result.commit, result.shard) == ("a1b2c3d4e5f6", "2")
    assert _ctrf(tmp_path, {"testId": "auth-login-user-can-login"}).links == ()


@pytest.mark.parametrize(
    ("status", "raw", "outcome"),
    [
        ("pending", "", "skipped"),
        ("other", "", "skipped"),
        ("other", "timedOut", "failed"),
        ("failed", "", "failed"),
    ],
)
def test_ctrfs_status_other_is_what_the_runner_calls_it(
    tmp_path: Path, status: str, raw: str, outcome: str
) -> None:
    assert _ctrf(tmp_path, {"status": status, "rawStatus": raw}).outcome == outcome


def _scenario(folder: Path, *statuses: str, **scenario: Any) -> TestResult:
    steps = [
        {"keyword": "Given ", "name": "it", "result": {"status": status, "duration": 5 * 10**8}}
        for status in statuses
    ]
    element = {"type": "scenario", "name": "adds", "line": 3, "steps": steps, **scenario}
    (result,) = _read(
        folder,
        json.dumps(
            [{"elements": [element], "uri": "a.feature", "name": "Cart", "tags": [{"name": "@qa:pay"}]}]
        ),
    )
    return result


@pytest.mark.parametrize(
    ("statuses", "outcome", "failure"),
    [
        (["passed", "passed"], "passed", ""),
        (["passed", "undefined", "skipped"], "failed", "undefined step: Given it"),
        (["pending", "skipped"], "failed", "pending step: Given it"),
        (["skipped", "skipped"], "skipped", ""),
        ([], "skipped", ""),
    ],
)
def test_the_worst_step_decides_of_a_scenario(
    tmp_path: Path, statuses: list[str], outcome: str, failure: str
) -> None:
    result = _scenario(tmp_path, *statuses)
    assert (result.outcome, result.failure) == (outcome, failure)
    assert result.duration == (0.5 * len(statuses) or None)


def test_a_feature_says_name_file_and_tags_behind_its_scenarios_too(tmp_path: Path) -> None:
    result = _scenario(tmp_path, "passed", tags=[{"name": "@smoke"}])
    assert (result.suite, result.source, result.tags) == (
        "Cart",
        SourcePlace("a.feature", 3),
        ("qa:pay", "smoke"),
    )
    assert result.links == (Link("pay", "tag"),)


def test_behave_writes_seconds_and_texts_as_tags(tmp_path: Path) -> None:
    step = {
        "keyword": "Given",
        "name": "it",
        "location": "a.py:1",
        "result": {"status": "passed", "duration": 0.25},
    }
    element = {
        "type": "scenario",
        "name": "adds",
        "location": "a.feature:7",
        "tags": ["qa:pay"],
        "steps": [step],
    }
    content = [
        {"keyword": "Feature", "name": "Cart", "location": "a.feature:1", "tags": [], "elements": [element]}
    ]
    (result,) = _read(tmp_path, json.dumps(content))
    assert result.outcome == "passed"
    assert (result.duration, result.source, result.links) == (
        0.25,
        SourcePlace("a.feature", 7),
        (Link("pay", "tag"),),
    )


def test_messages_of_a_run_that_broke_off_are_a_failure_and_what_never_ran_is_listed(tmp_path: Path) -> None:
    lines = [
        {"pickle": {"id": "1", "uri": "a.feature", "name": "adds", "location": {"line": 3, "column": 5}}},
        {"pickle": {"id": "2", "uri": "a.feature", "name": "removes"}},
        {"testCase": {"id": "3", "pickleId": "1"}},
        {"testCaseStarted": {"id": "4", "testCaseId": "3", "timestamp": {"seconds": 1795836010, "nanos": 0}}},
    ]
    results = _read(tmp_path, "\n".join(map(json.dumps, lines)))
    assert [(result.name, result.outcome, result.failure) for result in results] == [
        ("adds", "failed", "the run ended before this scenario did"),
        ("removes", None, ""),
    ]
    assert results[0].source == SourcePlace("a.feature", 3, 5)


def test_equal_bytes_have_equal_digests(tmp_path: Path) -> None:
    digests = {
        _file(tmp_path, f"<testsuite>{_case(name=name)}</testsuite>").digest for name in ("a", "b", "a")
    }
    assert len(digests) == 2
