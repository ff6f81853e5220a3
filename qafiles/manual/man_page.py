"""The man page, made of pages of the manual when a wheel is built; it needs markdown-it-py alone."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token

from qafiles.manual import CONTENTS, page, title
from qafiles.version import __version__

_COMMENT: Final = re.compile(r"<!--.*?-->\n?", re.DOTALL)
_AT_THE_BEGINNING: Final = re.compile(r"(?m)^(?=[.'])")
_PAGE: Final = re.compile(r"([a-z-]+)\.md")
_ESCAPES: Final = {"\\": "\\e", "-": "\\-", "`": "\\(ga", "'": "\\(aq", "^": "\\(ha", "~": "\\(ti"}
_FONTS: Final = {"code_inline": "B", "strong_open": "B", "em_open": "I", "strong_close": "R", "em_close": "R"}


def man_page() -> str:
    """Return `qafiles.1`, as roff with the macros of man: https://man7.org/linux/man-pages/man7/groff_man.7.html."""
    return "\n".join(
        [
            f'.TH QAFILES 1 "" "qafiles {__version__}" "User Commands"',
            ".SH NAME",
            "qafiles \\- test management in git: YAML files, validated, cross\\-referenced and versioned",
            ".SH SYNOPSIS",
            ".B qafiles",
            "[\\fB\\-C\\fR \\fIDIR\\fR] \\fICOMMAND\\fR [\\fIOPTIONS\\fR] [\\fIARGUMENTS\\fR]",
            ".SH DESCRIPTION",
            *_body("commands", until="<!-- commands -->"),
            ".SH COMMANDS",
            *_body("commands", since="<!-- commands -->"),
            ".SH EXIT STATUS",
            *_body("exit-codes"),
            ".SH MANUAL",
            "\\fBqafiles help\\fR \\fITOPIC\\fR prints a page:",
            *_topics(),
            ".SH SEE ALSO",
            ".BR git (1),",
            ".BR sops (1)",
            "",
        ]
    )


def _topics() -> Iterator[str]:
    for chapter, topics in CONTENTS.items():
        yield f".SS {_text(chapter)}"
        for topic in topics:
            yield from (".TP", f"\\fB{_text(topic)}\\fR", _text(title(topic)))


def _body(topic: str, since: str = "", until: str = "") -> Iterator[str]:
    """Yield the lines of a page without its title, or of the part of it between two marks."""
    text = page(topic).partition("\n")[2]
    text = text.partition(since)[2] if since else text
    text = text.partition(until)[0] if until else text
    tokens = MarkdownIt("commonmark").enable("table").parse(_COMMENT.sub("", text))
    yield from _blocks(tokens)


def _blocks(tokens: Sequence[Token]) -> Iterator[str]:
    """Yield lines of roff for the tokens of a document; a table becomes paragraphs that its first column names."""
    cells: list[str] = []
    in_head = in_item = False
    opening = ""
    before = ""
    for token in tokens:
        match token.type:
            case "heading_open":
                opening = ".SS "
            case "paragraph_open":
                opening = ".PP\n" if not in_item else ""
            case "list_item_open":
                in_item = True
                yield ".IP \\(bu 2"
            case "list_item_close":
                in_item = False
            case "thead_open":
                in_head = True
            case "thead_close":
                in_head = False
            case "tr_open":
                cells = []
            case "tr_close" if not in_head:
                yield from (".TP", cells[0] or "\\&", "; ".join(filter(None, cells[1:])) or "\\&")
            case "inline" if before in {"th_open", "td_open"}:
                cells.append(_inline(token))
            case "inline":
                yield opening + _inline(token)
                opening = ""
            case "fence" | "code_block":
                yield from (".PP", ".nf", ".RS", _text(token.content.rstrip("\n")), ".RE", ".fi")
        before = token.type


def _inline(token: Token) -> str:
    parts = []
    target = ""
    for child in token.children or ():
        font = _FONTS.get(child.type)
        if child.type == "code_inline":
            parts.append(f"\\fB{_text(child.content)}\\fR")
        elif font is not None:
            parts.append(f"\\f{font}")
        elif child.type in {"softbreak", "hardbreak"}:
            parts.append("\n")
        elif child.type == "link_open":
            target = str(child.attrs["href"])
        elif child.type == "link_close":
            topic = _PAGE.match(target)
            parts.append(f" (\\fBqafiles help {_text(topic[1])}\\fR)" if topic else "")
        else:
            parts.append(_text(child.content))
    return _AT_THE_BEGINNING.sub(r"\\&", "".join(parts))


def _text(text: str) -> str:
    """Return text in which nothing is a request or an escape of roff."""
    written = "".join(_ESCAPES.get(c, c if c.isascii() else f"\\[u{ord(c):04X}]") for c in text)
    return _AT_THE_BEGINNING.sub(r"\\&", written)
