from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qafiles.diagnostics import Pointer, Span
from qafiles.parsing import Positions, parse
from tests.parsing.documents import DOCUMENTS, by_pyyaml

FILE = b"""\
# a comment
id: x
empty:
null_value: ~
list:
- a
-   b
- [c, {d: e}]
-
mapping:
  'quoted': "text"  # behind
  block: |
    one
    two

  folded: >-
    three
# between
  deep:
    deeper:
      - deepest
# behind
last: 1
"""


@pytest.mark.parametrize(
    ("pointer", "value", "key"),
    [
        ((), (2, 1, 2, 3), (2, 1, 2, 3)),
        (("id",), (2, 5, 2, 6), (2, 1, 2, 3)),
        (("empty",), (3, 1, 3, 6), (3, 1, 3, 6)),
        (("null_value",), (4, 13, 4, 14), (4, 1, 4, 11)),
        (("list",), (6, 1, 9, 2), (5, 1, 5, 5)),
        (("list", 0), (6, 3, 6, 4), (6, 3, 6, 4)),
        (("list", 1), (7, 5, 7, 6), (7, 5, 7, 6)),
        (("list", 2), (8, 3, 8, 14), (8, 3, 8, 14)),
        (("list", 2, 1), (8, 7, 8, 13), (8, 7, 8, 13)),
        (("list", 2, 1, "d"), (8, 11, 8, 12), (8, 8, 8, 9)),
        (("mapping",), (11, 3, 21, 16), (10, 1, 10, 8)),
        (("mapping", "quoted"), (11, 13, 11, 19), (11, 3, 11, 11)),
        (("mapping", "block"), (12, 10, 14, 8), (12, 3, 12, 8)),
        (("mapping", "folded"), (16, 11, 17, 10), (16, 3, 16, 9)),
        (("mapping", "deep", "deeper", 0), (21, 9, 21, 16), (21, 9, 21, 16)),
        (("last",), (23, 7, 23, 8), (23, 1, 23, 5)),
    ],
)
def test_values_and_keys_are_found(pointer: Pointer, value: Span, key: Span) -> None:
    positions = Positions(FILE)
    assert positions.span(pointer) == value
    assert positions.span(pointer, "key") == key


@pytest.mark.parametrize(
    ("pointer", "parent"),
    [
        (("absent",), ()),
        (("id", "absent"), ("id",)),
        (("list", 9), ("list",)),
        (("list", "absent"), ("list",)),
        (("list", 2, 0, "absent"), ("list", 2, 0)),
        (("mapping", "absent", "absent"), ("mapping",)),
        (("mapping", 0), ("mapping",)),
        (("empty", "absent"), ("empty",)),
    ],
)
def test_what_is_absent_is_shown_at_the_key_of_the_nearest_parent(pointer: Pointer, parent: Pointer) -> None:
    positions = Positions(FILE)
    assert positions.span(pointer) == positions.span(parent, "key")


def test_the_occurrence_of_a_text_inside_a_value_is_found() -> None:
    positions = Positions(b"a: x {{ y }} {{ y }}\nb: |\n  {{ y }}\n  z {{ y }}\nc: {{ y }}\n")
    assert positions.span(("a",), within="{{ y }}") == (1, 6, 1, 13)
    assert positions.span(("a",), within="{{ y }}", occurrence=1) == (1, 14, 1, 21)
    assert positions.span(("b",), within="{{ y }}", occurrence=1) == (4, 5, 4, 12)
    assert positions.span(("a",), within="{{ y }}", occurrence=2) == positions.span(("a",))
    assert positions.span(("a",), within="absent") == positions.span(("a",))


@pytest.mark.parametrize(
    "content", [b"", b"\n", b"# c\n", b"\xff\xfea\0", b"\xff", b"[" * 100_000, b"x" * 2**20 + b"y", b"\0"]
)
def test_a_file_without_values_has_its_start(content: bytes) -> None:
    assert Positions(content).span(("id",))[:3] == (1, 1, 1)
    assert Positions(content).span(())[:3] == (1, 1, 1)


def test_what_stands_before_a_syntax_error_is_found() -> None:
    positions = Positions(b"id: x\ntags:\n- a\n- b\n}\n")
    assert positions.span(("id",)) == (1, 5, 1, 6)
    assert positions.span(("tags", 1)) == (4, 3, 4, 4)


@pytest.mark.parametrize(
    "content",
    [b"id: &a x\n", b"id: !t x\n", b"id: x\nid: y\n", b"id: x\n---\nid: y\n", b"%YAML 1.1\n---\nid: x\n"],
)
def test_values_of_refused_files_are_found(content: bytes) -> None:
    span = Positions(content).span(("id",))
    assert content.splitlines()[span.line - 1][: span.end_column - 1].endswith(b"x")


def test_columns_count_code_points() -> None:
    assert Positions("é\U0001f600: '\U0001f600'  # x\n".encode()).span(("é\U0001f600",)) == (1, 5, 1, 8)


def test_no_number_of_keys_makes_a_lookup_slow() -> None:
    content = b"".join(b"k%d: v\n" % number for number in range(20_000))
    positions = Positions(content)
    assert [positions.span((f"k{number}",)).line for number in range(20_000)] == [*range(1, 20_001)]


def pointers(data: Any, pointer: Pointer = ()) -> Iterator[tuple[Pointer, Any]]:
    yield pointer, data
    if isinstance(data, dict):
        for key, value in data.items():
            yield from pointers(value, (*pointer, key))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from pointers(value, (*pointer, index))


def text_at(positions: Positions, span: Span) -> str:
    lines = positions.lines[span.line - 1 : span.end_line]
    lines[-1] = lines[-1][: span.end_column - 1]
    lines[0] = lines[0][span.column - 1 :]
    return "\n".join(lines)


def readings(positions: Positions, pointer: Pointer, span: Span) -> Iterator[Any]:
    """Yield what the text of a span says: in its column behind a key or a dash, in brackets, and alone."""
    text = text_at(positions, span)
    parent = positions.span(pointer[:-1]) if pointer else span
    before = " " * (parent.column - 1)
    for around in ("{0}k: {1}", "{0}k:\n{2}{1}", "{0}- {1}", "[{1}]", "{2}{1}", "{1}"):
        parsed = parse(around.format(before, text, " " * (span.column - 1)).encode())
        if not parsed.refusals:
            yield parsed.data
            yield parsed.data.get("k") if isinstance(parsed.data, dict) else None
            yield parsed.data[0] if isinstance(parsed.data, list) and len(parsed.data) == 1 else None


def same(one: Any, other: Any) -> bool:
    """Return whether two values are the same but for the white space at the end, which no span includes."""
    if isinstance(one, str) and isinstance(other, str):
        return one.rstrip() == other.rstrip()
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return [*one] == [*other] and all(map(same, one.values(), other.values()))
    return repr(one) == repr(other)


@settings(deadline=None, max_examples=150)
@given(DOCUMENTS, st.booleans())
def test_the_text_of_a_span_says_the_value(document: tuple[Any, dict[str, Any]], ended: bool) -> None:  # noqa: FBT001  # hypothesis calls it
    text = by_pyyaml(*document)
    content = (text if ended else text.rstrip("\r\n")).encode()
    parsed = parse(content)
    if parsed.refusals:
        return
    positions = Positions(content)
    for pointer, value in pointers(parsed.data):
        if pointer:
            span = positions.span(pointer)
            assert any(same(value, found) for found in readings(positions, pointer, span)), (pointer, span)
        if pointer and isinstance(pointer[-1], str):
            span = positions.span(pointer, "key")
            assert any(same(pointer[-1], found) for found in readings(positions, pointer, span)), (
                pointer,
                span,
            )


@settings(deadline=None)
@given(st.binary(max_size=100), st.lists(st.text(max_size=3) | st.integers(0, 3), max_size=3))
def test_any_bytes_have_positions(content: bytes, pointer: list[str | int]) -> None:
    Positions(content).span(tuple(pointer), within="a", occurrence=1)
