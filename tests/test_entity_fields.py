import contextlib
import marshal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qafiles.declared_fields import NOTHING_DECLARED
from qafiles.loading.loader import load
from qafiles.snapshot.entity_fields import (
    EntityFields,
    KeptFields,
    fields_at_hand,
    may_name_secrets,
    packed,
)
from qafiles.sources import MemorySource
from qafiles.validation import load as load_checked
from tests.rules.data_root import data_root

_NUMBERS = fields_at_hand("test_case", NOTHING_DECLARED)
_VALUES = st.recursive(
    st.none() | st.text(max_size=5) | st.integers() | st.booleans() | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)


@settings(max_examples=40)
@given(st.dictionaries(st.sampled_from(sorted(_NUMBERS)) | st.text(max_size=3), _VALUES, max_size=5))
def test_fields_say_what_the_mapping_says_of_which_they_are_made(fields: dict[str, Any]) -> None:
    plain = packed(fields, _NUMBERS)
    body = marshal.dumps((*plain, (), (), ()))
    for kept in (EntityFields(*plain, _NUMBERS), KeptFields(body, _NUMBERS, None)):
        assert bool(kept) == bool(fields)
        assert kept.at_hand == plain[1]
        assert kept.read() == fields
        for name in (*_NUMBERS, *fields, "another"):
            assert (name in kept) == (name in fields)
            assert kept.get(name, 7) == fields.get(name, 7)
            assert kept.value(name) == fields.get(name)
        assert {name: kept[name] for name in fields} == fields
        assert kept == fields
        assert repr(kept) == repr(fields)
        assert [*kept] == [*fields]
        with pytest.raises(KeyError):
            kept["another"]


def test_of_what_a_run_has_kept_only_what_is_at_hand_is_in_memory_twice() -> None:
    fields = {"name": "one", "tags": ["a"], "test_description": "x" * 100}
    body = marshal.dumps((*packed(fields, _NUMBERS), (), (), ()))
    kept = KeptFields(body, _NUMBERS, None)
    assert kept["name"] == "one"
    assert kept.may_hold([b"xxx"])
    assert not kept.may_hold([b"{{"])
    assert not may_name_secrets(kept)
    assert kept.value("test_description") == "x" * 100
    stored = _stored(kept)
    assert stored.get("_packed") is stored.get("_fields") is None
    assert stored["_at_hand"] == kept.at_hand


def _stored(fields: EntityFields) -> dict[str, Any]:
    """Return the attributes that are there without being made."""
    places = (name for part in type(fields).__mro__ for name in getattr(part, "__slots__", ()))
    stored = {}
    for name in places:
        with contextlib.suppress(AttributeError):
            stored[name] = object.__getattribute__(fields, name)
    return stored


def test_a_text_may_be_held_where_it_stands_and_nowhere_else() -> None:
    kept = EntityFields(*packed({"test_description": "ü {{ secret.A }}"}, _NUMBERS), _NUMBERS)
    assert kept.may_hold([b"{{"])
    assert kept.may_hold(["ü".encode(), b"<"])
    assert not kept.may_hold([b"<", b"${"])


def test_rules_ask_for_no_more_of_a_file_than_is_at_hand() -> None:
    """What they ask for would be made of each of very many files again; of configs and secrets there are few."""
    snapshot = load_checked(MemorySource({**data_root()}))
    read = {file.kind for file in snapshot.files.values() if vars_of(file.data)["_fields"] is not None}
    assert read <= {"browser_config", "secret_value"}
    assert len({file.kind for file in snapshot.files.values()}) > 5


def vars_of(fields: Any) -> dict[str, Any]:
    return {name: getattr(fields, name) for name in type(fields).__slots__}


def test_a_null_is_no_absent_field() -> None:
    path = "users/ada.yaml"
    content = "id: v1kq8w3xj5zr7mtb2nc9yd4h\nname: Ada\nemail: null\n"
    file = load(MemorySource({**data_root(), path: content})).files[path]
    assert "email" in file.data
    assert file.data == {"id": "v1kq8w3xj5zr7mtb2nc9yd4h", "name": "Ada", "email": None}
