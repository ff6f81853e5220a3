"""Patterns that people declare: read alike everywhere, or refused."""

import re

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qafiles.models.patterns import PatternError, portable
from tests.conftest import samples
from tests.hang import no_hang

GOOD = [
    "^[A-Z]+-[0-9]+$",
    r"^\d{4}-\d\d-\d\d$",
    r"^v?\d+\.\d+(\.\d+)?$",
    "^[a-z]+(-[a-z]+)*$",
    "^https?://.*$",
    "^(login|logout)$",
    "^[a-z0-9]{1,63}$",
    "^[^@ ]+@[^@ ]+$",
    r"\S",
    "foo",
    "[0-9]+",
    r"\d{3}-\d{4}",
    "^#[0-9a-f]{3}$|^#[0-9a-f]{6}$",
    "^(?!admin)[a-z]+$",
    "^[A-Z][a-z]*( [A-Z][a-z]*)*$",
    r"^[\w.-]+$",
    r"^[^\s]+$",
    "^é[à-ü]+😀$",
]
SLOW = [
    "(a+)+$",
    "^(a|a)*$",
    "^(a|aa)+$",
    "^(a*)*$",
    r"^(\w+\s?)*$",
    ".*.*.*=.*",
    "^(a?b?)*$",
    r"^\S+@\S+\.\S+$",
    "(a|a)" * 30 + "$",
    "(ab|a)(c|bc)" * 20 + "$",
    "^(x+x+)+y$",
    "^(a?){25}a{25}$",
    "[0-9]+-[A-Z]",
    "^(.*)*$",
]
LARGE = [
    "^.{9999}$",
    "^(.{500}){500}$",
    "^(" + ".?" * 190 + ")$",
    "^(" + "|".join("abcdefghij" * 19) + ")*$",
    "a{64}" * 100,
]
UNREADABLE = ["(a", "a)", "[a", "[]a]", "[z-a]", "*a", "a**", "a{2", "a{3,2}", "a{,3}", "\\", r"\b", r"\p{L}", r"\1", "(?i)a",
              "(?P<n>a)", "(?<n>a)", "(?<=a)b", "(?>a)", "a++", r"\A", r"\Z", r"\x1", "[a&&b]", "[[a]]", r"[^\s\S]", r"\ud800",
              "(" * 30 + ")" * 30, "a" * 1001]  # fmt: skip


@pytest.mark.parametrize("pattern", GOOD)
def test_a_usual_pattern_is_fine(pattern: str) -> None:
    re.compile(portable(pattern))


@pytest.mark.parametrize("pattern", [*SLOW, *LARGE, *UNREADABLE])
def test_what_is_slow_or_read_differently_is_refused_at_once(pattern: str) -> None:
    with no_hang(), pytest.raises(PatternError):
        portable(pattern)


@pytest.mark.parametrize("pattern", ["^[a-z]{1,100000}$", "a{99999999999}", "a{10000,}"])
def test_a_number_of_times_that_is_too_great_is_said_to_be_so(pattern: str) -> None:
    with pytest.raises(PatternError, match="at most four digits"):
        portable(pattern)


def test_a_limit_of_the_length_makes_a_pattern_with_two_open_parts_quick_enough() -> None:
    with pytest.raises(PatternError, match="maxLength"):
        portable("^.*a.*$")
    portable("^.*a.*$", 100)


@pytest.mark.parametrize(
    ("pattern", "text", "fits"),
    [
        ("^a$", "a\n", False),
        (r"^\d$", "٣", False),
        (r"^\w$", "é", False),
        ("^.$", "\r", False),
        (r"^\s$", "\u00a0", True),
    ],
)
def test_a_pattern_means_what_it_means_in_ecmascript(pattern: str, text: str, fits: bool) -> None:  # noqa: FBT001  # expected
    assert bool(re.search(portable(pattern), text)) is fits
    assert jsonschema_rs.is_valid({"pattern": portable(pattern)}, text) is fits


_ATOMS = st.sampled_from(["a", "b", "ab", "[ab]", "[^a]", ".", r"\d", "^", "$", "-"])
_PATTERNS = st.recursive(
    _ATOMS,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("".join),
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]}|{pair[1]})"),
        st.tuples(inner, st.sampled_from(["*", "+", "?", "{2}", "{1,3}", "*?"])).map(
            lambda pair: f"({pair[0]}){pair[1]}"
        ),
        inner.map(lambda part: f"(?={part})"),
    ),
    max_leaves=8,
)


@pytest.mark.slow
def test_what_is_not_refused_is_quick_and_judged_alike() -> None:
    @settings(deadline=None, max_examples=samples(1500, 300))
    @given(_PATTERNS, st.text("ab-1\n", max_size=6))
    def check(pattern: str, text: str) -> None:
        try:
            form = portable(pattern)
        except PatternError:
            return
        with no_hang():
            for body in (text, "a" * 20_000, "ab" * 10_000, "aab" * 7_000 + "\n"):
                found = re.search(form, body) is not None
                assert jsonschema_rs.is_valid({"pattern": form}, body) is found, (pattern, body[:10])

    check()
