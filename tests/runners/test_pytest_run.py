"""pytest run for real with pytest-playwright and pytest-rerunfailures, in an environment of their own and in Chromium."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from qafiles.results.read import read_result_file
from tests.conftest import write
from tests.rules.data_root import data_root

pytestmark = pytest.mark.browser

_CASE = "qa/organizations/acme/projects/shop/test_cases/{}.yaml"
_ID = "q1w2e3r4t5y6u7i8o9p0a1s"
_FILES = {
    **{f"qa/{path}": text for path, text in data_root().items()},
    **{
        _CASE.format(name): (
            f"id: {_ID}{number}\ntest_description: {name}\nurl_route: /{name}\nbrowser_configs: [phone]\n"
        )
        for number, name in enumerate(("passes", "fails", "flaky", "skipped", "first", "second"))
    },
    "qa/browser_configs/phone.yaml": (
        f"id: {_ID}9\nbrowser_config:\n  device: Pixel 7\n  locale: de-DE\n"
        "  httpCredentials: {username: ada, password: '{{ secret.PASS }}'}\n  trace: 'on'\n"
    ),
    "pytest.ini": "[pytest]\nqafiles_root = qa\naddopts = -p qafiles.pytest\n",
    "conftest.py": """
import os, pytest

@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    return {**browser_type_launch_args, "executable_path": os.environ["CHROMIUM"]}

@pytest.fixture
def shop(page, qafiles_cases):
    page.route("**/*", lambda route: route.fulfill(body=f"<title>{route.request.url}</title>", content_type="text/html"))
    page.goto(qafiles_cases[0].url)
    return page
""",
    "test_shop.py": """
import pytest

@pytest.mark.qafiles("passes")
def test_passes(shop, browser_context_args):
    assert shop.title() == "https://shop.example.com/passes"
    assert shop.evaluate("navigator.language") == "de-DE"
    assert "Pixel 7" in shop.evaluate("navigator.userAgent")
    assert browser_context_args["http_credentials"] == {"username": "ada", "password": "s3cret"}

@pytest.mark.qafiles("fails")
def test_fails(shop):
    assert shop.title() == "another"

attempts = []

@pytest.mark.qafiles("flaky")
def test_is_flaky():
    attempts.append(1)
    assert len(attempts) == 2

@pytest.mark.qafiles("skipped")
@pytest.mark.skip(reason="not now")
def test_is_skipped(shop): pass

@pytest.mark.qafiles("first", "second")
@pytest.mark.parametrize("number", [1, 2])
def test_is_linked_twice(number): pass

def test_is_unlinked(): pass

@pytest.mark.qafiles("open")
def test_of_another_config(): raise AssertionError("the case lists desktop alone")
""",
}


@pytest.fixture
def python() -> str:
    """The Python of an environment with the plugins of pytest, which QAFILES_PYTEST names."""
    place = os.environ.get("QAFILES_PYTEST", "")
    if not Path(place).is_file() or shutil.which("chromium") is None:
        pytest.skip(
            "QAFILES_PYTEST names no Python with pytest-playwright and pytest-rerunfailures, or there is no Chromium"
        )
    return place


def _run(python: str, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    variables = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    variables |= {"CHROMIUM": str(shutil.which("chromium")), "PASS": "s3cret"}
    command = [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments]
    return subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True, check=False)


def test_outcomes_land_where_they_should_in_the_browser_of_the_config(python: str, tmp_path: Path) -> None:
    write(tmp_path, _FILES)
    result = _run(python, tmp_path, "--qafiles-config=phone", "--reruns=1", "--junitxml=junit.xml")
    assert "1 deselected" in result.stdout, result.stdout + result.stderr
    assert (
        "qafiles: browser config phone: left out: trace (it is of Playwright's test runner)" in result.stdout
    )
    file = read_result_file(tmp_path / "junit.xml")
    assert file.problems == ()
    outcomes = {
        result.name: (result.config, result.outcome, *(link.value for link in result.links))
        for result in file.results
    }
    assert outcomes == {
        "test_passes[chromium]": ("phone", "passed", "passes"),
        "test_fails[chromium]": ("phone", "failed", "fails"),
        "test_is_flaky": ("phone", "flaky", "flaky"),
        "test_is_skipped[chromium]": ("phone", "skipped", "skipped"),
        "test_is_linked_twice[1]": ("phone", "passed", "first", "second"),
        "test_is_linked_twice[2]": ("phone", "passed", "first", "second"),
        "test_is_unlinked": ("phone", "passed"),
    }


def test_another_browser_than_that_of_the_config_is_refused(python: str, tmp_path: Path) -> None:
    write(tmp_path, _FILES)
    result = _run(python, tmp_path, "--qafiles-config=desktop", "--browser=firefox")
    assert result.returncode == pytest.ExitCode.USAGE_ERROR
    assert "browser config desktop is for chromium; run it with `--browser chromium`" in result.stderr
