"""The manual as pages of the site."""

import re
from collections.abc import Mapping
from itertools import pairwise
from typing import Any, Final

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from qafiles.manual import CONTENTS, TOPICS, page, title
from qafiles.site.places import HELP

_COMMENT: Final = re.compile(r"<!--.*?-->\n?", re.DOTALL)
_SCROLLED: Final = (
    ("<pre>", '<pre tabindex="0">'),
    ("<table>", '<div class="scroll" role="region" aria-label="Table" tabindex="0"><table>'),
    ("</table>", "</table></div>"),
)
"""What is wider than a phone, and what lets a keyboard scroll it."""
_TO_PAGE: Final = re.compile(r"([a-z-]+)\.md(#.*)?")


def help_pages() -> Mapping[str, str]:
    """Return the page of each topic: its place in the site -> the topic."""
    return {f"help/{topic}.html": topic for topic in TOPICS}


def help_index() -> dict[str, Any]:
    """Return what the template of the contents shows."""
    chapters = [
        (chapter, [(title(topic), f"help/{topic}.html") for topic in topics])
        for chapter, topics in CONTENTS.items()
    ]
    return {"title": "Help", "crumbs": [("Overview", "index.html")], "chapters": chapters}


def help_page(topic: str) -> dict[str, Any]:
    """Return what the template of a page of the manual shows."""
    text = _COMMENT.sub("", page(topic).partition("\n")[2])
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = parser.parse(text)
    _name_headings(tokens)
    for token in tokens:
        for child in token.children or ():
            target = _TO_PAGE.fullmatch(str(child.attrs.get("href", "")))
            if target is not None:
                child.attrs["href"] = f"{target[1]}.html{target[2] or ''}"
            elif "://" in str(child.attrs.get("href", "")):
                child.attrs["rel"] = "noopener noreferrer"
    html = parser.renderer.render(tokens, parser.options, {})
    for tag, scrolled in _SCROLLED:
        html = html.replace(tag, scrolled)
    return {
        "title": title(topic),
        "crumbs": [("Overview", "index.html"), ("Help", HELP)],
        "html": Markup(html),  # noqa: S704  # a page of this package, in which HTML is text
    }


def _name_headings(tokens: list[Token]) -> None:
    """Give each heading the anchor that GitHub gives it, to which the pages link."""
    taken: set[str] = set()
    for heading, inline in pairwise(tokens):
        if heading.type != "heading_open":
            continue
        words = "".join(child.content for child in inline.children or ())
        anchor = re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-")
        name, count = anchor, 0
        while name in taken:
            count += 1
            name = f"{anchor}-{count}"
        taken.add(name)
        heading.attrs["id"] = name
