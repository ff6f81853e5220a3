"""Text from files and commits, made fit for HTML."""

import re
from typing import Any, Final

from markupsafe import Markup

# What HTML takes for a parse error, and what changes the direction of the text behind it.
# https://html.spec.whatwg.org/multipage/parsing.html#preprocessing-the-input-stream
_UNFIT: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]"
)
_BREAK: Final = re.compile(r"\r\n?")


def clean(text: str) -> str:
    """Return the text with U+FFFD for each character that HTML can't hold or that turns the text around it."""
    if text.isprintable():
        return text
    return _UNFIT.sub("\ufffd", _BREAK.sub("\n", text))


def finalize(value: Any) -> Any:
    """Return what a template prints for a value: cleaned text, nothing for None, and markup as it is."""
    if value is None:
        return ""
    if isinstance(value, Markup):
        return value
    return clean(value) if isinstance(value, str) else value
