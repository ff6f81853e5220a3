import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qafiles.render.escape import characters, escape, first_in_line, well_formed

ANY_TEXT = st.text(
    st.characters(codec=None, categories=None) | st.sampled_from("#[:a\n\x1b\u202e\ud800\udc00")
)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("naïve 名前 👍 e\u0301 \u3000|", "naïve 名前 👍 e\u0301 \u3000|"),
        ("a\r\n\tb", r"a\r\n\tb"),
        ("\x00\x1b[2J\x7f\x9b", r"\x00\x1b[2J\x7f\x9b"),
        ("\u202egnp\u2066\u200b\ufeff\u2028", r"\u202egnp\u2066\u200b\ufeff\u2028"),
        ("\udcff \U000e0041", r"\udcff \U000e0041"),
        ("##[error]x ##vso[a] ##teamcity[b]", r"#\x23[error]x #\x23vso[a] #\x23teamcity[b]"),
        ("## Heading [link] #[x]", "## Heading [link] #[x]"),
        ("###[", r"##\x23["),
        ("C:\\x1b", "C:\\x1b"),
    ],
)
def test_what_is_shown(text: str, shown: str) -> None:
    assert escape(text) == shown


@given(ANY_TEXT)
def test_escaped_text_is_one_harmless_line(text: str) -> None:
    shown = escape(text)
    assert not {unicodedata.category(char) for char in shown} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert shown.splitlines() in ([], [shown])
    assert not re.search(r"##\w*\[", shown, re.ASCII)
    assert escape(shown) == shown
    assert shown == "".join(characters(text))
    assert len(characters(text)) == len(text)


@pytest.mark.parametrize("lead", ["", " ", "\u3000", "\u034f", "\ufe0f", "../", "\u00a0\u2003"])
def test_a_line_never_begins_with_a_command(lead: str) -> None:
    assert first_in_line(f"{lead}::error::x") == rf"{lead}\x3a:error::x"


@pytest.mark.parametrize("line", ["a/b.yaml:1:1: QF101 a::b", ":1:1", "a::b"])
def test_other_lines_stay_as_they_are(line: str) -> None:
    assert first_in_line(line) == line


@given(ANY_TEXT)
def test_well_formed_text_has_utf_8(text: str) -> None:
    shown = well_formed(text)
    assert shown.encode().decode() == shown
    assert well_formed(shown) == shown
    if all(not "\ud800" <= char <= "\udfff" for char in text):
        assert shown == text


def test_surrogates_are_joined_or_replaced_as_in_javascript() -> None:
    assert well_formed("\ud83d\udc4d \udc4d\ud83d") == "👍 \ufffd\ufffd"
