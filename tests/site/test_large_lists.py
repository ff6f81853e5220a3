"""Lists of thousands, in a browser: filters and search look at every row, and say how many they found and show."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from qafiles import MemorySource
from qafiles.site import site
from tests.site.browser import Watched, chromium

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.slow]

_NUMBER = 3_000
_PROJECT = "organizations/acme/projects/shop"
_LIST = f"{_PROJECT}/test_cases/index.html"


def _id(number: int) -> str:
    return f"a{number:023}"


def _root() -> dict[str, str]:
    files = {
        "qafiles.yaml": "version: 1\n",
        "organizations/acme/organization.yaml": f"id: {_id(90_001)}\nname: Acme\nrole: guest\n",
        f"{_PROJECT}/project.yaml": f"id: {_id(90_002)}\nname: Shop\ndefault_url_route: https://shop.example.com\n",
        f"{_PROJECT}/tags/even.yaml": f"id: {_id(90_003)}\nname: even\ncolor: navy\n",
        f"{_PROJECT}/tags/last.yaml": f"id: {_id(90_004)}\nname: last\ncolor: teal\n",
        f"{_PROJECT}/documents/long.yaml": f"id: {_id(90_005)}\nname: Long\ncontent: |\n"
        + "".join(f"  word{number}\n" for number in range(900))
        + "  buried\n",
    }
    for number in range(_NUMBER):
        tags = [*(["even"] if number % 2 == 0 else []), *(["last"] if number == _NUMBER - 1 else [])]
        files[f"{_PROJECT}/test_cases/suite-{number // 100:02}/case-{number:04}.yaml"] = (
            f"id: {_id(number)}\ntest_description: Case number {number:04}\nurl_route: /{number}\n"
            f"tags: [{', '.join(tags)}]\n"
        )
    return files


@pytest.fixture(scope="module")
def large_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of a project with 3,000 test cases in thirty suites."""
    folder = tmp_path_factory.mktemp("large") / "site"
    site(MemorySource(_root()), folder)
    return folder


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    with chromium() as found:
        yield found


@pytest.fixture
def watched(browser: "Browser", large_site: Path) -> Iterator[Watched]:
    context = browser.new_context()
    yield Watched(context, large_site)
    context.close()


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"tags": "even"}, 1_500),
        ({"tags": "last"}, 1),
        ({"suite": "suite-29"}, 100),
        ({"text": "number 2999"}, 1),
        ({"text": "NUMBER 29"}, 100),
        ({"text": "number", "tags": "even", "suite": "suite-28"}, 50),
        ({"text": "no such case"}, 0),
    ],
)
def test_filters_look_at_all_rows(watched: Watched, filters: dict[str, str], found: int) -> None:
    page = watched.open(_LIST)
    for name, value in filters.items():
        if name == "text":
            page.fill("[data-filter=text]", value)
        else:
            page.select_option(f"[data-filter={name}]", value)
    page.wait_for_function(
        f"() => document.querySelector('[data-filter-count]').textContent.startsWith('{found:,} of 3,000')"
    )
    assert page.locator("#list tbody tr").count() == min(found, 500)
    assert watched.troubles == []


def test_every_row_can_be_shown(watched: Watched) -> None:
    page = watched.open(_LIST)
    assert page.inner_text("[data-filter-count]") == "The first 500 of 3,000"
    before = page.inner_html("#list tbody tr:nth-child(7)")
    for step in range(1, 6):
        page.click("[data-more=list]")
        page.wait_for_function(
            f"() => document.querySelectorAll('#list tbody tr').length === {min(500 * (step + 1), _NUMBER)}"
        )
    assert page.is_hidden("[data-more=list]")
    assert page.inner_text("#list tbody tr:last-child th a") == "Case number 2999"
    # What the script draws is what the page has.
    after = page.inner_html("#list tbody tr:nth-child(7)")
    assert re.sub(r"\s+", "", after) == re.sub(r"\s+", "", before)
    page.click("#list tbody tr:last-child th a")
    page.wait_for_url(re.compile(r"case-2999\.html$"))
    assert watched.troubles == []


def test_the_search_finds_all_and_leads_to_all(watched: Watched) -> None:
    page = watched.open("index.html")
    page.fill("#search", "number")
    page.wait_for_selector("#results .all")
    assert page.inner_text("#results .all") == "All 3,000 results"
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.wait_for_selector("#full-results li")
    assert page.input_value("#full-text") == "number"
    assert page.inner_text("#full-count") == "The first 100 of 3,000"
    page.click("#full-more")
    page.wait_for_function("() => document.querySelectorAll('#full-results li').length === 200")
    page.select_option("#full-tag", "even")
    page.wait_for_function(
        "() => document.getElementById('full-count').textContent === 'The first 100 of 1,500'"
    )
    page.fill("#full-text", "2999")
    page.select_option("#full-tag", "")
    page.wait_for_function("() => document.getElementById('full-count').textContent === '1 found'")
    assert watched.troubles == []


def test_a_word_far_down_a_long_text_is_found(watched: Watched) -> None:
    page = watched.open("search.html?q=buried")
    page.wait_for_selector("#full-results li")
    assert page.inner_text("#full-results li a") == "Long"


def test_without_a_script_a_long_list_says_where_the_rest_is(browser: "Browser", large_site: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"file://{large_site}/{_LIST}")
    assert "The first 500 are listed; suites and the search lead to the other 2,500" in page.inner_text(
        "main"
    )
    assert page.locator("#list tbody tr").count() == 500
    context.close()


def test_a_report_page_says_what_it_leaves_out_and_has_all_of_it_beside(large_site: Path) -> None:
    page = (large_site / "reports/traceability.html").read_text("utf-8")
    left_out = "2,501 of 3,001 rows are left out here, and those with gaps come first"
    assert left_out in page
    assert 'href="../reports/traceability-matrix.csv"' in page
    assert "qafiles report traceability --format csv --table matrix" in page
    rows = (large_site / "reports/traceability-matrix.csv").read_text("utf-8").splitlines()
    assert len(rows) == 3_002
    assert not (large_site / "reports/traceability-browser_configs.csv").exists()
