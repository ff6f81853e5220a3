"""What one comes to a report for is in sight, on a screen of 1280 and of 1440 pixels and on paper."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from qafiles.render.reports import render
from qafiles.reports import make_report
from tests.site.browser import chromium

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.slow]

_NAMES = ("inventory", "coverage", "traceability", "activity", "stale", "secrets", "access")
_HIDDEN = """() => [...document.querySelectorAll('.scroll')]
  .filter((box) => box.scrollWidth > box.clientWidth)
  .map((box) => `${box.getAttribute('aria-label')}: ${box.scrollWidth} of ${box.clientWidth}`)"""
_PAPER = (1123 - 2 * 45, 794 - 2 * 45)
"""A4 in landscape without its margins, in CSS pixels."""


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def pages(example: Path, example_site: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Every report as a page of the site, and as a page of its own."""
    folder = tmp_path_factory.mktemp("pages")
    found = {f"site {name}": example_site / f"reports/{name}.html" for name in _NAMES}
    for name in _NAMES:
        place = folder / f"{name}.html"
        text = "".join(map(str, render(make_report(name, example, days=1), "html")))
        place.write_text(text, encoding="utf-8")
        found[f"html {name}"] = place
    return found


@pytest.mark.parametrize("width", [1280, 1440])
def test_no_column_of_a_report_is_out_of_sight(
    browser: "Browser", pages: dict[str, Path], width: int
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900})
    hidden = {}
    for name, place in pages.items():
        page.goto(f"file://{place}")
        hidden[name] = page.evaluate(_HIDDEN)
    page.close()
    assert not {name: boxes for name, boxes in hidden.items() if boxes}


def test_no_column_of_a_report_is_cut_off_on_paper(browser: "Browser", pages: dict[str, Path]) -> None:
    page = browser.new_page(viewport={"width": _PAPER[0], "height": _PAPER[1]})
    page.emulate_media(media="print")
    wide = {}
    for name, place in pages.items():
        page.goto(f"file://{place}")
        wide[name] = page.evaluate("() => document.documentElement.scrollWidth > innerWidth")
    page.close()
    assert wide == dict.fromkeys(pages, False)


def test_the_gaps_of_traceability_stand_first_and_are_words(
    browser: "Browser", pages: dict[str, Path]
) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    for name in ("site traceability", "html traceability"):
        page.goto(f"file://{pages[name]}")
        cells = page.locator("h2#matrix ~ .scroll >> nth=0 >> td.gap").all()
        gaps = [cell for cell in cells if "no traversal" in cell.inner_text()]
        assert len(gaps) > 20
        box = gaps[0].bounding_box()
        assert box is not None
        assert box["x"] + box["width"] < 640
    page.close()


@pytest.mark.parametrize("name", ["site traceability", "html traceability"])
def test_a_pdf_of_traceability_has_every_gap_and_every_secret(
    browser: "Browser", pages: dict[str, Path], name: str, tmp_path: Path
) -> None:
    page = browser.new_page()
    page.goto(f"file://{pages[name]}")
    on_page = page.inner_text("main").count("no traversal")
    page.pdf(path=tmp_path / "report.pdf", prefer_css_page_size=True)
    page.close()
    text = _pdf_text(tmp_path / "report.pdf")
    assert text.count("no traversal") == on_page > 30
    assert "SWAG_LABS_PASSWORD" in re.sub(r"\s", "", text)


def _pdf_text(place: Path) -> str:
    program = shutil.which("pdftotext")
    if program is not None:
        return subprocess.run(
            [program, "-layout", place, "-"], check=True, capture_output=True, text=True
        ).stdout
    pypdf = pytest.importorskip("pypdf", reason="neither pdftotext nor pypdf is installed")
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(place).pages)
