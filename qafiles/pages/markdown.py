"""Markdown from files, rendered and sanitised: it may hold anything, and leaves nothing that runs or loads."""

import re
from collections.abc import Sequence
from functools import cache
from itertools import chain, islice, pairwise
from typing import Any, Final

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import OptionsDict
from markupsafe import Markup

from qafiles.pages.text import clean

MAX_LENGTH: Final = 100_000
"""Characters of a text that are rendered; the rest is cut off, and a sentence says so."""

MAX_MARKS: Final = 10_000
"""Characters among these that may be markup. A long text has some thousands; only one made for it has more, and takes seconds."""

_MAX_CELLS: Final = 30_000
"""Lines times cells of the widest one, up to which tables are made: short rows are filled with empty cells."""

_MARK: Final = re.compile(r"[\[\]<>!*_`~|&\\\n]")

_SCHEMES: Final = frozenset({"http", "https", "mailto"})
_TAGS: Final = frozenset(
    {
        "a",
        "blockquote",
        "br",
        "code",
        "del",
        "em",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "li",
        "ol",
        "p",
        "pre",
        "s",
    }
    | {"strong", "table", "tbody", "td", "th", "thead", "tr", "ul"}
)
_ATTRIBUTES: Final = {"a": {"href", "title"}, "ol": {"start"}}
_WIDTH: Final = 72
"""Columns at which people wrap lines; a line that ends earlier was ended on purpose."""
_STEP: Final = re.compile(r"(?:Given|When|Then|And|But|Examples?|Expected)\b|\*\s|[-|]")
_PLAIN: Final = re.compile(r"""\n*(?:[A-Za-z"'($][^\n\\`*_~\[\]<>&]*(?<! )(?:\n+|\Z))+""")
"""A text of lines that begin no block, end in no spaces, and hold nothing that Markdown or HTML takes for more than itself."""


def markdown(text: str, *, level: int = 2) -> Markup:
    """Return CommonMark with tables and strikethrough as sanitised HTML, whose highest headings have the given level.

    HTML in the text is shown as text. Links lead to http, https and mailto alone, and pictures become links, so that
    nothing is loaded. Line breaks count where the text was not simply wrapped.
    """
    shown = clean(text)
    if len(shown) <= MAX_MARKS and _PLAIN.fullmatch(shown) and _is_printable(shown):
        return _paragraphs(shown)
    end = _end(shown)
    rendered = shown[:end]
    cells = max(line.count("|") for line in rendered.split("\n")) * rendered.count("\n")
    html = _parser(tables=cells <= _MAX_CELLS).render(rendered, {"level": level})
    if end < len(shown):
        html += f"<p><em>The text has {len(shown)} characters, of which the first {end} are shown.</em></p>"
    return Markup(_cleaner().clean(html))  # noqa: S704  # sanitised here


def _end(text: str) -> int:
    """Return where the part of a text ends that is rendered."""
    if len(text) <= MAX_MARKS:
        return len(text)
    marks = _MARK.finditer(text, 0, MAX_LENGTH)
    beyond = next(islice(marks, MAX_MARKS, None), None)
    return beyond.start() if beyond is not None else min(len(text), MAX_LENGTH)


def _is_printable(text: str) -> bool:
    return text.replace("\n", "").isprintable()


def _paragraphs(text: str) -> Markup:
    """Return what becomes of a text in which nothing means anything to CommonMark but the ends of its lines."""
    shown = []
    for part in re.split(r"\n{2,}", text.strip("\n")):
        lines = part.split("\n")
        ends = ["<br>\n" if _is_meant(line, after) else "\n" for line, after in pairwise(lines)]
        shown.append(f"<p>{''.join(chain(*zip(lines, [*ends, ''], strict=True)))}</p>\n")
    return Markup("".join(shown))  # noqa: S704  # has none of the characters that HTML knows


@cache
def _cleaner() -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=set(_TAGS),
        attributes={tag: set(names) for tag, names in _ATTRIBUTES.items()},
        url_schemes=set(_SCHEMES),
        attribute_filter=_absolute,
        link_rel="noopener noreferrer nofollow",
    )


def _absolute(tag: str, name: str, value: str) -> str | None:
    """Return an attribute's value, or None for an address without a scheme: it would be one of this site's files."""
    if (tag, name) == ("a", "href") and value.partition(":")[0].strip().lower() not in _SCHEMES:
        return None
    return value


@cache
def _parser(*, tables: bool) -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": 40}).enable("strikethrough")
    if tables:
        parser.enable("table")
    parser.core.ruler.push("meant_breaks", _keep_meant_breaks)
    parser.core.ruler.push("heading_level", _lower_headings)
    parser.add_render_rule("image", _picture_as_link)
    return parser


def _lower_headings(state: StateCore) -> None:
    """Put the headings below those of the page: the highest that the text has gets the level that was asked for."""
    headings = [token for token in state.tokens if token.type in {"heading_open", "heading_close"}]
    highest = min((int(token.tag[1]) for token in headings), default=1)
    shift = int(state.env.get("level", 2)) - highest
    for token in headings:
        token.tag = f"h{max(2, min(6, int(token.tag[1]) + shift))}"


def _keep_meant_breaks(state: StateCore) -> None:
    """Turn those line breaks into real ones that nobody made only to keep lines short."""
    for token in state.tokens:
        if token.type == "inline" and token.children and "\n" in token.content:
            lines = token.content.split("\n")
            breaks = [child for child in token.children if child.type in {"softbreak", "hardbreak"}]
            if len(breaks) != len(lines) - 1:
                continue
            for item, line, following in zip(breaks, lines, lines[1:], strict=False):
                if _is_meant(line, following):
                    item.type = "hardbreak"


def _is_meant(line: str, following: str) -> bool:
    """Return whether a line break is more than the wrapping of a paragraph."""
    word = following.split(" ", 1)[0]
    return _STEP.match(following) is not None or len(line) + 1 + len(word) < _WIDTH


def _picture_as_link(
    renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: dict[str, Any]
) -> str:
    token = tokens[index]
    words = renderer.renderInlineAsText(token.children or [], options, env) or "picture"
    source = str(token.attrs.get("src", ""))
    escape = Markup.escape
    if source.partition(":")[0].lower() in {"http", "https"}:
        return str(Markup('<a href="{}">{}</a>').format(source, words))
    return str(escape(words))
