import pytest
from hypothesis import given
from hypothesis import strategies as st

from qafiles.sops_files.expressions import expression


@pytest.mark.parametrize(
    ("text", "path", "fits"),
    [
        (r"secret_values/[^/]+\.yaml$", "a/secret_values/X.yaml", True),
        (r"^secret_values/", "a/secret_values/X.yaml", False),
        (r"(?i)SECRET_VALUES", "a/secret_values/X.yaml", True),
        (r"(?P<org>acme)/", "acme/x", True),
        (r"[*+]+[[:upper:]]{1,3}\*\++", "+X*+", True),
        (r"a??b{2}?", "abb", True),
        (r"\pL\z", "ä", True),
        (r"(a*)*b", "a" * 200, False),
        (r"\x{73}ecret\x2f[\w\-]+\.\_\/", "secret/a-b._/", True),
        (r"\p{Lu}\P{Nd}\p{Greek}", "Xx\u03b1", True),
    ],
)
def test_an_expression_of_go_is_looked_for_anywhere(text: str, path: str, fits: bool) -> None:  # noqa: FBT001
    matches = expression(text)
    assert matches is not None
    assert matches(path) is fits


@pytest.mark.parametrize(
    "text",
    [
        "(", "a**", "a++", "a{2}{3}", "a{1001}", "(a{100}){900}", "(?=a)", "(?<!a)", r"\1", r"\Z", "(?P=a)", "(?>a)", "[a&&b]", "[a--b]",
        r"a\u002f", r"\U0001F600", r"[\u002f]", r"\<a", r"a\>", r"\p{gc=L}", r"\p{Script=Greek}", r"\p{Alphabetic}", r"\p{alpha}", r"\e", r"\h", "\\é",
        "(?x)a", r"\b{start}", "[a[b]]", "a" * 1001, "*",
    ],
)  # fmt: skip
def test_what_go_has_not_is_none(text: str) -> None:
    assert expression(text) is None


@given(st.text(st.sampled_from("ab*+?{}1,9()[]^$|\\-&:PZ\ud800é"), max_size=60), st.text(max_size=20))
def test_no_text_raises(text: str, path: str) -> None:
    matches = expression(text)
    assert matches is None or matches(path) in {True, False}
