"""A page of the manual for a terminal."""

import re
from typing import Final

from rich.console import Console
from rich.markdown import Markdown

_COMMENT: Final = re.compile(r"<!--.*?-->\n?", re.DOTALL)
_CODE: Final = re.compile(r"(^```.*?^```$|`[^`\n]+`)", re.DOTALL | re.MULTILINE)
_TO_PAGE: Final = re.compile(r"\[([^]]+)\]\(([a-z-]+)\.md(?:#[^)]*)?\)")
_TO_SECTION: Final = re.compile(r"\[([^]]+)\]\(#[^)]*\)")
_WIDEST: Final = 100


def rendered(page: str, width: int) -> str:
    """Return a page as lines of a terminal that is so many columns wide, styled as the terminal of stdout allows."""
    console = Console(width=min(width, _WIDEST), highlight=False)
    with console.capture() as capture:
        console.print(Markdown(_for_reading(page), code_theme="ansi_dark", hyperlinks=False))
    return capture.get()


def _for_reading(page: str) -> str:
    """Return a page in which links to other pages are the commands that print them."""
    parts = _CODE.split(_COMMENT.sub("", page))
    parts[::2] = [
        _TO_SECTION.sub(r"\1", _TO_PAGE.sub(r"\1 (`qafiles help \2`)", part)) for part in parts[::2]
    ]
    return "".join(parts)
