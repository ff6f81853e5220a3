import pytest
from hypothesis import given
from hypothesis import strategies as st

from qafiles.diagnostics import START, Span
from qafiles.render.validation.excerpt import WIDTH, Row, cut, excerpt

# Columns as https://www.unicode.org/reports/tr11/ and common terminals have them, for what is printed.
COLUMNS = {
    "a": ("a", 1),
    " ": (" ", 1),
    "é": ("é", 1),
    "\u0301": ("\u0301", 0),
    "\ufe0f": ("\ufe0f", 0),
    "\u20dd": ("\u20dd", 0),
    "名": ("名", 2),
    "\uff21": ("\uff21", 2),
    "한": ("한", 2),
    "\u1161": ("\u1161", 0),
    "👍": ("👍", 2),
    "\u3000": ("\u3000", 2),
    "\t": ("    ", 4),
    "\x1b": (r"\x1b", 4),
    "\u202e": (r"\u202e", 6),
    "\U000e0041": (r"\U000e0041", 10),
    "\udc80": (r"\udc80", 6),
}
TEXT = st.text(st.sampled_from([*COLUMNS]), max_size=40)
LONG_TEXT = st.text(st.sampled_from([*COLUMNS]), min_size=0, max_size=400)


def columns(text: str) -> int:
    """Return the columns of text that has been printed."""
    widths = {shown: width for shown, width in COLUMNS.values() if len(shown) == 1}
    return sum(widths.get(char, 1) for char in text)


def shown(text: str) -> str:
    return "".join(COLUMNS[char][0] for char in text)


@given(TEXT, TEXT, TEXT)
def test_carets_stand_under_the_span(before: str, inside: str, after: str) -> None:
    line = before + inside + after
    text, indent, length = cut(line, len(before), len(before + inside))
    if columns(shown(line)) <= WIDTH:
        assert text == shown(line)
        assert indent == columns(shown(before))
        assert length == max(1, columns(shown(inside)))


@given(LONG_TEXT, LONG_TEXT, LONG_TEXT)
def test_a_long_line_is_cut_around_the_start_of_the_span(before: str, inside: str, after: str) -> None:
    line = before + inside + after
    text, indent, length = cut(line, len(before), len(before + inside))
    assert columns(text) <= WIDTH
    assert indent + length <= WIDTH + 1
    at = next(index for index in range(len(text) + 1) if columns(text[:index]) == indent)
    assert (
        text[at:]
        .lstrip("\u0301\ufe0f\u20dd\u1161")
        .startswith(shown((inside + after).lstrip("\u0301\ufe0f\u20dd\u1161")[:1]) if inside + after else "")
    )
    assert text.removeprefix("…").removesuffix("…") in shown(line)
    if not text.startswith("…") and not text.endswith("…"):
        assert text == shown(line)


def test_a_line_of_a_million_characters_is_cut_on_both_sides() -> None:
    text, indent, length = cut("x" * 500_000 + "HERE" + "y" * 500_000, 500_000, 500_004)
    assert (text[0], text[-1], len(text)) == ("…", "…", WIDTH)
    assert text[indent : indent + length] == "HERE"


def test_a_span_that_is_cut_has_carets_up_to_the_end() -> None:
    text, indent, length = cut("k: " + "v" * 300, 3, 303)
    assert (indent, len(text)) == (3, WIDTH - 1)
    assert text[indent : indent + length] == "v" * length == text[3:-1]


def test_the_end_of_a_line_has_all_the_room_before_it() -> None:
    text, indent, length = cut("x" * 500, 500, 500)
    assert text == "…" + "x" * 118
    assert (indent, length) == (119, 1)


LINES = ["one", "  two", "", "four", ""]


@pytest.mark.parametrize(
    ("span", "rows"),
    [
        (Span(1, 1, 1, 4), [Row(1, "one"), Row(None, "^^^"), Row(2, "  two")]),
        (Span(2, 3, 2, 6), [Row(1, "one"), Row(2, "  two"), Row(None, "  ^^^"), Row(3, "")]),
        (Span(2, 3, 4, 2), [Row(1, "one"), Row(2, "  two"), Row(None, "  ^^^"), Row(3, "")]),
        (Span(4, 5, 4, 5), [Row(3, ""), Row(4, "four"), Row(None, "    ^")]),
        (Span(4, 9, 4, 99), [Row(3, ""), Row(4, "four"), Row(None, "    ^")]),
        (Span(5, 1, 5, 1), [Row(4, "four"), Row(5, ""), Row(None, "^")]),
        (Span(6, 1, 6, 2), []),
        (START, []),
    ],
)
def test_the_rows_of_an_excerpt(span: Span, rows: list[Row]) -> None:
    assert excerpt(LINES, span) == rows


def test_a_file_without_lines_has_no_excerpt() -> None:
    assert excerpt([], Span(1, 1, 1, 2)) == []
