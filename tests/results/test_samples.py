"""Files that other projects' runners wrote, where a machine has them: they are not part of the project."""

import os
from pathlib import Path
from typing import Final

import pytest

from qafiles.results.read import read_result_file
from qafiles.results.result import ResultFile

_SAMPLES: Final = Path(os.environ.get("QAFILES_SAMPLES", Path(__file__).parents[3] / "shared/samples"))


def _read(name: str) -> ResultFile:
    if not (_SAMPLES / name).is_file():
        pytest.skip(f"no {name} below {_SAMPLES}; QAFILES_SAMPLES names the folder")
    return read_result_file(_SAMPLES / name, name)


@pytest.mark.parametrize(
    ("name", "file_format", "outcomes"),
    [
        ("playwright/junit.xml", "junit", "passed passed failed passed passed passed failed passed"),
        ("playwright/run.json", "playwright", "passed passed flaky flaky failed failed passed passed"),
        ("playwright/list.json", "playwright", "None None None None None None None None"),
        ("pytest/junit.xml", "junit", "passed failed passed skipped skipped failed passed"),
        ("pytest/jr.xml", "junit", "passed failed passed skipped skipped failed passed"),
        ("junit/xray-junit.xml", "junit", "passed passed passed passed"),
        ("ctrf/comprehensive.json", "ctrf", "passed flaky failed"),
        (
            "ctrf/playwright-ctrf-json-reporter-0.0.29.json",
            "ctrf",
            "passed flaky failed passed passed flaky failed passed",
        ),
        ("cucumber/cucumber-results.json", "cucumber", "passed passed passed passed passed"),
        ("cucumber/rules.ndjson", "cucumber", "passed passed passed"),
    ],
)
def test_files_of_real_runs_are_read(name: str, file_format: str, outcomes: str) -> None:
    file = _read(name)
    assert file.problems == ()
    assert file.format == file_format
    assert " ".join(str(result.outcome) for result in file.results) == outcomes


def test_playwrights_formats_name_a_test_alike() -> None:
    names = [
        {(result.suite, result.name, result.config) for result in _read(name).results}
        for name in ("playwright/junit.xml", "playwright/run.json", "playwright/list.json")
    ]
    names.append(
        {
            (result.suite, result.name, result.config)
            for result in _read("ctrf/playwright-ctrf-json-reporter-0.0.29.json").results
        }
    )
    assert len(names[0]) == 8
    assert all(each == names[0] for each in names)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("allure/result.json", "this is an Allure result, which is not read"),
        ("xray/xray_cloud_results.json", "this is Xray's results JSON, which is not read"),
        ("xray/xray_cloud_manual_with_dataset.json", "this is Xray's results JSON, which is not read"),
        ("robot/output.xml", "this is Robot Framework's output.xml, which is not read"),
    ],
)
def test_files_of_other_tools_are_named_with_what_to_give_instead(name: str, message: str) -> None:
    file = _read(name)
    assert file.results == ()
    assert [problem.message for problem in file.problems] == [message]
    assert file.problems[0].hint is not None
