"""What a library says of an error is never shown: its releases use other words for the same file."""

from typing import Any, get_args

import pytest
from pydantic_core.core_schema import ErrorType
from yaml import MarkedYAMLError
from yaml.error import Mark

from qafiles.parsing.syntax_errors import describe
from qafiles.schema.problems import to_problems
from qafiles.schema.stored import stored_schema

_WORDS = "the words of a library"
_CONTEXT = {"ge": 1, "gt": 1, "le": 1, "lt": 1, "expected": "'a' or 'b'", "min_length": 1, "max_length": 1}


@pytest.mark.parametrize("text", ["a: b", "a: *b", "\ta: b", "%a", "a: {", ""])
def test_words_of_libyaml_are_not_shown(text: str) -> None:
    place = min(3, len(text))
    mark: Any = Mark("x", place, 0, place, None, 0)
    shown = describe(text, MarkedYAMLError(_WORDS, mark, _WORDS, mark, _WORDS))
    assert _WORDS not in f"{shown.message} {shown.hint}"
    assert shown.hint


@pytest.mark.parametrize("error", get_args(ErrorType))
@pytest.mark.parametrize("value", ["x", 1, [], {}, None, True])
def test_words_of_pydantic_are_not_shown(error: str, value: object) -> None:
    data = {"id": value, "x-y": value, "test_description": value, "locale": value}
    for field in data:
        item: dict[str, Any] = {"type": error, "loc": (field,), "msg": _WORDS, "ctx": _CONTEXT}
        (shown,) = to_problems([item], data, stored_schema("test_case"))
        assert _WORDS not in f"{shown.message} {shown.hint}"
