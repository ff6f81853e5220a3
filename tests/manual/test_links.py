"""Links of README and of the manual lead to what is there."""

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from tests.manual.documents import MANUAL, README, TOP, documents


def _tokens(place: Path) -> list[Token]:
    return MarkdownIt("commonmark").enable("table").parse(place.read_text(encoding="utf-8"))


def _anchors(place: Path) -> set[str]:
    """Return the anchors that GitHub gives the headings of a document."""
    tokens = _tokens(place)
    anchors: set[str] = set()
    for opening, inline in pairwise(tokens):
        if opening.type == "heading_open":
            words = "".join(
                child.content for child in inline.children or () if child.type in {"text", "code_inline"}
            )
            anchor = re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-")
            same = sum(re.fullmatch(rf"{re.escape(anchor)}(-\d+)?", known) is not None for known in anchors)
            anchors.add(f"{anchor}-{same}" if same else anchor)
    return anchors


def _links(place: Path) -> Iterator[str]:
    for token in _tokens(place):
        for child in token.children or ():
            if child.type in {"link_open", "image"}:
                yield str(child.attrs.get("href") or child.attrs["src"])


@pytest.mark.parametrize("place", documents(), ids=lambda place: place.stem)
def test_every_link_leads_to_a_file_and_a_heading(place: Path) -> None:
    for link in _links(place):
        if link.startswith(("https://", "mailto:")):
            continue
        path, _, anchor = link.partition("#")
        target = place.parent / path if path else place
        assert target.exists(), link
        assert not anchor or anchor in _anchors(target), link
        assert target.resolve().is_relative_to(TOP), link


@pytest.mark.parametrize("place", sorted(MANUAL.glob("*.md")), ids=lambda place: place.stem)
def test_a_page_links_to_pages_alone_since_the_rest_is_not_installed(place: Path) -> None:
    for link in _links(place):
        path = link.partition("#")[0]
        assert link.startswith("https://") or not path or (MANUAL / path).is_file(), link


def test_readme_links_to_the_manual() -> None:
    assert any(link.startswith("qafiles/manual/") for link in _links(README))
