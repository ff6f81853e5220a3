import json

from hypothesis import given
from hypothesis import strategies as st

from qafiles.render.document import dump, harmless

# Text that is steered by, floats as JSON has none, whole numbers of any size, and keys that are no text.
TEXTS = st.sampled_from(
    ["", "name", "Größe", "\n", "\x7f", "##[error]", "\u2028", "\ud800", '"', "\\", "\x01", "😀"]
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | TEXTS
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(TEXTS | st.integers() | st.booleans(), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(VALUES)
def test_an_indented_document_is_what_json_writes(value: object) -> None:
    assert dump(value, indent=2) == harmless(json.dumps(value, indent=2, ensure_ascii=False))


@given(VALUES)
def test_an_item_of_a_document_is_written_as_within_it(value: object) -> None:
    assert dump([value], indent=2) == f"[\n  {dump(value, indent=2, level=1)}\n]"


@given(VALUES)
def test_a_document_steers_no_terminal_and_means_the_same(value: object) -> None:
    text = dump(value, indent=2)
    assert all(char == "\n" or char.isprintable() for char in text)
    assert "##[" not in text
    text.encode()
    if "\ud800" not in repr(value) and r"\ud800" not in repr(value):
        assert repr(json.loads(text)) == repr(json.loads(json.dumps(value)))
