import copy
import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from qafiles.diagnostics import Pointer
from qafiles.errors import EditRefusedError
from qafiles.parsing import parse
from qafiles.parsing.values import same
from qafiles.yaml_text.canonical import formatted
from qafiles.yaml_text.changes import with_item, with_value, without
from qafiles.yaml_text.new_text import new_text
from qafiles.yaml_text.texts import with_texts
from tests.parsing.documents import DATA, KEYS, QUOTING_STYLES, STYLES, by_pyyaml

if TYPE_CHECKING:
    from collections.abc import Callable

_EXAMPLES = settings(max_examples=60, deadline=None, suppress_health_check=[*HealthCheck])
_PROSE = st.sampled_from(
    [
        "a\nb",
        "a\nb\n",
        "  a\nb",
        "a\n\n",
        "\na",
        "a\n \nb",
        "a\n  ",
        "a\tb\n\n c\n",
        "\n",
        "# a\n- b: c\n",
        "a\r\nb",
    ]
)
VALUES = DATA | _PROSE
_FIELDS = KEYS.filter(lambda key: key not in {"secret_value", "sops"})


@st.composite
def _files(draw: st.DrawFn) -> tuple[bytes, dict[str, Any]]:
    """Return a mapping in any of PyYAML's styles, with comments behind and between its lines where they may stand."""
    data = draw(st.dictionaries(_FIELDS, DATA, min_size=1, max_size=5))
    text = by_pyyaml(data, draw(STYLES | QUOTING_STYLES))
    content = text.encode()
    if draw(st.booleans()):
        content = _commented(content)
    if draw(st.booleans()):
        content = b"\xef\xbb\xbf" + content
    if draw(st.booleans()):
        content = content.rstrip(b"\r\n")
    parsed = parse(content)
    assume(not parsed.refusals and isinstance(parsed.data, dict) and parsed.data)
    return content, parsed.data


def _commented(content: bytes) -> bytes:
    """Return a file with a comment above each of its top-level keys, where that changes nothing that it says."""
    parsed = parse(content)
    commented = re.sub(rb"(?m)^(?=[^\s\-#{}\[\]])", b"# about it\n", content)
    return commented if parse(commented) == parsed else content


def _pointers(data: Any, pointer: Pointer = ()) -> list[Pointer]:
    found = [pointer] if pointer else []
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in items:
        found += _pointers(value, (*pointer, key))
    return found


def _at(data: Any, pointer: Pointer) -> Any:
    for part in pointer:
        data = data[part]
    return data


def _says(content: bytes, expected: Any) -> None:
    parsed = parse(content)
    assert not parsed.refusals
    assert same(parsed.data, expected)


def _lines(content: bytes) -> list[bytes]:
    return re.split(rb"(?<=\n)|(?<=\r)(?!\n)", content)


def _untouched(before: bytes, after: bytes, pointer: Pointer, data: dict[str, Any]) -> None:
    """Check that the lines of the fields above and below the one that changed are as they were."""
    keys = [*data]
    number = keys.index(str(pointer[0]))
    above, below = _lines_above(before, number), _lines_below(before, number)
    assert _lines(after)[: len(above)] == above
    assert not below or after.endswith(b"".join(below))


def _starts(content: bytes) -> list[int]:
    from qafiles.yaml_text.document import Document, entries_of

    document = Document(content)
    if document.root.style:
        return []
    return [key.start.line for key, _ in entries_of(document.root)]


def _lines_above(content: bytes, number: int) -> list[bytes]:
    starts = _starts(content)
    return _lines(content)[: starts[number]] if starts else []


def _lines_below(content: bytes, number: int) -> list[bytes]:
    starts = _starts(content)
    return _lines(content)[starts[number + 1] :] if number + 1 < len(starts) else []


@pytest.mark.slow
@_EXAMPLES
@given(_files(), VALUES, st.data())
def test_a_value_is_replaced_and_nothing_else(
    file: tuple[bytes, dict[str, Any]], value: Any, more: st.DataObject
) -> None:
    content, data = file
    pointer = more.draw(st.sampled_from(_pointers(data)))
    expected = copy.deepcopy(data)
    _at(expected, pointer[:-1])[pointer[-1]] = value
    try:
        after = with_value(content, pointer, value)
    except EditRefusedError:
        return  # a style that no splice fits is refused, and nothing is written
    _says(after, expected)
    assert after.startswith(b"\xef\xbb\xbf") == content.startswith(b"\xef\xbb\xbf")
    _untouched(content, after, pointer, data)
    _says(with_value(after, pointer, _at(data, pointer)), data)


@pytest.mark.slow
@_EXAMPLES
@given(_files(), VALUES, st.data())
def test_a_field_is_added_and_nothing_else(
    file: tuple[bytes, dict[str, Any]], value: Any, more: st.DataObject
) -> None:
    content, data = file
    parents = [(), *(p for p in _pointers(data) if isinstance(_at(data, p), dict))]
    pointer = (*more.draw(st.sampled_from(parents)), "new field")
    expected = copy.deepcopy(data)
    _at(expected, pointer[:-1])[pointer[-1]] = value
    after = with_value(content, pointer, value)
    _says(after, expected)
    _says(without(after, pointer), data)


@pytest.mark.slow
@_EXAMPLES
@given(_files(), VALUES, st.data())
def test_an_item_is_added_and_taken_away_again(
    file: tuple[bytes, dict[str, Any]], value: Any, more: st.DataObject
) -> None:
    content, data = file
    lists = [p for p in _pointers(data) if isinstance(_at(data, p), list)]
    assume(lists)
    pointer = more.draw(st.sampled_from(lists))
    index = more.draw(st.integers(0, len(_at(data, pointer))))
    expected = copy.deepcopy(data)
    _at(expected, pointer).insert(index, value)
    after = with_item(content, pointer, value, index)
    _says(after, expected)
    _says(without(after, (*pointer, index)), data)


@pytest.mark.slow
@_EXAMPLES
@given(_files(), st.data())
def test_what_is_taken_away_is_gone_and_nothing_else(
    file: tuple[bytes, dict[str, Any]], more: st.DataObject
) -> None:
    content, data = file
    pointer = more.draw(st.sampled_from(_pointers(data)))
    assume(len(data) > 1 or len(pointer) > 1)
    expected = copy.deepcopy(data)
    del _at(expected, pointer[:-1])[pointer[-1]]
    after = without(content, pointer)
    _says(after, expected)
    if len(pointer) > 1:
        _untouched(content, after, pointer, data)


@pytest.mark.slow
@_EXAMPLES
@given(_files(), st.text("abc\n{} :#'\"", max_size=6), st.data())
def test_a_part_of_a_text_is_replaced(
    file: tuple[bytes, dict[str, Any]], new: str, more: st.DataObject
) -> None:
    content, data = file
    texts = [p for p in _pointers(data) if isinstance(_at(data, p), str) and _at(data, p)]
    assume(texts)
    pointer = more.draw(st.sampled_from(texts))
    text = _at(data, pointer)
    start = more.draw(st.integers(0, len(text) - 1))
    within = text[start : more.draw(st.integers(start + 1, len(text)))]
    expected = copy.deepcopy(data)
    _at(expected, pointer[:-1])[pointer[-1]] = text.replace(within, new, 1)
    _says(with_texts(content, [(pointer, within, 0, new)]), expected)


@_EXAMPLES
@given(_files())
def test_a_formatted_file_says_the_same_and_stays_as_it_is(file: tuple[bytes, dict[str, Any]]) -> None:
    content, data = file
    # Brackets around everything: where a `#` may be a comment, a person opens them.
    assume(b"#" not in content or _starts(content))
    after = formatted("tag", content)
    _says(after, data)
    assert formatted("tag", after) == after
    assert after.count(b"# about it") == content.count(b"# about it")


@_EXAMPLES
@given(st.dictionaries(_FIELDS, VALUES, min_size=1, max_size=6))
def test_a_new_file_says_what_it_was_given_and_is_formatted(data: dict[str, Any]) -> None:
    content = new_text("tag", data)
    _says(content, data)
    assert formatted("tag", content) == content


@_EXAMPLES
@given(st.binary(max_size=60) | st.text("ab:-#|>{}[]'\"\n ?*&!", max_size=40).map(str.encode))
def test_no_bytes_make_an_edit_fail_in_another_way_than_by_refusing(content: bytes) -> None:
    edits: list[Callable[[], bytes]] = [
        lambda: with_value(content, ("a",), "b"),
        lambda: without(content, ("a",)),
        lambda: with_item(content, ("a",), "b"),
        lambda: with_texts(content, [(("a",), "b", 0, "c")]),
        lambda: formatted("tag", content),
    ]
    for edit in edits:
        try:
            edit()
        except EditRefusedError:
            continue


@pytest.mark.parametrize("value", [float("inf"), float("nan"), 2**63, "\ud800", {1: 2}, object(), b"x"])
def test_what_yaml_can_not_hold_is_refused(value: Any) -> None:
    with pytest.raises(EditRefusedError):
        with_value(b"a: b\n", ("a",), value)
