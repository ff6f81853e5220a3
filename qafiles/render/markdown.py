"""Untrusted text in Markdown."""

import re
from typing import Final

from qafiles.render.escape import escape

_BACKTICKS: Final = re.compile("`+")


def code_span(text: str) -> str:
    """Return untrusted text as a code span that may stand in a cell of a table."""
    # A cell ends at a `|` even inside a code span: https://github.github.com/gfm/#example-200
    shown = escape(text).replace("|", r"\x7c") or " "
    fence = "`" * (max(map(len, _BACKTICKS.findall(shown)), default=0) + 1)
    pad = " " if shown.startswith(("`", " ")) or shown.endswith(("`", " ")) else ""
    return f"{fence}{pad}{shown}{pad}{fence}"
