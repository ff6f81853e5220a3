"""Playwright run for real: the example's tests, with the generated module, against a page of their own in Chromium."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

import qafiles
from qafiles.results.read import read_result_file
from tests.runners.test_module_compiles import node_packages

pytestmark = [pytest.mark.node, pytest.mark.browser]

_EXAMPLE = Path(__file__).parents[2] / "examples/acme-qa"
_TESTS = _EXAMPLE / "playwright"
_RECORDED = ("junit.xml", "playwright.json")
_FOLDER = "/home/ada/acme-qa/playwright"
"""Where the recorded run says that it was."""

Outcomes = set[tuple[str, str | None, str | None, tuple[str, ...]]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, node_modules: Path) -> Path:
    """A copy of the example's tests, with the packages that they need, without results."""
    place = tmp_path_factory.mktemp("run") / "playwright"
    shutil.copytree(_TESTS, place, ignore=shutil.ignore_patterns("results"))
    node_packages(place, node_modules)
    return place


def _playwright(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    command = ["node", "node_modules/@playwright/test/cli.js", "test", *arguments]
    inherited = {name: value for name, value in os.environ.items() if name in {"HOME", "PATH", "TMPDIR"}}
    return subprocess.run(
        command, cwd=folder, env={**inherited, **variables}, capture_output=True, text=True, check=False
    )


def _outcomes(place: Path) -> Outcomes:
    file = read_result_file(place)
    assert file.problems == ()
    return {
        (result.name, result.config, result.outcome, (*dict.fromkeys(link.value for link in result.links),))
        for result in file.results
    }


def _handle_of(name: str) -> str:
    snapshot = qafiles.load(_EXAMPLE)
    return str(snapshot.find(f"acme/todomvc/{name}").id)


def test_the_tests_of_the_example_compile(folder: Path) -> None:
    result = subprocess.run(
        ["node", "node_modules/typescript/lib/tsc.js", "-p", "."],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.stdout == ""


def test_a_case_runs_in_the_configs_that_it_lists_and_in_no_others(folder: Path) -> None:
    listed = json.loads(_playwright(folder, "--list", "--reporter=json").stdout)
    projects_of: dict[str, set[str]] = {}
    linked: dict[str, set[str]] = {}

    def walk(suite: dict[str, Any]) -> None:
        for spec in suite.get("specs", ()):
            for test in spec["tests"]:
                projects_of.setdefault(spec["title"], set()).add(test["projectName"])
                names = {item["description"] for item in test["annotations"] if item["type"] == "qafiles"}
                linked.setdefault(spec["title"], set()).update(names)
        for inner in suite.get("suites", ()):
            walk(inner)

    for suite in listed["suites"]:
        walk(suite)
    snapshot = qafiles.load(_EXAMPLE)
    assert len(projects_of) == 7
    for title, projects in projects_of.items():
        configs: set[str] = set()
        for name in linked[title]:
            case = snapshot.by_id[name]
            links = [link for link in snapshot.outgoing(case) if link.reference.field == "browser_configs"]
            configs |= {link.target.handle for link in links if link.target is not None}
        assert projects == (configs or {"no config"}), title


def test_outcomes_land_where_they_should_and_are_those_that_the_example_keeps(folder: Path) -> None:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("there is no Chromium")
    projects = [f"--project={name}" for name in ("desktop-chrome", "pixel-7", "no config")]
    result = _playwright(folder, *projects, CHROMIUM=chromium)
    assert result.returncode == 1, result.stdout + result.stderr
    if os.environ.get("QAFILES_UPDATE") == "1":
        for name in _RECORDED:
            text = (folder / "results" / name).read_text(encoding="utf-8")
            (_TESTS / "results" / name).write_text(text.replace(str(folder), _FOLDER), encoding="utf-8")
    toggle, clear = _handle_of("completing/toggle-one-todo"), _handle_of("completing/clear-completed")
    add = _handle_of("editing/add-todos")
    expected: Outcomes = {
        ('"buy milk" is added', "desktop-chrome", "passed", (add,)),
        ('"  feed the cat  " is added', "desktop-chrome", "passed", (add,)),
        ("completed todos are taken back or cleared", "desktop-chrome", "passed", (toggle, clear)),
        ("completed todos are taken back or cleared", "pixel-7", "passed", (toggle, clear)),
        ("blanks are no todo", "no config", "failed", (_handle_of("editing/blank-todo-is-ignored"),)),
        (
            "todos survive a reload",
            "desktop-chrome",
            "flaky",
            (_handle_of("persistence/todos-survive-a-reload"),),
        ),
        (
            "a double click opens a todo",
            "no config",
            "skipped",
            (_handle_of("editing/edit-with-a-double-click"),),
        ),
        ("the page has a title", "no config", "passed", ()),
    }
    for name in _RECORDED:
        assert _outcomes(folder / "results" / name) == expected
        assert _outcomes(_TESTS / "results" / name) == expected
        assert str(folder) not in (_TESTS / "results" / name).read_text(encoding="utf-8")
