"""What is changed without nodes is changed as it is with them, and everything else is left to them."""

import random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qafiles.diagnostics import Pointer
from qafiles.errors import EditRefusedError
from qafiles.parsing import parse
from qafiles.yaml_text.changes import with_value
from qafiles.yaml_text.plain_changes import with_plain_texts, with_plain_value
from qafiles.yaml_text.texts import with_texts
from tests.yaml_text.commented import commented
from tests.yaml_text.test_properties import _EXAMPLES, _files, _pointers

CASE = b"""id: clxyz0123456789abcdefghij
# the way there
url_route: /checkout/pay
tags:
  - smoke
  - 'slow'
test_description: |
  Pay with {{ secret.CARD }}

  and see the receipt
x-priority: high
"""


@pytest.mark.parametrize(
    ("name", "value", "before", "after"),
    [
        ("url_route", "/n-12", b"/checkout/pay", b"/n-12"),
        ("x-priority", "very low", b": high", b": very low"),
    ],
)
def test_the_words_of_one_field_are_other_words(name: str, value: str, before: bytes, after: bytes) -> None:
    assert with_plain_value(CASE, (name,), value) == CASE.replace(before, after)


@pytest.mark.parametrize(
    "line",
    [
        b"a: 'x'",
        b"a: x # why",
        b"a:  x",
        b"a: x ",
        b"a: x\n  y",
        b"a: x\n\n  y",
        b"a: &b x",
        b"a: |\n  x",
        b"a:",
        b"? a\n: x",
        b"a: x\n# below",
        b"a: x\n  # deeper",
        b"a: [x]",
        b"a: x\na: y",
        b'z: "\na: x\n"',
    ],
)
def test_what_is_written_in_any_other_way_is_left_to_the_nodes(line: bytes) -> None:
    assert with_plain_value(line + b"\nb: z\n", ("a",), "other") is None


@pytest.mark.parametrize("value", ["", "true", "2024", "a: b", "é", 3, None, ["x"], "x\ny"])
def test_what_is_no_plain_text_is_left_to_the_nodes(value: object) -> None:
    assert with_plain_value(b"a: x\nb: z\n", ("a",), value) is None


def test_texts_that_stand_once_are_changed_where_they_stand() -> None:
    changes: list[tuple[Pointer, str, int, str]] = [
        (("tags", 0), "", 0, "quick"),
        (("tags", 1), "slow", 0, "it is"),
        (("test_description",), "{{ secret.CARD }}", 0, "{{ secret.CASH }}"),
    ]
    assert with_plain_texts(CASE, changes) == with_texts(CASE, changes)


@pytest.mark.parametrize(
    ("content", "change"),
    [
        (b"a: x # x\n", (("a",), "", 0, "y")),
        (b"a: x\nb: x\n", (("a",), "", 0, "y")),
        (b"a: smoke\n", (("a",), "", 0, "1")),
        (b"a: smoke\n", (("b",), "", 0, "y")),
        (b"a: smoke\n", (("a",), "mok", 1, "y")),
        (b"a: smoke # mild\n", (("a",), "# mild", 0, "# wild")),
        (b"a: smoke\nsecret_value: x\n", (("a",), "", 0, "y")),
        (b"a: [x\n", (("a",), "", 0, "y")),
        (b"a: &x smoke\nb: *x\n", (("a",), "", 0, "y")),
        (b"- a\n", ((0,), "", 0, "y")),
        (b'a: "\\x41bc" # Abc\n', (("a",), "", 0, "y")),
    ],
)
def test_texts_that_may_be_others_are_left_to_the_nodes(
    content: bytes, change: tuple[Pointer, str, int, str]
) -> None:
    assert with_plain_texts(content, [change]) is None


def test_two_texts_of_one_value_are_left_to_the_nodes() -> None:
    content = b"url_route: n\nx: >-\n  a_b\n"
    changes: list[tuple[Pointer, str, int, str]] = [
        (("url_route",), "", 0, "a_b"),
        (("url_route",), "n", 0, "b"),
    ]
    assert with_plain_texts(content, changes) is None


def test_no_text_is_changed_within_what_another_change_takes() -> None:
    assert with_plain_texts(b"a: smoke\n", [(("a",), "smoke", 0, "y"), (("a",), "mok", 0, "z")]) is None


_TEXTS = st.sampled_from(
    [
        "x",
        "two words",
        "/n-1",
        "on",
        "No",
        "y",
        "1",
        "1e3",
        "~",
        "a: b",
        "a #b",
        "é",
        "",
        "- a",
        "x ",
        "'",
        "{{ secret.A }}",
    ]
)


@_EXAMPLES
@given(_files(), st.data(), _TEXTS)
def test_whatever_is_changed_by_lines_is_changed_so_by_nodes(
    file: tuple[bytes, dict[str, Any]], data: st.DataObject, new: str
) -> None:
    _compare(*file, data, new)


@settings(max_examples=150, deadline=None, suppress_health_check=[*HealthCheck])
@given(st.integers(0, 2**32), st.data(), _TEXTS)
def test_comments_change_nothing_of_that(seed: int, data: st.DataObject, new: str) -> None:
    content = commented(random.Random(seed), CASE)  # noqa: S311  # examples
    _compare(content, parse(content).data, data, new)


def _compare(content: bytes, says: dict[str, Any], data: st.DataObject, new: str) -> None:
    pointers = [pointer for pointer in _pointers(says) if isinstance(_at(says, pointer), str)]
    if not pointers:
        return
    pointer = data.draw(st.sampled_from(pointers))
    by_line = with_plain_value(content, pointer, new)
    if by_line is not None:
        assert by_line == with_value(content, pointer, new)
    text = _at(says, pointer)
    within = data.draw(st.sampled_from(["", text, text[:3], text[1:]]))
    in_place = with_plain_texts(content, [(pointer, within, 0, new)])
    if in_place is not None:
        assert in_place == with_texts(content, [(pointer, within, 0, new)])


def _at(data: Any, pointer: Pointer) -> Any:
    for part in pointer:
        data = data[part]
    return data


def test_what_can_not_be_read_is_refused_by_the_nodes() -> None:
    with pytest.raises(EditRefusedError):
        with_texts(b"a: [x\n", [(("a",), "", 0, "y")])
