"""The id that a file holds, read from its bytes where its data is not legible or need not be read."""

import re
from typing import Any, Final

from qafiles.layout import is_id

_ID: Final = rb"([a-z][0-9a-z]{23}|c[0-9a-z]{24})"
# `id:` in block style, on a line of its own.
_on_a_line = re.compile(
    rb"(?m)^(?:\xef\xbb\xbf)?(['\"]?)id\1[ \t]*:[ \t]*(['\"]?)" + _ID + rb"\2[ \t]*,?[ \t]*(?:#.*)?\r?$"
).search
# `{id:` at the beginning of a file in flow style.
_in_braces = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*\{\s*(['\"]?)id\1\s*:\s*(['\"]?)" + _ID + rb"\2(?![0-9a-z])"
).match
# In the first line that is no comment: it needs no parsing, unless the file says `id:` again.
_in_first_line = re.compile(
    rb"\A(?:\xef\xbb\xbf)?(?:#[^\r\n]*\r?\n)*id:[ ](['\"]?)" + _ID + rb"\1[ ]*\r?\n"
).match
# Begins with plain letters, which is searched for many times faster than what may stand before a key.
_maybe_id = re.compile(rb"id['\"]?[ \t]*:").finditer
_BEFORE_KEY: Final = frozenset(b" \t\r\n{,?")
_QUOTES: Final = frozenset(b"'\"")


def legible_id(data: Any, content: bytes) -> str | None:
    """Return the id of a file, from its text where the data is not legible, so that references to it still hold."""
    if isinstance(data, dict):
        value = data.get("id")
        return value if isinstance(value, str) and is_id(value) else None
    match = _on_a_line(content) or _in_braces(content)
    return match[3].decode() if match else None


def quick_id(content: bytes) -> str | None:
    """Return the id of a file that writes it as people do, in its first line; None where the file has to be parsed."""
    match = _in_first_line(content)
    return match[2].decode() if match is not None and not _another_id(content, match.end()) else None


def _another_id(content: bytes, start: int) -> bool:
    """Return whether a file may say `id:` after a line's end."""
    for match in _maybe_id(content, start):
        at = match.start() - 1
        if content[at] in _QUOTES:
            at -= 1
        if content[at] in _BEFORE_KEY:
            return True
    return False
