"""pydantic and JSON Schema are two texts of one truth, and read alike by every validator."""

from functools import cache
from typing import Any

import jsonschema
import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from qafiles.models import MODELS
from qafiles.models.written.settings import Settings
from qafiles.schema.generated import SCHEMA_NAMES, json_schema
from tests.models.documents import GOOD, OTHERS, mutated, of_schema


@cache
def validators(name: str) -> tuple[Any, Any, Any]:
    """Return jsonschema-rs and jsonschema with the schema of a kind, and jsonschema with that in draft 7."""
    schema = json_schema(name)
    return (
        jsonschema_rs.Draft202012Validator(schema),
        jsonschema.Draft202012Validator(schema),
        jsonschema.Draft7Validator(json_schema(name, "7")),
    )


def accepts(name: str, document: Any) -> bool:
    """Return the verdict on which all validators agree."""
    model = Settings if name == "settings" else MODELS[name]
    try:
        model.model_validate(document)
        verdict = True
    except ValidationError:
        verdict = False
    assert [validator.is_valid(document) for validator in validators(name)] == [verdict] * 3
    return verdict


@pytest.mark.parametrize("name", SCHEMA_NAMES)
def test_good_documents_are_accepted_by_all(name: str) -> None:
    @settings(deadline=None, max_examples=25)
    @given(GOOD[name])
    def check(document: dict[str, Any]) -> None:
        assert accepts(name, document)

    check()


@pytest.mark.parametrize(
    "name", [name for name in SCHEMA_NAMES if name not in {"settings", "browser_config"}]
)
def test_documents_made_of_the_schema_are_accepted_by_all(name: str) -> None:
    @settings(deadline=None, max_examples=10)
    @given(of_schema(json_schema(name)))
    def check(document: dict[str, Any]) -> None:
        assert accepts(name, document)

    check()


@pytest.mark.slow
@pytest.mark.parametrize("name", SCHEMA_NAMES)
@pytest.mark.parametrize("count", [40, pytest.param(200, marks=pytest.mark.slow)])
def test_changed_documents_are_judged_alike(name: str, count: int) -> None:
    @settings(deadline=None, max_examples=count)
    @given(mutated(GOOD[name]))
    def check(document: Any) -> None:
        accepts(name, document)

    check()


@settings(deadline=None, max_examples=50)
@given(st.sampled_from(SCHEMA_NAMES), OTHERS)
def test_what_is_no_mapping_is_refused_by_all(name: str, document: Any) -> None:
    if not isinstance(document, dict):
        assert not accepts(name, document)


@pytest.mark.parametrize("version", [True, False, "1", 2, 0, 1.5, None, [1]])
def test_one_format_version_is_known(version: Any) -> None:
    assert not accepts("settings", {"version": version})
    assert accepts("settings", {"version": 1})
    assert accepts("settings", {"version": 1.0})
