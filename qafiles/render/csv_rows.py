"""Rows of CSV (RFC 4180): what a file holds, with a guard where a spreadsheet would calculate."""

import csv
import io
import json
import re
from collections.abc import Iterable
from typing import Any, Final

from qafiles.parsing.late_pattern import LatePattern
from qafiles.render.escape import OLD_COMMAND, escape, first_in_line, well_formed

FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a cell begins with that a spreadsheet runs as a formula: https://owasp.org/www-community/attacks/CSV_Injection"""

_STEERING: Final = LatePattern(
    "[^\t\n\r\x20-\x7e\xa0-\U0010ffff]|[\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]"
)
"""What steers a terminal or changes the order of characters; tabs and line ends are data here."""
_OLD_COMMAND: Final = re.compile(OLD_COMMAND)


def csv_row(cells: Iterable[str], *, terminal: bool = False) -> str:
    """Return a row with its line end; on a terminal, what could steer it comes out as escapes."""
    buffer = io.StringIO()
    csv.writer(buffer).writerow(map(_harmless, cells) if terminal else cells)
    row = well_formed(buffer.getvalue())
    return "\n".join(map(first_in_line, row.split("\n"))) if terminal else row


def csv_cell(value: Any, *, raw: bool = False) -> str:
    """Return a value as a cell: nothing for None, lists of texts joined by `;`, other structures as JSON.

    A text that a spreadsheet would calculate gets an apostrophe in front, unless `raw`; numbers are none. A list whose texts
    hold a `;` is JSON, too.
    """
    if value is None:
        return ""
    if isinstance(value, list) and all(
        isinstance(item, str | None) and ";" not in (item or "") for item in value
    ):
        value = ";".join(item or "" for item in value)
    if not isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return value if raw else guarded(value)


def guarded(text: str) -> str:
    """Return a text with an apostrophe in front where a spreadsheet would take it for a formula."""
    return "'" + text if text.startswith(FORMULA) else text


def _harmless(cell: str) -> str:
    return _OLD_COMMAND.sub(r"\\x23", _STEERING.sub(lambda match: escape(match[0]), cell))
