"""What a library says of an error is never shown: its releases use other words for the same file."""

from typing import Any, get_args

import pytest
from pydantic_core.core_schema import ErrorType
from yaml import MarkedYAMLError
from yaml.error import Mark

from qafiles.parsing import parse
from qafiles.parsing.syntax_errors import describe
from qafiles.schema.problems import to_problems
from qafiles.schema.stored import stored_schema
from tests.parsing.mutants import mutants

_WORDS = "the words of a library"
_CONTEXT = {"ge": 1, "gt": 1, "le": 1, "lt": 1, "expected": _WORDS, "min_length": 1, "max_length": 1}


@pytest.mark.parametrize("text", ["a: b", "a: *b", "\ta: b", "%a", "a: {", ""])
def test_words_of_libyaml_are_not_shown(text: str) -> None:
    place = min(3, len(text))
    mark: Any = Mark("x", place, 0, place, None, 0)
    shown = describe(text, MarkedYAMLError(_WORDS, mark, _WORDS, mark, _WORDS))
    assert _WORDS not in f"{shown.message} {shown.hint}"
    assert shown.hint


@pytest.mark.parametrize(
    ("text", "message", "place"),
    [
        ('a: "\\xZZ"', "hexadecimal digits are missing in an escape", (1, 7)),
        ("? *", "`&` and `*` begin an anchor and an alias, which are not allowed", (1, 4)),
        ("&a &", "`&` and `*` begin an anchor and an alias, which are not allowed", (1, 5)),
        ("? !<a", "`!` begins a tag, which is not allowed", (1, 6)),
        ("? !%", "`!` begins a tag, which is not allowed", (1, 4)),
        ("? !%ff", "`!` begins a tag, which is not allowed", (1, 4)),
        ("? !a!", "`!` begins a tag, which is not allowed", (1, 6)),
        ("? !!{a", "`!` begins a tag, which is not allowed", (1, 5)),
        ("? !b!c d", "`!` begins a tag, which is not allowed", (1, 3)),
        ("a: |0\n  b", "the digit behind a block scalar's `|` or `>` is at least 1", (1, 5)),
        ("a: 'b\n---\nc'", "`---` or `...` stands inside a quoted text", (2, 1)),
    ],
)
def test_what_is_rarely_wrong_has_words_of_its_own(text: str, message: str, place: tuple[int, int]) -> None:
    found = parse(text.encode()).refusals[-1]
    assert (found.message, found.span[:2]) == (message, place)


def test_no_mutant_is_wrong_in_a_way_that_has_no_words() -> None:
    for content in mutants(seed=7, count=3000):
        messages = [refusal.message for refusal in parse(content).refusals]
        assert not {"this is no YAML", "the file can't be read as YAML"}.intersection(messages), content


@pytest.mark.parametrize("error", get_args(ErrorType))
@pytest.mark.parametrize("value", ["x", 1, [], {}, None, True])
def test_words_of_pydantic_are_not_shown(error: str, value: object) -> None:
    data = {"id": value, "x-y": value, "test_description": value, "locale": value}
    for field in data:
        item: dict[str, Any] = {"type": error, "loc": (field,), "msg": _WORDS, "ctx": _CONTEXT}
        (shown,) = to_problems([item], data, stored_schema("test_case"))
        assert _WORDS not in f"{shown.message} {shown.hint}"
