"""How many columns of a terminal a text takes."""

import unicodedata

import pytest

from qafiles.render.columns import columns


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("plain", 5),
        ("Größe – “x” › …", 15),  # noqa: RUF001  # dashes and quotes as people write them
        ("日本", 4),
        ("e\u0301", 1),
        ("a\u20dd\u2019", 2),
        ("\u1112\u1161\u11ab", 2),
    ],
)
def test_letters_take_one_column_wide_ones_two_and_marks_none(text: str, number: int) -> None:
    assert columns(text) == number


def test_every_character_takes_what_unicode_says() -> None:
    for code in (*range(0x20, 0x1160), *range(0x1200, 0xD7B0), *range(0xE000, 0x20000)):
        char = chr(code)
        wide = 2 if unicodedata.east_asian_width(char) in {"W", "F"} else 1
        assert columns(char) == (0 if unicodedata.category(char) in {"Mn", "Me"} else wide), hex(code)
