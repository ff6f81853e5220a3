import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest
from markupsafe import Markup

from qafiles.pages import markdown, standalone, table
from qafiles.validation import load
from tests.conftest import samples
from tests.site.browser import Watched, chromium
from tests.site.payloads import MARK, PAYLOADS

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.slow]

_CASE = "organizations/acme/projects/todomvc/test_cases/persistence/todos-survive-a-reload.html"
_SCREENS: list[tuple[int, Literal["light", "dark"]]] = [(1280, "light"), (1280, "dark"), (390, "light")]
_SHOWN = [
    "index.html",
    "search.html",
    "findings.html",
    "reports/index.html",
    "reports/coverage.html",
    "reports/traceability.html",
    "organizations/acme/index.html",
    "organizations/acme/projects/todomvc/index.html",
    "organizations/acme/projects/todomvc/test_cases/index.html",
    "organizations/acme/projects/todomvc/documents/filters-and-routing.html",
    "browser_configs/desktop-chrome.html",
    "help/index.html",
    "help/validating.html",
    "help/unreadable.html",
    _CASE,
]


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    with chromium() as found:
        yield found


@pytest.fixture
def watched(browser: "Browser", example_site: Path) -> Iterator[Watched]:
    context = browser.new_context()
    yield Watched(context, example_site)
    context.close()


def test_the_search_finds_a_test_case_from_any_page(watched: Watched) -> None:
    page = watched.open("reports/coverage.html")
    page.keyboard.press("/")
    page.keyboard.type("survive relo")
    page.wait_for_selector("#results li .what")
    assert "Todos survive a reload" in page.inner_text("#results")
    page.fill("#search", "Todos survive a reload")
    page.wait_for_selector("#results li:first-child >> text=Todos survive a reload")
    page.keyboard.press("ArrowDown")
    assert page.get_attribute("#search", "aria-activedescendant") == "result-0"
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"todos-survive-a-reload\.html$"))
    assert page.inner_text("h1") == "Todos survive a reload"
    assert watched.troubles == []


def test_the_page_of_the_search_filters_by_kind_project_and_tag(watched: Watched, example: Path) -> None:
    snapshot = load(example)
    page = watched.open("search.html")
    page.wait_for_selector("#full-results li")
    assert page.inner_text("#full-count").endswith(f"of {len(snapshot.files)}")
    page.select_option("#full-kind", "test_case")
    page.select_option("#full-project", "acme/todomvc")
    page.select_option("#full-tag", "smoke")
    smoke = snapshot.find("acme/todomvc/smoke")
    wanted = {link.source.handle for link in snapshot.incoming(smoke)}
    page.wait_for_function(f"document.querySelectorAll('#full-results li').length === {len(wanted)}")
    shown = {item.rpartition(" · ")[2] for item in page.locator("#full-results .what").all_inner_texts()}
    assert shown == wanted
    assert watched.troubles == []


def test_links_lead_there_and_back(watched: Watched) -> None:
    page = watched.open(_CASE)
    page.click("aside >> text=Persistence")
    assert page.inner_text(".eyebrow").lower() == "document"
    page.click(".relations >> text=Todos survive a reload")
    page.wait_for_url(re.compile(r"todos-survive-a-reload\.html$"))
    page.click(".crumbs >> text=TodoMVC")
    page.click(".suites >> text=persistence")
    page.click("table >> text=Todos survive a reload")
    assert page.inner_text("h1") == "Todos survive a reload"
    assert watched.troubles == []


def test_a_list_is_filtered_by_text_and_tag(watched: Watched) -> None:
    page = watched.open("organizations/acme/projects/todomvc/test_cases/index.html")
    rows = page.locator("#list tbody tr:visible")
    everything = rows.count()
    page.select_option("[data-filter=tags]", "smoke")
    assert 0 < rows.count() < everything
    page.fill("[data-filter=text]", "no such case")
    assert rows.count() == 0
    page.fill("[data-filter=text]", "")
    page.select_option("[data-filter=tags]", "")
    assert rows.count() == everything
    assert watched.troubles == []


@pytest.mark.parametrize(("width", "scheme"), _SCREENS)
def test_no_page_is_wider_than_the_screen_or_says_anything_to_the_console(
    browser: "Browser", example_site: Path, width: int, scheme: Literal["light", "dark"]
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    watched = Watched(context, example_site)
    for name in _SHOWN:
        page = watched.open(name)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
    assert watched.troubles == []
    context.close()


@pytest.mark.node
@pytest.mark.parametrize(("width", "scheme"), _SCREENS)
def test_axe_finds_no_serious_fault(
    browser: "Browser", example_site: Path, node_modules: Path, width: int, scheme: Literal["light", "dark"]
) -> None:
    axe = (node_modules / "axe-core" / "axe.min.js").read_text("utf-8")
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme=scheme,
        bypass_csp=True,
    )
    page = context.new_page()
    faults = []
    # What a page is made of is looked at in one size and one scheme, and what differs in the others in some of the pages.
    is_first = (width, scheme) == _SCREENS[0]
    for name in _SHOWN[:: 1 if is_first else samples(1, 3)]:
        page.goto(f"file://{example_site}/{name}")
        if name == "index.html":
            page.fill("#search", "todo")
            page.wait_for_selector("#results li .what")
        page.evaluate(axe)
        found = page.evaluate("axe.run(document).then((result) => result.violations)")
        faults += [
            (name, fault["id"], node["html"])
            for fault in found
            if fault["impact"] in {"serious", "critical"}
            for node in fault["nodes"]
        ]
    assert faults == []
    context.close()


def test_no_payload_runs_or_loads(browser: "Browser", hostile_site: Path) -> None:
    context = browser.new_context()
    watched = Watched(context, hostile_site)
    names = sorted(path.relative_to(hostile_site).as_posix() for path in hostile_site.rglob("*.html"))
    rich = [name for name in names if re.search(r"^[^/]*$|reports/|/p\d+/|index\.html$", name)]
    for name in rich[:: samples(3, 27)] + [name for name in names if "/" not in name]:
        page = watched.open(name)
        assert page.evaluate(f"window.{MARK}") is None, name
    page = watched.open("search.html")
    page.wait_for_selector("#full-results li")
    for text in PAYLOADS:
        page.fill("#full-text", text)
        page.fill("#search", text)
        page.wait_for_timeout(10)
    assert page.evaluate(f"window.{MARK}") is None
    assert watched.troubles == []
    context.close()


def test_no_payload_runs_in_a_page_in_one_file(browser: "Browser", tmp_path: Path) -> None:
    everything = "\n\n".join(PAYLOADS)
    rows = [(text, text) for text in PAYLOADS]
    body = Markup("<h1>x</h1>") + markdown(everything) + table([PAYLOADS[0], "b"], rows, caption=PAYLOADS[0])
    (tmp_path / "page.html").write_text(standalone(PAYLOADS[2], body, footer=PAYLOADS[0]), "utf-8")
    context = browser.new_context()
    watched = Watched(context, tmp_path)
    page = watched.open("page.html")
    assert page.evaluate(f"window.{MARK}") is None
    assert page.evaluate("getComputedStyle(document.querySelector('td')).borderBottomStyle") == "solid"
    assert watched.troubles == []
    context.close()


def test_the_site_works_below_any_path(browser: "Browser", example_site: Path, tmp_path: Path) -> None:
    place = tmp_path / "some" / "sub path" / "%41" / "qa"
    place.parent.mkdir(parents=True)
    place.symlink_to(example_site)
    context = browser.new_context()
    page = context.new_page()
    failed: list[str] = []
    page.on("requestfailed", lambda request: failed.append(request.url))
    page.goto((place / _CASE).as_uri())
    page.fill("#search", "clear completed")
    page.wait_for_selector("#results li .what")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"clear-completed\.html$"))
    assert failed == []
    context.close()
