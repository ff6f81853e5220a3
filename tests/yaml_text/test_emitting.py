"""What is written means the same to every reader of YAML, pure ones and those of YAML 1.1 among them."""

import io
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from qafiles.errors import EditRefusedError
from qafiles.parsing import parse
from qafiles.parsing.values import same
from qafiles.yaml_text.block_lines import _name, block_lines, is_plain, written
from qafiles.yaml_text.emitting import in_flow, key_text

_TOP = Path(__file__).parents[2]
_AMBIGUOUS = [
    "no", "on", "Yes", "y", "N", "~", "null", "Null", "true", "12:30", "1_000", "0o7", "017", "0x1f", "1e3", "1e+20", ".5",
    "1.", "+1", "-1", ".inf", ".nan", "=", "<<", "2026-01-02", "2026-01-02T03:04:05Z", "-", "--", "---", "...", "?", "? a",
    "?a", ":", ":a", "a:", "a: b", "a #b", "#a", "a#b", "*a", "&a", "!a", "%a", "@a", "`a", "|", ">", "[a", "{a", "a]", "a,b",
    "'", "it's", '"', 'say "x"', "\\", "a\tb", "\ta", "a\t", " a", "a ", "", " ", "a\nb", "a\n", "\na", "a\n\n", "  a\nb",
    "a \nb", "a\n ", "\x85", "a\u2028b", "\ufeffa", "\x1b", "\x7f", "\x00", "\ud7ff", "\U0001f600", "é\xa0x", "a" * 1100,
    "https://x.example/?a=1", "a?", "a? b", "what?,",
    "- a", "a\r\nb", "--- a\nb", "a\n--- b\n", "...\na\n", "{{ secret.X }}",
]  # fmt: skip
_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30) | st.sampled_from(_AMBIGUOUS)
_VALUES = st.recursive(
    _TEXTS | st.booleans() | st.none() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXTS.filter(lambda key: key != "<<" and len(key) < 1000), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


def _pure(text: str) -> Any:
    return YAML(typ="safe", pure=True).load(io.StringIO(text))


def _texts(value: Any) -> Any:
    """Return a value with nothing but texts in it, on which readers of all versions agree."""
    if isinstance(value, dict):
        return {key: _texts(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_texts(item) for item in value]
    return value if isinstance(value, str) else "-"


def _documents(value: Any) -> list[str]:
    below = written(value, 2)
    return [
        f"k: {in_flow(value)}\n",
        f"k: [{in_flow(value, inside=True)}]\n",
        "\n".join(["k:", f"  n: {below.inline}", *below.below, "  z: 1"]) + "\n",
        "\n".join(["k:", *block_lines([value], 2)]) + "\n",
    ]


@pytest.mark.slow
@given(_VALUES)
@example({"a" * 999: 1})
def test_every_value_reads_back_as_itself(value: Any) -> None:
    inline, listed, below, block = map(lambda text: parse(text.encode()), _documents(value))  # noqa: C417  # in one line
    for found, expected in (
        (inline, {"k": value}),
        (listed, {"k": [value]}),
        (below, {"k": {"n": value, "z": 1}}),
        (block, {"k": [value]}),
    ):
        assert found.refusals == ()
        assert same(found.data, expected)


@pytest.mark.slow
@given(_VALUES.map(_texts))
def test_readers_of_yaml_1_1_and_pure_ones_read_the_same_texts(value: Any) -> None:
    for text in _documents(value):
        expected = parse(text.encode()).data
        assert _pure(text) == expected
        assert yaml.load(text, yaml.SafeLoader) == expected  # it is a safe one


@pytest.mark.parametrize("text", _AMBIGUOUS)
def test_a_text_that_some_reader_takes_for_something_else_is_in_quotes(text: str) -> None:
    for document in _documents(text):
        for data in (parse(document.encode()).data, _pure(document), yaml.safe_load(document)):
            held = data["k"]
            held = held[0] if isinstance(held, list) else held["n"] if isinstance(held, dict) else held
            assert held == text


@pytest.mark.slow
@given(_TEXTS.filter(lambda key: len(key) < 1000))
def test_a_key_stays_on_its_line(key: str) -> None:
    for text in (f"{key_text(key)}: 1\n", f"{{{key_text(key, flow=True)}: 1}}\n"):
        assert text.count("\n") == 1
        if key != "<<":
            assert parse(text.encode()) == ({key: 1}, ())
            assert _pure(text) == {key: 1}


@pytest.mark.parametrize(
    "value", [float("inf"), float("nan"), 2**63, {1: 2}, {"k" * 1000: 1}, object(), "\ud800", {"\udfff": 1}]
)
def test_what_yaml_can_not_hold_is_refused(value: Any) -> None:
    with pytest.raises(EditRefusedError):
        block_lines([value], 0)


@pytest.mark.slow
@pytest.mark.parametrize(
    "arguments",
    [["validate"], ["list", "tag"], ["--help"], ["show", "acme"], ["refs", "acme"], ["log", "acme"]],
)
def test_commands_that_write_nothing_do_not_import_ruamel_yaml(arguments: list[str]) -> None:
    code = (
        "import sys; from qafiles.__main__ import run; run(sys.argv[1:]); "
        "sys.exit(any(name.startswith('ruamel') for name in sys.modules))"
    )
    command = [sys.executable, "-c", code, "-C", "examples/acme-qa", *arguments]
    done = subprocess.run(command, cwd=_TOP, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.count("Traceback")) == (0, 0)


_WORDS = st.one_of(
    st.from_regex(r"[A-Za-z/][A-Za-z0-9_/-]{0,8}(?: [A-Za-z0-9_/-]{1,6}){0,4}", fullmatch=True),
    st.sampled_from(
        [
            "yes",
            "Off",
            "NULL",
            "y",
            "N",
            "true",
            "e1",
            "inf",
            "nan",
            "NaN",
            "x-y",
            "a -",
            "a - b",
            "a  b",
            "a ",
            "0x1f",
            "i",
            "/",
        ]
    ),
)


@given(_WORDS)
def test_what_is_written_without_being_emitted_is_what_would_be_emitted(text: str) -> None:
    assert written(text, 0).inline == in_flow(text)
    assert _name(text) == key_text(text)
    content = "".join(line + "\n" for line in block_lines({text: [text, text]}, 0))
    for loader in (yaml.SafeLoader, yaml.CSafeLoader):
        assert yaml.load(content, loader) == {text: [text, text]}  # noqa: S506  # safe ones


def test_most_words_are_written_without_being_emitted() -> None:
    assert all(map(is_plain, ["Pay with a card", "/checkout/pay", "clxyz0123456789abcdefghij", "x-priority"]))
    assert not any(
        map(
            is_plain,
            ["no", "Null", "1st", "a: b", "a #b", "a,", "é", "", " a", "a ", "- a", "a?", None, 1, True],
        )
    )
