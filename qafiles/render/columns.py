"""How many columns of a terminal a text takes, and texts in columns."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Final

# No mark and no wide character is in these blocks, to which most of what is not ASCII belongs: letters, dashes, quotes.
_is_other: Final = re.compile("[^\x00-\u02ff\u2010-\u205e]").search


def columns(text: str) -> int:
    """Return the number of columns that a terminal gives a printable text."""
    return len(text) if text.isascii() or _is_other(text) is None else sum(map(_column, text))


def _column(char: str) -> int:
    # Marks, and the vowels and final consonants of decomposed Korean, are drawn onto the character before them.
    if (
        unicodedata.category(char) in {"Mn", "Me"}
        or "\u1160" <= char <= "\u11ff"
        or "\ud7b0" <= char <= "\ud7ff"
    ):
        return 0
    return 2 if unicodedata.east_asian_width(char) in {"W", "F"} else 1


def cut(text: str, width: int | None) -> str:
    """Return the text, or its beginning and `…`, in at most so many columns; None cuts nothing."""
    if width is None or columns(text) <= width:
        return text
    beginning, room = "", width - 1
    for char in text:
        room -= _column(char)
        if room < 0:
            break
        beginning += char
    return beginning + "…"


def table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield rows as lines in which columns line up, two blanks between them."""
    plain = ["".join(row).isascii() for row in rows]
    taken = [(*map(len if is_plain else columns, row),) for row, is_plain in zip(rows, plain, strict=True)]
    widths = [max(column) for column in zip(*taken, strict=True)]
    for row, lengths, is_plain in zip(rows, taken, plain, strict=True):
        # Counted in characters, as `ljust` does.
        counts = (
            widths
            if is_plain
            else [
                width - length + len(cell) for cell, length, width in zip(row, lengths, widths, strict=True)
            ]
        )
        yield "  ".join(map(str.ljust, row, counts)).rstrip() + "\n"
