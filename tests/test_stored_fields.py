"""What is known of the kinds without their models is what the models say."""

import json
from pathlib import Path

import pytest

from qafiles.kinds import Kind
from qafiles.layout import KINDS
from qafiles.loading.data_root import load_data_root
from qafiles.models import fields_of
from qafiles.models.stored import field_names, required_fields
from qafiles.schema.generated import json_schema
from qafiles.schema.stored import schema_of

_EXAMPLE = Path(__file__).parents[1] / "examples" / "acme-qa"


@pytest.mark.parametrize("kind", KINDS)
def test_the_fields_that_are_committed_are_those_of_the_models(kind: Kind) -> None:
    fields = fields_of(kind)
    assert field_names(kind) == tuple(fields)
    assert required_fields(kind) == tuple(name for name, field in fields.items() if field.is_required())


@pytest.mark.parametrize("kind", KINDS)
def test_the_schema_with_declared_fields_is_the_one_that_is_generated(kind: Kind) -> None:
    declared = load_data_root(_EXAMPLE).settings.fields
    assert json.dumps(schema_of(kind, declared)) == json.dumps(json_schema(kind, declared=declared))
