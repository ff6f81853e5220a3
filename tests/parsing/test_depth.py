"""Nesting is refused at the same depth and place whatever limits a parser has of its own."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qafiles.parsing import Positions, parse
from qafiles.parsing.libyaml_reader import parse_by_libyaml
from qafiles.parsing.refusals import MAX_DEPTH

_SHAPES = {
    "lists": ("[", "]", 1),
    "mappings": ("{a: ", "}", 1),
    "mixed": ("[{a: ", "}]", 2),
    "pairs": ("[a: ", "]", 2),
    "lines": ("[\n ", "]", 1),
    "brackets in quotes": ("['[{', ", "]", 1),
    "brackets in comments": ("[ # [{[\n ", "]", 1),
    "behind items": ("[b, 'c', ", "]", 1),
}
_BEFORE = {"": 0, "a: ": 1, "- x\n- ": 1, "a:\n  b: ": 2}
"""What stands before brackets, and how many levels it opens."""
_DEPTHS = [1, 31, 32, 33, 63, 64, 65, 66, 300, 999, 1000, 1001, 5000, 20000]


@pytest.mark.slow
@pytest.mark.parametrize("shape", _SHAPES)
@pytest.mark.parametrize("closed", [True, False])
@pytest.mark.parametrize("before", _BEFORE)
def test_more_than_64_levels_are_refused_at_the_one_that_is_too_deep(
    shape: str, *, closed: bool, before: str
) -> None:
    opener, closer, levels = _SHAPES[shape]
    for depth in _DEPTHS:
        text = before + opener * depth + "x" + closer * depth * closed + "\n"
        found = parse(text.encode()).refusals
        assert found == parse_by_libyaml(text.encode()).refusals
        if _BEFORE[before] + depth * levels <= MAX_DEPTH:
            assert "QF115" not in [item.code for item in found]
        elif len(text) < 1 << 20:
            assert [item.code for item in found] == ["QF115"], (depth, found)
            line, column = found[0].span.line, found[0].span.column
            place = sum(len(part) + 1 for part in text.split("\n")[: line - 1]) + column - 1
            assert place == len(before) + opener_at(opener, levels, MAX_DEPTH - _BEFORE[before])


@pytest.mark.parametrize("depth", [65, 999, 1000, 1001, 5000])
def test_blocks_of_any_depth_are_refused(depth: int) -> None:
    for text in (
        "- " * depth + "x",
        "".join(f"{' ' * level}a:\n" for level in range(depth if depth < 1001 else 0)),
    ):
        if text:
            assert [item.code for item in parse(text.encode()).refusals] == ["QF115"]


def opener_at(opener: str, levels: int, which: int) -> int:
    """Return where in a repeated opener the bracket, dash or pair stands that opens the level after so many."""
    inner = [0, 1] if levels == 2 else [0]
    return len(opener) * (which // levels) + inner[which % levels]


def test_a_mistake_before_the_level_that_is_too_deep_comes_first() -> None:
    assert [item.code for item in parse(b"a: 'x\n" + b"b: " + b"[" * 2000).refusals] == ["QF106"]
    assert [item.code for item in parse(b"a: b: " + b"[" * 2000).refusals] == ["QF106"]


def test_a_mistake_behind_the_level_that_is_too_deep_is_not_told() -> None:
    assert [item.code for item in parse(b"a: " + b"[" * 70 + b" 'x").refusals] == ["QF115"]
    assert [item.code for item in parse(b"a: [&a " * 70 + b" 'x").refusals][-1] == "QF115"


@pytest.mark.parametrize(
    "text", ["a: b[[[[" * 20, "a: '" + "[" * 99 + "'", "a: |\n  " + "[{" * 99, "# " + "[" * 99 + "\na: 1"]
)
def test_brackets_in_texts_and_comments_open_nothing(text: str) -> None:
    found = parse(text.encode()).refusals
    assert "QF115" not in [item.code for item in found]


_ANYTHING = st.text(st.sampled_from("[]{}a:,?-'\"# \n\t\\&*!@%`|"), max_size=12)
"""What may stand behind brackets, right or wrong."""


def answer(text: str) -> list[tuple[str, str, int, int]]:
    """Return what is refused of a text, and where, apart from how much of a line is marked."""
    return [(item.code, item.message, *item.span[:2]) for item in parse(text.encode()).refusals]


@pytest.mark.slow
@settings(deadline=None, max_examples=200)
@given(st.sampled_from(["[", "{a: ", "[{", "[a: ", "[? ", "[b, "]), _ANYTHING)
def test_whatever_is_behind_deep_brackets_changes_nothing(opener: str, behind: str) -> None:
    expected = answer("a: " + opener * 130)
    assert [item[0] for item in expected] == ["QF115"]
    for depth in (130, 1200, 3000):
        assert answer("a: " + opener * depth + behind) == expected


@pytest.mark.slow
@pytest.mark.parametrize(
    "before", ["", "a: ", "- ", "a: 1\n", "- b\n\n", "''", "{...\n", "[}", "[?a,", "&a ", "|\n"]
)
@pytest.mark.parametrize("behind", ["", "@", "`", "'", '"\\q', "%", "]", "!<", "*", "|0"])
def test_a_mistake_behind_deep_brackets_changes_nothing(before: str, behind: str) -> None:
    for opener in ("[", "[{"):
        expected = answer(before + opener * 130)
        for depth in (130, 499, 500, 999, 1000, 1001, 1010, 20_000):
            assert answer(before + opener * depth + behind) == expected, (opener, depth)


@pytest.mark.parametrize("behind", ["", "@", "'", "]" * 70])
def test_positions_reach_as_deep_whatever_is_behind(behind: str) -> None:
    for depth in (66, 999, 1000, 20_000):
        positions = Positions(f"a: {'[' * depth}{behind}\nb: 1\n".encode())
        for levels in (1, 10, 60):
            span = positions.span(("a", *[0] * levels))
            assert (span.line, span.column) == (1, 4 + levels)
