"""Rows of CSV (RFC 4180) that steer neither a terminal nor a spreadsheet."""

import csv
import io
import json
import re
from collections.abc import Sequence
from typing import Any, Final

from qafiles.render.escape import OLD_COMMAND, escape, first_in_line

FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a cell begins with that a spreadsheet runs as a formula: https://owasp.org/www-community/attacks/CSV_Injection"""

_STEERING: Final = re.compile(
    "[^\t\n\r\x20-\x7e\xa0-\U0010ffff]|[\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]"
)
"""What steers a terminal or changes the order of characters; tabs and line ends are data here."""
# Where a comma is part of numbers, spreadsheets take a semicolon for the end of a cell, in quotes or not.
_BEHIND_SEMICOLON: Final = re.compile(f"(?<=;)(?=[{re.escape(''.join(FORMULA))}])")
_OLD_COMMAND: Final = re.compile(OLD_COMMAND)


def csv_row(cells: Sequence[str]) -> str:
    """Return a row with its line end."""
    buffer = io.StringIO()
    csv.writer(buffer).writerow(cells)
    # A line of a cell that begins with `::` would be a command of GitHub's runner.
    lines = buffer.getvalue().split("\n")
    return "\n".join(first_in_line(_encodable(line)) for line in lines)


def csv_cell(value: Any) -> str:
    """Return a value as a cell: nothing for None, lists of texts joined by `;`, other structures as JSON."""
    if value is None:
        return ""
    if isinstance(value, list) and all(isinstance(item, str | None) for item in value):
        return harmless(";".join(item or "" for item in value))
    return harmless(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def harmless(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula, with what would steer a terminal as escapes."""
    text = _OLD_COMMAND.sub(r"\\x23", _STEERING.sub(lambda match: escape(match[0]), text))
    text = _BEHIND_SEMICOLON.sub("'", text)
    return "'" + text if text.startswith(FORMULA) else text


def _encodable(text: str) -> str:
    """Return the text with lone surrogates, as in paths that are no UTF-8, as JSON escapes."""
    return "".join(f"\\u{ord(c):04x}" if "\ud800" <= c <= "\udfff" else c for c in text)
