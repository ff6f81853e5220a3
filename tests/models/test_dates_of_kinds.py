"""What the table of kinds says of dates is what the models say."""

from typing import Any

import pytest

from qafiles.kinds import KIND_FACTS, Kind
from qafiles.layout import KINDS
from qafiles.models import MODELS
from qafiles.models.secret_value import SECRET_TIMESTAMP_PATTERN
from qafiles.models.text_patterns import TIMESTAMP_PATTERN
from qafiles.schema.generated import json_schema


def patterns(part: Any) -> set[str]:
    """Return the patterns that a JSON Schema holds, at any depth."""
    if isinstance(part, list):
        return {pattern for item in part for pattern in patterns(item)}
    if not isinstance(part, dict):
        return set()
    inner = {pattern for item in part.values() for pattern in patterns(item)}
    return inner | {text for text in [part.get("pattern")] if isinstance(text, str)}


@pytest.mark.parametrize("kind", KINDS)
def test_the_dates_of_the_table_are_the_timestamps_of_the_model(kind: Kind) -> None:
    properties = json_schema(kind)["properties"]
    forms = {TIMESTAMP_PATTERN, SECRET_TIMESTAMP_PATTERN}
    assert {name for name, part in properties.items() if patterns(part) & forms} == {*KIND_FACTS[kind].dates}


def test_created_at_and_updated_at_are_dates_of_every_kind_that_has_them() -> None:
    known = {"created_at", "updated_at"}
    dates = {kind: {*facts.dates} & known for kind, facts in KIND_FACTS.items()}
    assert dates == {kind: known & model.model_fields.keys() for kind, model in MODELS.items()}
