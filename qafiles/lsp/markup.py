"""Texts of files in Markdown that shows them as they are."""

import re
from typing import Final

_MARKS: Final = re.compile(r"([\\`*_{}\[\]()#+!|<>~&-])")


def plain(text: str) -> str:
    """Return a text so that Markdown shows it as it is, on one line, at most 200 characters."""
    line = "".join(char if char.isprintable() else " " for char in " ".join(text.split()))
    return _MARKS.sub(r"\\\1", line if len(line) <= 200 else line[:199] + "…")


def code(text: str) -> str:
    """Return a text as inline code, on one line."""
    line = "".join(char if char.isprintable() else " " for char in text.replace("`", "'"))
    return f"`{line[:200]}`"
