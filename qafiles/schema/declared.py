"""Declared fields in both validators: the JSON Schema of a kind and its model, each with the fields of a data root."""

import math
from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any

from pydantic import BaseModel, Field, GetPydanticSchema, create_model
from pydantic_core import PydanticCustomError, core_schema

from qafiles.declared_fields import DeclaredFields
from qafiles.kinds import Kind
from qafiles.models import MODELS
from qafiles.models.values import integral


def with_declared(schema: Mapping[str, Any], kind: Kind, declared: DeclaredFields) -> dict[str, Any]:
    """Return the JSON Schema of a kind with the fields that a data root declares, as a new dict."""
    fields = declared.of(kind)
    required = [*schema.get("required", ()), *(field.name for field in fields.values() if field.required)]
    properties = {**schema["properties"], **{name: dict(field.schema) for name, field in fields.items()}}
    return {**schema, "properties": properties, "required": required}


@cache
def declared_model(kind: Kind, declared: DeclaredFields) -> type[BaseModel]:
    """Return the model of a kind with the fields that a data root declares; its own where there are none."""
    fields: dict[str, Any] = {
        field.name: (_type(field.schema), ... if field.required else Field(None))
        for field in declared.of(kind).values()
    }
    model = MODELS[kind]
    return create_model(model.__name__, __base__=model, **fields) if fields else model


def _type(schema: Mapping[str, Any]) -> Any:
    core = _core(schema)
    return Annotated[Any, GetPydanticSchema(lambda _source, _handler: core)]


def _core(schema: Mapping[str, Any]) -> core_schema.CoreSchema:
    """Return what pydantic checks for a JSON Schema of declared fields."""
    if "enum" in schema or "const" in schema:
        return _before(_plain, core_schema.literal_schema([*schema.get("enum", ()), *_constant(schema)]))
    match schema["type"]:
        case "string":
            return _text(schema)
        case "integer":
            low, high = schema.get("minimum"), schema.get("maximum")
            return _before(
                integral,
                core_schema.int_schema(
                    strict=True,
                    ge=None if low is None else math.ceil(low),
                    le=None if high is None else math.floor(high),
                ),
            )
        case "number":
            return core_schema.float_schema(strict=True, ge=schema.get("minimum"), le=schema.get("maximum"))
        case "boolean":
            return core_schema.bool_schema(strict=True)
        case "array":
            items = _core(schema["items"]) if "items" in schema else core_schema.any_schema()
            return core_schema.list_schema(
                items, strict=True, min_length=schema.get("minItems"), max_length=schema.get("maxItems")
            )
        case "object":
            return _mapping(schema)
    return _before(_some, core_schema.any_schema())


def _constant(schema: Mapping[str, Any]) -> tuple[Any, ...]:
    return (schema["const"],) if "const" in schema else ()


def _text(schema: Mapping[str, Any]) -> core_schema.CoreSchema:
    patterns = [schema.get("pattern"), *(part["pattern"] for part in schema.get("allOf", ()))]
    steps = [
        core_schema.str_schema(
            strict=True,
            pattern=pattern,
            regex_engine="python-re",
            min_length=schema.get("minLength") if number == 0 else None,
            max_length=schema.get("maxLength") if number == 0 else None,
        )
        for number, pattern in enumerate(patterns)
    ]
    return steps[0] if len(steps) == 1 else core_schema.chain_schema([*steps])


def _mapping(schema: Mapping[str, Any]) -> core_schema.CoreSchema:
    if "properties" not in schema:
        return core_schema.dict_schema(strict=True)
    needed = schema.get("required", ())
    return core_schema.typed_dict_schema(
        {
            name: core_schema.typed_dict_field(_core(part), required=name in needed)
            for name, part in schema["properties"].items()
        },
        strict=True,
        extra_behavior="forbid",
    )


def _before(function: Any, inner: core_schema.CoreSchema) -> core_schema.CoreSchema:
    return core_schema.no_info_before_validator_function(function, inner)


def _plain(value: Any) -> Any:
    """Return 1.0 as 1, and what is no choice at all as nothing: a list can't be looked up."""
    return integral(value) if isinstance(value, str | int | float) else None


def _some(value: Any) -> Any:
    if value is None:
        raise PydanticCustomError("null", "the key has no value")
    return value
