"""The JSON Schemas as they are committed, so that a run need not generate them from the models."""

from collections.abc import Mapping
from typing import Any

from qafiles.declared_fields import NOTHING_DECLARED, DeclaredFields
from qafiles.kinds import Kind
from qafiles.models.stored import committed_schema


def stored_schema(name: str) -> Mapping[str, Any]:
    """Return the JSON Schema of a kind, or of qafiles.yaml for `settings`, in draft 2020-12.

    Raises KeyError for any other name.
    """
    schema = committed_schema(name)
    if schema is not None:
        return schema
    from qafiles.schema.generated import json_schema  # noqa: PLC0415  # generating takes as long as validating thousands of files

    return json_schema(name)


def schema_of(kind: Kind, declared: DeclaredFields = NOTHING_DECLARED) -> Mapping[str, Any]:
    """Return the JSON Schema of a kind with the fields that a data root declares for it."""
    from qafiles.schema.declared import with_declared  # noqa: PLC0415  # validating needs no more than is stored

    return with_declared(stored_schema(kind), kind, declared)
