"""Text from files and commits, made fit for HTML."""

import re
from functools import lru_cache
from typing import Any, Final

from markupsafe import Markup, escape

# What HTML takes for a parse error, and what changes the direction of the text behind it.
# https://html.spec.whatwg.org/multipage/parsing.html#preprocessing-the-input-stream
_UNFIT: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]"
)
_BREAK: Final = re.compile(r"\r\n?")
_SHORT: Final = 200
"""Characters of a text that is likely to come again, and is kept."""


def clean(text: str) -> str:
    """Return the text with U+FFFD for each character that HTML can't hold or that turns the text around it."""
    if text.isprintable():
        return text
    return _UNFIT.sub("\ufffd", _BREAK.sub("\n", text))


def printed(value: Any) -> Markup:
    """Return what a page prints for a value: cleaned and escaped text, nothing for None, and markup as it is."""
    if type(value) is Markup:
        return value
    if type(value) is str:
        return _escaped(value) if len(value) < _SHORT else escape(clean(value))
    if value is None:
        return Markup("")
    return escape(clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value)


@lru_cache(maxsize=20_000)
def _escaped(text: str) -> Markup:
    return escape(clean(text))
