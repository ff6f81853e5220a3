"""Declared fields are judged alike by pydantic, as it is compiled from the declaration, and by JSON Schema."""

from typing import Any

import jsonschema
import jsonschema_rs
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from qafiles.declared_fields import DeclaredFields
from qafiles.models.settings import settings_of
from qafiles.schema.declared_models import declared_model
from qafiles.schema.generated import json_schema
from qafiles.schema.validators import problems
from tests.conftest import samples
from tests.models.declarations import DECLARATIONS, VALUES

_TAG = {"id": "tz4a98xxat96iws9zmbrgj3a", "name": "smoke", "color": "teal"}


def _declared(declaration: dict[str, Any]) -> DeclaredFields:
    return settings_of({"fields": {"tag": {"x-a": declaration}}}).fields


def _verdicts(declared: DeclaredFields, document: dict[str, Any]) -> list[bool]:
    try:
        declared_model("tag", declared).model_validate(document)
        verdict = True
    except ValidationError:
        verdict = False
    schema, older = json_schema("tag", declared=declared), json_schema("tag", "7", declared=declared)
    return [
        verdict,
        jsonschema_rs.Draft202012Validator(schema).is_valid(document),
        jsonschema.Draft202012Validator(schema).is_valid(document),
        jsonschema.Draft7Validator(older).is_valid(document),
    ]


@pytest.mark.parametrize("count", [100, pytest.param(samples(3000, 300), marks=pytest.mark.slow)])
def test_values_of_declared_fields_are_judged_alike(count: int) -> None:
    @settings(deadline=None, max_examples=count)
    @given(DECLARATIONS, st.booleans(), VALUES)
    def check(declaration: dict[str, Any], required: bool, value: Any) -> None:  # noqa: FBT001  # from hypothesis
        declared = _declared({**declaration, "required": required})
        assume(not declared.faults)
        document = {**_TAG, "x-a": value}
        verdicts = _verdicts(declared, document)
        assert len({*verdicts}) == 1, (declaration, value, verdicts)
        told = problems("tag", document, declared)
        assert bool(told) != verdicts[0]
        assert not any("of the JSON Schema" in problem.message for problem in told)

    check()


@settings(deadline=None, max_examples=30)
@given(DECLARATIONS, st.booleans())
def test_a_field_may_lack_unless_it_is_required(declaration: dict[str, Any], required: bool) -> None:  # noqa: FBT001  # from hypothesis
    declared = _declared({**declaration, "required": required})
    assume(not declared.faults)
    assert {*_verdicts(declared, _TAG)} == {not required}
