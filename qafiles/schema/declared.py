"""Declared fields in both validators: the JSON Schema and the core schema of a kind, each with the fields of a data root."""

import math
from collections.abc import Mapping
from typing import Any

from qafiles.declared_fields import DeclaredFields
from qafiles.kinds import Kind
from qafiles.models.conversions import integral, plain_choice, refuse_null

CoreSchema = dict[str, Any]
"""What pydantic-core builds a validator of: https://docs.pydantic.dev/latest/api/pydantic_core_schema/"""


def with_declared(schema: Mapping[str, Any], kind: Kind, declared: DeclaredFields) -> dict[str, Any]:
    """Return the JSON Schema of a kind with the fields that a data root declares, as a new dict."""
    fields = declared.of(kind)
    required = [*schema.get("required", ()), *(field.name for field in fields.values() if field.required)]
    properties = {**schema["properties"], **{name: dict(field.schema) for name, field in fields.items()}}
    return {**schema, "properties": properties, "required": required}


def core_of_values(schema: Mapping[str, Any]) -> CoreSchema:
    """Return the core schema of the values that the JSON Schema of a declared field allows."""
    if "enum" in schema or "const" in schema:
        choices = [*schema.get("enum", ()), *((schema["const"],) if "const" in schema else ())]
        return _before(plain_choice, {"type": "literal", "expected": choices})
    match schema["type"]:
        case "string":
            return _text(schema)
        case "integer":
            low, high = schema.get("minimum"), schema.get("maximum")
            whole = _limited(
                "int",
                ge=None if low is None else math.ceil(low),
                le=None if high is None else math.floor(high),
            )
            return _before(integral, whole)
        case "number":
            return _limited("float", ge=schema.get("minimum"), le=schema.get("maximum"))
        case "boolean":
            return {"type": "bool", "strict": True}
        case "array":
            items = core_of_values(schema["items"]) if "items" in schema else {"type": "any"}
            limits = {"min_length": schema.get("minItems"), "max_length": schema.get("maxItems")}
            return {**_limited("list", **limits), "items_schema": items}
        case "object":
            return _mapping(schema)
    return _before(refuse_null, {"type": "any"})


def _text(schema: Mapping[str, Any]) -> CoreSchema:
    patterns = [schema.get("pattern"), *(part["pattern"] for part in schema.get("allOf", ()))]
    limits = {"min_length": schema.get("minLength"), "max_length": schema.get("maxLength")}
    steps = [
        {
            **_limited("str", pattern=pattern, **(limits if number == 0 else {})),
            "regex_engine": "python-re",
        }
        for number, pattern in enumerate(patterns)
    ]
    return steps[0] if len(steps) == 1 else {"type": "chain", "steps": steps}


def _mapping(schema: Mapping[str, Any]) -> CoreSchema:
    if "properties" not in schema:
        return {"type": "dict", "strict": True}
    needed = schema.get("required", ())
    fields = {
        name: {"type": "typed-dict-field", "schema": core_of_values(part), "required": name in needed}
        for name, part in schema["properties"].items()
    }
    return {"type": "typed-dict", "fields": fields, "strict": True, "extra_behavior": "forbid"}


def _limited(type_: str, **limits: Any) -> CoreSchema:
    stated = {name: limit for name, limit in limits.items() if limit is not None}
    return {"type": type_, "strict": True, **stated}


def _before(function: Any, inner: CoreSchema) -> CoreSchema:
    return {
        "type": "function-before",
        "function": {"type": "no-info", "function": function},
        "schema": inner,
    }
