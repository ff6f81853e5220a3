"""The pytest plugin in a run of pytest of its own: properties, selections, fixtures, lists, and what it refuses."""

import json
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from pathlib import Path

import pytest

# Imported here, since a run of pytest in this process forgets what it imported itself.
import qafiles.diff.impact
import qafiles.playwright.python
import qafiles.snapshot.selection
import qafiles.validation  # noqa: F401
from qafiles.results.read import read_result_file
from qafiles.results.result import SourcePlace
from tests.conftest import git, write
from tests.rules.data_root import data_root

pytest_plugins = ["pytester"]

_CASE = "qa/organizations/acme/projects/shop/test_cases/{}.yaml"
_ID = "q1w2e3r4t5y6u7i8o9p0a1s"


def _case(number: int, more: str = "") -> str:
    return f"id: {_ID}{number}\ntest_description: Case {number}\nurl_route: /{number}\n{more}"


_FILES = {
    **{f"qa/{path}": text for path, text in data_root().items()},
    _CASE.format("cart/add"): _case(1, "tags: [smoke]\nbrowser_configs: [desktop]\n"),
    _CASE.format("cart/remove"): _case(2, "browser_configs: [phone]\n"),
    _CASE.format("cart/empty"): _case(3),
    "qa/browser_configs/phone.yaml": f"id: {_ID}4\nbrowser_config: {{device: iPhone 15}}\n",
    "qa/qafiles.yaml": (
        "version: 1\nenvironments: {staging: {default_url_route: {acme/shop: 'https://s.example.com'}}}\n"
    ),
    "pytest.ini": "[pytest]\nqafiles_root = qa\n",
    "test_cart.py": f"""
import pytest

@pytest.mark.qafiles("cart/add")
def test_passes(qafiles_case):
    assert (qafiles_case.handle, qafiles_case.title) == ("acme/shop/cart/add", "Case 1")

@pytest.mark.qafiles("cart/remove")
def test_fails():
    assert 1 == 2

@pytest.mark.qafiles("{_ID}3")
@pytest.mark.skip(reason="not now")
def test_is_skipped(): pass

@pytest.mark.qafiles("cart/empty")
@pytest.mark.parametrize("number", [1, pytest.param(2, marks=pytest.mark.qafiles("cart/add"))])
def test_has_parameters(number): pass

@pytest.mark.qafiles("cart/add")
class TestClass:
    @pytest.mark.qafiles("cart/remove", "cart/add")
    def test_is_linked_twice(self, qafiles_cases):
        assert [case.id[-1] for case in qafiles_cases] == ["2", "1"]

def test_is_unlinked(): pass
""",
}
_ALL = {
    "test_passes": ["cart/add"],
    "test_fails": ["cart/remove"],
    "test_is_skipped": [f"{_ID}3"],
    "test_has_parameters[1]": ["cart/empty"],
    "test_has_parameters[2]": ["cart/empty", "cart/add"],
    "test_is_linked_twice": ["cart/remove", "cart/add"],
    "test_is_unlinked": [],
}


@pytest.fixture
def run(pytester: pytest.Pytester) -> pytest.Pytester:
    write(pytester.path, _FILES)
    return pytester


def _run(run: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    return run.runpytest_inprocess("-p", "qafiles.pytest", "-p", "no:cacheprovider", *arguments)


def _properties(place: Path, name: str = "qafiles") -> dict[str, list[str]]:
    values_by_test: dict[str, list[str]] = {}
    for case in ET.parse(place).iter("testcase"):  # noqa: S314  # written by this very run
        values = [p.attrib["value"] for p in case.iter("property") if p.attrib["name"] == name]
        values_by_test[case.attrib["name"]] = values
    return values_by_test


def _names(result: pytest.RunResult, run: pytest.Pytester) -> set[str]:
    del result
    return {*_properties(run.path / "junit.xml")}


def test_every_test_has_its_test_cases_as_properties_a_skipped_one_too(run: pytest.Pytester) -> None:
    result = _run(run, "--junitxml=junit.xml", "--strict-markers")
    result.assert_outcomes(passed=5, failed=1, skipped=1)
    assert _properties(run.path / "junit.xml") == _ALL


@pytest.mark.parametrize(
    ("lines", "selected"),
    [
        ([f"{_ID}1 acme/shop/cart/add"], {"test_passes", "test_has_parameters[2]", "test_is_linked_twice"}),
        ([f"{_ID}3"], {"test_is_skipped", "test_has_parameters[1]", "test_has_parameters[2]"}),
        (["# none", "cart/remove  # a comment", ""], {"test_fails", "test_is_linked_twice"}),
        ([], set()),
    ],
)
def test_a_file_selects_by_id_and_handle(
    lines: Sequence[str], selected: set[str], run: pytest.Pytester
) -> None:
    write(run.path, {"chosen.txt": "\n".join(lines)})
    result = _run(run, "--qafiles-select=chosen.txt", "--junitxml=junit.xml")
    assert _names(result, run) == selected
    assert result.ret == (5 if not selected else result.ret)


def test_a_file_selects_without_a_data_root_by_what_it_says(run: pytest.Pytester) -> None:
    write(run.path, {"chosen.txt": f"{_ID}2 acme/shop/cart/remove\n{_ID}3 acme/shop/cart/empty\n"})
    (run.path / "pytest.ini").unlink()
    result = _run(
        run, "--qafiles-select=chosen.txt", "--junitxml=junit.xml", "-k", "not passes and not twice"
    )
    assert _names(result, run) == {
        "test_fails",
        "test_is_skipped",
        "test_has_parameters[1]",
        "test_has_parameters[2]",
    }


def test_a_tag_selects_and_what_names_no_test_case_is_said(run: pytest.Pytester) -> None:
    write(
        run.path, {"test_other.py": 'import pytest\n@pytest.mark.qafiles("cart/ad")\ndef test_typo(): pass\n'}
    )
    result = _run(run, "--qafiles-tag=smoke", "--junitxml=junit.xml")
    assert _names(result, run) == {"test_passes", "test_has_parameters[2]", "test_is_linked_twice"}
    result.stdout.fnmatch_lines(["qafiles: test_other.py::test_typo: no entity is called*cart/ad*"])
    unknown = _run(run, "--qafiles-tag=smok")
    assert unknown.ret == pytest.ExitCode.USAGE_ERROR
    unknown.stderr.fnmatch_lines(["*smoke*"])


def test_a_change_selects_what_it_concerns(run: pytest.Pytester) -> None:
    git(run.path, "init", "-q")
    git(run.path, "add", "-A")
    git(run.path, "commit", "-qm", "first")
    write(run.path, {_CASE.format("cart/remove"): _case(2, "extra_rules: gently\n")})
    result = _run(run, "--qafiles-changed=HEAD", "--junitxml=junit.xml")
    assert _names(result, run) == {"test_fails", "test_is_linked_twice"}
    assert _run(run, "--qafiles-changed=HEAD..HEAD").ret == pytest.ExitCode.NO_TESTS_COLLECTED
    assert _run(run, "--qafiles-changed=gone..HEAD").ret == pytest.ExitCode.USAGE_ERROR


def test_what_a_clone_lacks_selects_nothing_and_fails(run: pytest.Pytester, tmp_path: Path) -> None:
    git(run.path, "init", "-q")
    git(run.path, "add", "-A")
    git(run.path, "commit", "-qm", "first")
    git(run.path, "commit", "-qm", "second", "--allow-empty")
    git(tmp_path, "clone", "-q", "--depth=1", f"file://{run.path}", "shallow")
    result = _run(
        run,
        f"--rootdir={tmp_path}/shallow",
        f"--qafiles-root={tmp_path}/shallow/qa",
        "--qafiles-changed=HEAD~1..HEAD",
    )
    assert result.ret == pytest.ExitCode.USAGE_ERROR


def test_a_config_runs_the_cases_that_list_it_and_no_others(run: pytest.Pytester) -> None:
    result = _run(run, "--qafiles-config=desktop", "--junitxml=junit.xml")
    assert _names(result, run) == {*_ALL} - {"test_fails"}
    assert {*map(tuple, _properties(run.path / "junit.xml", "browser_config").values())} == {("desktop",)}
    unknown = _run(run, "--qafiles-config=tablet")
    assert unknown.ret == pytest.ExitCode.USAGE_ERROR


def test_the_url_of_a_case_is_that_of_the_environment(run: pytest.Pytester) -> None:
    write(
        run.path,
        {
            "test_cart.py": (
                'import os, pytest\n@pytest.mark.qafiles("cart/add")\ndef test_url(qafiles_case):\n'
                '    assert qafiles_case.url == "https://s.example.com/1"\n'
                '    assert qafiles_case.file.get("test_description") == "Case 1"\n'
            )
        },
    )
    _run(run, "--qafiles-env=staging").assert_outcomes(passed=1)
    _run(run).assert_outcomes(failed=1)
    unknown = _run(run, "--qafiles-env=stagin")
    assert unknown.ret == pytest.ExitCode.USAGE_ERROR
    unknown.stderr.fnmatch_lines(["*did you mean `staging`*"])


def test_a_file_that_can_not_be_read_or_written_stops_the_run(run: pytest.Pytester) -> None:
    absent = _run(run, "--qafiles-select=absent.txt")
    assert absent.ret == pytest.ExitCode.USAGE_ERROR
    absent.stderr.fnmatch_lines(["*absent.txt can't be read: No such file or directory"])
    assert _run(run, "--qafiles-list=no/folder.json", "--collect-only").ret == pytest.ExitCode.USAGE_ERROR


def test_a_fixture_fails_a_test_that_names_no_test_case_or_a_wrong_one(run: pytest.Pytester) -> None:
    write(
        run.path,
        {
            "test_cart.py": (
                "import pytest\ndef test_none(qafiles_case): pass\n"
                '@pytest.mark.qafiles("cart/add", "cart/remove")\ndef test_two(qafiles_case): pass\n'
                '@pytest.mark.qafiles("cart/ad")\ndef test_typo(qafiles_case): pass\n'
                '@pytest.mark.qafiles("user:ada")\ndef test_user(qafiles_case): pass\n'
            )
        },
    )
    result = _run(run)
    result.assert_outcomes(errors=4)
    result.stdout.fnmatch_lines(["the test names 0 test cases*", "the test names 2 test cases*"])


@pytest.mark.parametrize(
    "marker", ["qafiles", "qafiles()", "qafiles(1)", 'qafiles("a", config="b")', 'qafiles(" ")']
)
def test_a_marker_without_handles_is_an_error_of_the_collection(marker: str, run: pytest.Pytester) -> None:
    write(run.path, {"test_cart.py": f"import pytest\n@pytest.mark.{marker}\ndef test_it(): pass\n"})
    result = _run(run)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*takes handles or ids of test cases*"])


def test_the_list_has_every_test_with_its_place_and_nothing_runs(run: pytest.Pytester) -> None:
    result = _run(run, "--collect-only", "-q", "--qafiles-list=list.json")
    assert result.ret == 0
    document = json.loads((run.path / "list.json").read_text())
    assert {test["name"]: test["qafiles"] for test in document["collected"]} == _ALL
    first = document["collected"][0]
    assert (first["id"], first["file"], first["line"]) == ("test_cart.py::test_passes", "test_cart.py", 4)
    assert document["rootdir"] == run.path.as_posix()
    file = read_result_file(run.path / "list.json")
    assert (file.format, file.problems) == ("pytest", ())
    assert {test.name: [link.value for link in test.links] for test in file.results} == _ALL
    assert {test.outcome for test in file.results} == {None}
    assert file.results[0].source == SourcePlace(f"{run.path.as_posix()}/test_cart.py", 4)


def test_a_test_may_say_that_no_other_has_its_test_case(run: pytest.Pytester) -> None:
    marks = '@pytest.mark.qafiles("cart/add", only=True)\n@pytest.mark.qafiles("cart/add", "cart/remove")\n'
    write(run.path, {"test_cart.py": f"import pytest\n{marks}def test_it(): pass\n"})
    _run(run, "--junitxml=junit.xml", "--qafiles-list=list.json").assert_outcomes(passed=1)
    assert _properties(run.path / "junit.xml") == {"test_it": ["cart/remove"]}
    assert _properties(run.path / "junit.xml", "qafiles_only") == {"test_it": ["cart/add"]}
    (test,) = read_result_file(run.path / "list.json").results
    assert {(link.value, link.key) for link in test.links} == {
        ("cart/add", "qafiles_only"),
        ("cart/remove", None),
    }


def test_a_data_root_that_is_not_there_is_said_where_it_is_needed_alone(run: pytest.Pytester) -> None:
    (run.path / "pytest.ini").unlink()
    missing = _run(run, "--qafiles-tag=smoke")
    assert missing.ret == pytest.ExitCode.USAGE_ERROR
    missing.stderr.fnmatch_lines(["*--qafiles-root DIR*"])
    _run(run, "-k", "not passes and not twice").assert_outcomes(passed=3, failed=1, skipped=1, deselected=2)


@pytest.mark.slow
def test_the_plugin_imports_nothing_until_it_is_used(run: pytest.Pytester) -> None:
    write(
        run.path,
        {
            "test_cart.py": (
                "import sys, pytest\n"
                '@pytest.mark.qafiles("cart/add")\n'
                "def test_it():\n"
                '    assert {m for m in sys.modules if m.startswith("qafiles")} <= '
                '{"qafiles", "qafiles.version", "qafiles.pytest"}\n'
                '    assert not {"pydantic", "git", "yaml"} & {*sys.modules}\n'
            )
        },
    )
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "qafiles.pytest",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:xdist",
    ]
    result = subprocess.run(
        [*command, "-p", "no:hypothesispytest"], cwd=run.path, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout


@pytest.mark.slow
def test_worker_processes_write_the_same(run: pytest.Pytester) -> None:
    write(run.path, {"chosen.txt": f"{_ID}1\n{_ID}3\n"})
    result = run.runpytest_subprocess(
        *("-p", "qafiles.pytest", "-n", "2", "--qafiles-select=chosen.txt"),
        *("--junitxml=junit.xml", "--qafiles-list=list.json"),
    )
    result.assert_outcomes(passed=4, skipped=1)
    selected = {name: names for name, names in _ALL.items() if name not in {"test_fails", "test_is_unlinked"}}
    assert _properties(run.path / "junit.xml") == selected
    document = json.loads((run.path / "list.json").read_text())
    assert {test["name"]: test["qafiles"] for test in document["collected"]} == selected
