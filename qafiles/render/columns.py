"""How many columns of a terminal a text takes."""

import unicodedata


def columns(text: str) -> int:
    """Return the number of columns that a terminal gives a printable text."""
    return len(text) if text.isascii() else sum(map(_column, text))


def _column(char: str) -> int:
    # Marks, and the vowels and final consonants of decomposed Korean, are drawn onto the character before them.
    if (
        unicodedata.category(char) in {"Mn", "Me"}
        or "\u1160" <= char <= "\u11ff"
        or "\ud7b0" <= char <= "\ud7ff"
    ):
        return 0
    return 2 if unicodedata.east_asian_width(char) in {"W", "F"} else 1
