"""The texts of results: what a runner writes for a terminal or for JavaScript, made fit for lines of a report."""

import re
from typing import Final

MAX_FAILURE: Final = 500
"""Characters of a failure's first line; a longer one ends in `…`."""

BETWEEN_TITLES: Final = " \u203a "
"""What Playwright writes between the titles of a test."""

# https://ecma-international.org/publications-and-standards/standards/ecma-48/ (CSI), and OSC as terminals read it.
_TERMINAL: Final = re.compile(
    "(?:\x1b\\[|\x9b)[0-?]*[ -/]*[@-~]|\x1b\\][^\x07\x1b]{0,2000}(?:\x07|\x1b\\\\)|\x1b[@-Z\\\\^_]"
)
_LONE_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_LINE_END: Final = re.compile("[\r\n\x0b\x0c\x85\u2028\u2029]")


def well_formed(text: str) -> str:
    """Return the text with each lone surrogate, as JavaScript cuts emoji in two, replaced by U+FFFD."""
    return text if text.isprintable() else _LONE_SURROGATE.sub("\ufffd", text)


def first_line(text: str) -> str:
    """Return the first line that is not blank, without terminal sequences and white space around it."""
    start = text[:20_000].lstrip()
    if "\x1b" in start or "\x9b" in start:
        start = _TERMINAL.sub("", start).lstrip()
    line = well_formed(_LINE_END.split(start, 1)[0]).rstrip()
    return line if len(line) <= MAX_FAILURE else line[: MAX_FAILURE - 1] + "…"
