"""Whatever two states hold, their difference leads from the first to the second."""

from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from qafiles.diff import diff
from qafiles.parsing import parse
from qafiles.parsing.values import leftovers, same
from qafiles.sources import MemorySource
from tests.diff.states import PROJECT

_IDS = ["ux5q1gpzr2kh0jmz8w3vcd7n", "k2v9w1hx8rj0qz4mtb7nc5ap", "z1bo6qzu3vn8dx0atf5rg2ch"]
_PATHS = [
    "users/ada.yaml",
    f"{PROJECT}/project.yaml",
    "organizations/acme/projects/store/project.yaml",
    f"{PROJECT}/tags/smoke.yaml",
    f"{PROJECT}/tags/slow.yaml",
    "organizations/acme/projects/store/tags/slow.yaml",
    f"{PROJECT}/test_cases/a.yaml",
    f"{PROJECT}/test_cases/suite/a.yaml",
    f"{PROJECT}/secret_values/TOKEN.yaml",
]
_REFERENCES = st.sampled_from(["smoke", "slow", "acme/shop/slow", "shop", "acme/store", "", "a/b/c/d", *_IDS])
_SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-3, 3)
    | st.floats(allow_nan=True)
    | st.text("ab \n", max_size=8)
    | _REFERENCES
)
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=6,
)
_FIELDS = st.fixed_dictionaries(
    {},
    optional={
        "id": st.sampled_from(_IDS) | _VALUES,
        "tags": st.lists(_REFERENCES, max_size=4) | _VALUES,
        "project_id": _REFERENCES | _VALUES,
        "document_id": _REFERENCES,
        "test_description": st.text("ab \n", max_size=20) | _VALUES,
        "version": st.integers(0, 3),
        "secret_value": st.text("ab", max_size=2),
        "x-a": _VALUES,
    },
)
_FILES = st.dictionaries(
    st.sampled_from(_PATHS),
    _FIELDS.map(lambda data: yaml.safe_dump(data, sort_keys=False))
    | st.sampled_from(["", "[", "- a\n", "\0"]),
    max_size=5,
)


def _data(files: dict[str, str]) -> dict[str, dict[str, Any]]:
    found = {path: parse(text.encode()).data for path, text in files.items()}
    return {path: data if isinstance(data, dict) else {} for path, data in found.items()}


@pytest.mark.slow
@settings(deadline=None, max_examples=150)
@given(_FILES, _FILES)
def test_a_diff_leads_from_the_first_state_to_the_second(
    before: dict[str, str], after: dict[str, str]
) -> None:
    found = diff(MemorySource(before), MemorySource(after))
    assert same(found.applied(_data(before)), _data(after))
    if before == after:
        assert not found
    mirrored = diff(MemorySource(after), MemorySource(before))
    assert len(mirrored.changes) == len(found.changes)
    assert mirrored.counts["added"] == found.counts["removed"]


@settings(deadline=None)
@given(_VALUES, _VALUES)
def test_values_are_the_same_both_ways_and_as_themselves(left: Any, right: Any) -> None:
    assert same(left, left)
    assert same(left, right) == same(right, left)


@settings(deadline=None)
@given(st.lists(_VALUES, max_size=6), st.lists(_VALUES, max_size=6))
def test_what_one_list_lacks_is_what_the_other_has_more(left: list[Any], right: list[Any]) -> None:
    removed, added = leftovers(left, right)
    assert len(left) - len(removed) == len(right) - len(added)
    assert leftovers(left, left) == ([], [])
    assert leftovers(left, left[::-1]) == ([], [])
