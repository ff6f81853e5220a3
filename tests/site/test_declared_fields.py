"""Custom fields and foreign keys on the pages of a site."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from qafiles import MemorySource
from qafiles.site import site
from tests.site.browser import Watched, chromium
from tests.site.payloads import PAYLOADS

if TYPE_CHECKING:
    from playwright.sync_api import Browser

_PROJECT = "organizations/acme/projects/shop"
_LIST = f"{_PROJECT}/test_cases/index.html"
_SETTINGS = """\
version: 1
fields:
  test_case:
    x-level: {enum: [severe, usual, slight], description: How bad it is, required: true}
    x-cost: {type: integer}
    x-tester: {reference: user, description: Who runs it}
    x-testers: {type: array, items: {reference: user}}
    x-issues: {type: array, items: {type: string}}
    x-due: {type: string, format: date}
    x-link: {type: string, format: uri}
    x-auto: {type: boolean}
    x-weight: {type: number}
    x-stage: {type: object, properties: {name: {type: string}, page: {type: string, format: uri}}}
"""


def _id(number: int) -> str:
    return f"a{number:023}"


def _root(cases: int) -> dict[str, str]:
    files = {
        "qafiles.yaml": _SETTINGS,
        "users/ada.yaml": f"id: {_id(90_010)}\nname: Ada Lovelace\n",
        "users/bob.yaml": f"id: {_id(90_011)}\nname: Bob\n",
        "organizations/acme/organization.yaml": f"id: {_id(90_001)}\nname: Acme\nrole: guest\n",
        f"{_PROJECT}/project.yaml": f"id: {_id(90_002)}\nname: Shop\ndefault_url_route: https://shop.example.com\n",
    }
    for number in range(cases):
        text = f"id: {_id(number)}\ntest_description: Case {number:04}\nurl_route: /{number}\n"
        text += f"x-level: {('severe', 'usual')[number % 2]}\n"
        if number % 10:
            text += (
                f"x-cost: {7000 + number}\nx-tester: {'ada' if number % 3 else _id(90_011)}\n"
                f"x-testers: [bob, ada]\nx-issues: [QA-{number}]\nx-due: '2026-03-01'\n"
                f"x-link: https://issues.example.com/{number}\nx-auto: {'true' if number % 4 else 'false'}\n"
                "x-weight: 2.5\nx-stage: {name: canary, page: 'https://stage.example.com/'}\n"
                f"x-source: {{tool: testrail, key: C{number}, url: 'https://rail.example.com/C{number}'}}\n"
                "x-free: anything\n"
            )
        files[f"{_PROJECT}/test_cases/case-{number:04}.yaml"] = text
    return files


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("declared") / "site"
    site(MemorySource(_root(40)), folder)
    return folder


def facts(page: str) -> dict[str, str]:
    """Return the facts of a page as HTML, in their order."""
    return dict(re.findall(r"<dt[^>]*>([^<]*)</dt><dd>(.*?)</dd>", page.partition("<aside")[2], re.DOTALL))


def test_an_entity_tells_its_custom_fields_in_the_order_of_the_settings(pages: Path) -> None:
    shown = facts((pages / f"{_PROJECT}/test_cases/case-0007.html").read_text())
    names = [name for name in shown if name.startswith("x-") or name == "Source"]
    assert names == [
        *(
            "x-level",
            "x-cost",
            "x-tester",
            "x-testers",
            "x-issues",
            "x-due",
            "x-link",
            "x-auto",
            "x-weight",
            "x-stage",
        ),
        "Source",
        "x-free",
    ]
    up = "../" * 5
    assert shown["x-level"] == "usual"
    assert shown["x-cost"] == "7007"
    assert shown["x-tester"] == f'<a href="{up}users/ada.html">Ada Lovelace</a>'
    assert [*re.findall(r'href="([^"]*)"', shown["x-testers"])] == [
        f"{up}users/bob.html",
        f"{up}users/ada.html",
    ]
    assert shown["x-issues"] == "<ul><li>QA-7</li></ul>"
    assert 'href="https://issues.example.com/7" rel="noopener noreferrer nofollow"' in shown["x-link"]
    assert shown["x-auto"] == "yes"
    assert "stage</span>" not in shown["x-stage"]
    assert "canary" in shown["x-stage"]
    assert 'href="https://stage.example.com/"' in shown["x-stage"]
    assert re.fullmatch(r'<a href="https://rail.example.com/C7" [^>]*>testrail:C7</a>', shown["Source"])


def test_a_reference_by_id_leads_to_what_it_names(pages: Path) -> None:
    shown = facts((pages / f"{_PROJECT}/test_cases/case-0003.html").read_text())
    assert shown["x-tester"].endswith('users/bob.html">Bob</a>')
    assert "case-0003.html" in (pages / "users/bob.html").read_text()


def test_what_a_field_is_for_stands_with_the_list_and_the_fact(pages: Path) -> None:
    text = (pages / _LIST).read_text()
    declared = text.partition('<h2 id="fields">')[2]
    assert re.findall(r'<dt class="mono">(.*?)</dt>', declared)[:3] == ["x-level", "x-cost", "x-tester"]
    assert 'How bad it is <span class="muted">(one of severe, usual, slight; required)' in declared
    assert (
        '<dt title="Who runs it">x-tester</dt>'
        in (pages / f"{_PROJECT}/test_cases/case-0001.html").read_text()
    )
    assert 'id="fields"' not in (pages / "users/index.html").read_text()


def test_lists_have_filters_for_choices_truth_values_and_references(pages: Path) -> None:
    text = (pages / _LIST).read_text()
    filters = {
        name: re.findall(r'<option value="([^"]*)">([^<]*)</option>', options)
        for name, options in re.findall(
            r'>([\w-]+)<select data-filter="facet" data-at="\d+">(.*?)</select>', text, re.DOTALL
        )
    }
    assert filters == {
        "x-level": [("", "any"), ("=severe", "severe"), ("=usual", "usual")],
        "x-tester": [("", "any"), ("=ada", "Ada Lovelace"), ("=bob", "Bob"), ("-", "none")],
        "x-testers": [("", "any"), ("=ada", "Ada Lovelace"), ("=bob", "Bob"), ("-", "none")],
        "x-auto": [("", "any"), ("=no", "no"), ("=yes", "yes"), ("-", "none")],
    }


def _search(folder: Path) -> list[list[Any]]:
    text = (folder / "assets/search-data.js").read_text()
    return list(json.loads("[" + text.partition("rows: [")[2].rpartition("]")[0] + "]"))


@pytest.mark.parametrize(
    "word",
    ["7007", "severe", "QA-7", "canary", "testrail", "C7", "Lovelace", "2026-03-01", "2.5", "anything"],
)
def test_the_search_has_values_of_custom_fields_and_foreign_keys(pages: Path, word: str) -> None:
    texts = {row[2]: row[6].split() for row in _search(pages)}
    case = "acme/shop/case-0006" if word == "severe" else "acme/shop/case-0007"
    assert word in texts[case] or any(word in part for part in texts[case])


@pytest.mark.slow
@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_custom_field_is_markup_or_a_link_that_runs(tmp_path: Path, payload: str) -> None:
    text = json.dumps(payload)
    root = _root(1)
    root["qafiles.yaml"] = (
        _SETTINGS.replace("How bad it is", "bad") + "    x-text: {type: string, description: " + text + "}\n"
    )
    case = f"{_PROJECT}/test_cases/case-0000.yaml"
    root[case] += (
        f"x-text: {text}\nx-link: {text}\nx-stage: {{name: {text}, page: {text}}}\nx-tester: {text}\n"
        f"x-source: {{tool: a, key: {text}, url: {text}}}\nx-issues: [{text}]\n"
    )
    site(MemorySource(root), tmp_path / "site")
    for page in (case.replace(".yaml", ".html"), _LIST):
        own = (tmp_path / "site" / page).read_text()
        assert "javascript:" not in " ".join(re.findall(r'href="([^"]*)"', own)).lower()
        assert {*re.findall(r"<(script|img|svg|iframe|style|a|b|i)\b", own)} <= {"script", "a", "svg"}
        assert own.count("<script") == 1


@pytest.mark.slow
def test_the_same_data_gives_the_same_site_and_one_without_fields_has_no_filters_for_them(
    tmp_path: Path,
) -> None:
    root = _root(3) | {"qafiles.yaml": "version: 1\n"}
    site(MemorySource(root), tmp_path / "site")
    text = (tmp_path / "site" / _LIST).read_text()
    assert "facet" not in text
    assert 'id="fields"' not in text


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("large") / "site"
    site(MemorySource(_root(1_200)), folder)
    return folder


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    with chromium() as started:
        yield started


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("size", ["small", "large"])
def test_filters_by_custom_fields_look_at_all_rows(
    browser: "Browser", pages: Path, large: Path, size: str, width: int
) -> None:
    total = 40 if size == "small" else 1_200
    context = browser.new_context(viewport={"width": width, "height": 860})
    watched = Watched(context, pages if size == "small" else large)
    page = watched.open(_LIST)
    numbers = range(total)
    for choices, expected in (
        ({0: "=severe"}, [n for n in numbers if n % 2 == 0]),
        ({1: "=bob"}, [n for n in numbers if n % 10 and n % 3 == 0]),
        ({1: "-"}, [n for n in numbers if n % 10 == 0]),
        ({0: "=usual", 3: "=yes", 2: "=ada"}, [n for n in numbers if n % 2 and n % 10 and n % 4]),
    ):
        for at in range(4):
            page.select_option(f"[data-at='{at}']", choices.get(at, ""))
        page.wait_for_function(
            f"() => document.querySelector('[data-filter-count]').textContent.startsWith('{len(expected):,} of {total:,}')"
        )
        shown = page.locator("#list tbody tr th a").all_inner_texts()
        assert shown == [f"Case {number:04}" for number in expected[:500]]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert watched.troubles == []
    context.close()


@pytest.mark.browser
@pytest.mark.slow
def test_the_search_finds_a_foreign_key(browser: "Browser", large: Path) -> None:
    context = browser.new_context()
    page = Watched(context, large).open("index.html")
    page.fill("#search", "C1077")
    page.wait_for_selector("#results li:first-child >> text=Case 1077")
    context.close()
