"""Where lines of narrow columns end."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from qafiles.render.reports.breaking import Breakable, breaks

_TEXTS = st.text(st.sampled_from("ab /-_.,名👍é") | st.characters(codec="utf-8", categories=("L", "P", "Zs")))


def lines(text: str, width: int) -> list[str]:
    found = [0, *breaks(text, width), len(text)]
    return [text[start:end] for start, end in pairwise(found)]


def test_handles_break_behind_slashes_and_titles_behind_spaces() -> None:
    assert lines("acme/shop/checkout/pay-by-card", 20) == ["acme/shop/checkout/", "pay-by-card"]
    assert lines("Reset App State empties the cart", 16) == ["Reset App State ", "empties the cart"]
    assert lines("standard-user-logs-in-iphone", 15) == ["standard-user-", "logs-in-iphone"]
    assert lines("abcdefghij", 4) == ["abcd", "efgh", "ij"]


@given(_TEXTS, st.integers(2, 40))
def test_no_letter_is_lost_and_no_line_too_wide(text: str, width: int) -> None:
    found = lines(text, width)
    assert "".join(found) == text
    assert all(cell_len(line.rstrip()) <= width for line in found)
    shown = Breakable(text).wrap(Console(width=width), width, overflow="fold")
    assert "".join("".join(line.plain for line in shown).split()) == "".join(text.split())
