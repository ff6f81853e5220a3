"""JSON Schemas, generated from the models: one truth for pydantic, editors and other validators."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pydantic.json_schema import GenerateJsonSchema

from qafiles.declared_fields import NOTHING_DECLARED, ORIGIN, DeclaredFields
from qafiles.layout import KINDS
from qafiles.models import MODELS
from qafiles.models.written.settings import Settings
from qafiles.schema.dialects import Draft, SchemaName, file_name, published

if TYPE_CHECKING:
    from pydantic import BaseModel

SCHEMA_NAMES: Final[tuple[SchemaName, ...]] = (*KINDS, "settings")
_WITHOUT_NULL: Final = ("Declaration", "Origin")
"""Parts of several schemas whose fields may be absent, but not null."""


class _Generator(GenerateJsonSchema):
    """pydantic's generator without the noise that an editor would show: a title for each nested model's key."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        del schema
        return False


def json_schema(
    name: SchemaName, draft: Draft = "2020-12", declared: DeclaredFields = NOTHING_DECLARED
) -> dict[str, Any]:
    """Return the JSON Schema of a kind with the fields declared for it, or of qafiles.yaml for `settings`, as a new dict.

    Raises KeyError for any other name.
    """
    model: type[BaseModel] = Settings if name == "settings" else MODELS[name]
    schema = model.model_json_schema(schema_generator=_Generator)
    if name != "settings":
        _close(schema)
    nested = [schema.get("$defs", {}).get(name, {}).get("properties", {}) for name in _WITHOUT_NULL]
    for field in (*schema["properties"].values(), *(field for fields in nested for field in fields.values())):
        _drop_null(field)
    if ORIGIN in schema["properties"]:
        schema["properties"][ORIGIN] = schema["properties"].pop(ORIGIN)
    _join_null(schema)
    definitions = schema.pop("$defs", {})
    shown = {*_undescribed(schema), *_undescribed(definitions)}
    for reference, definition in definitions.items():
        if f"#/$defs/{reference}" not in shown:
            definition.pop("title", None)
            definition.pop("description", None)
    if definitions:
        schema["$defs"] = definitions
    return published(schema, name, draft, declared)


def _close(schema: dict[str, Any]) -> None:
    """Allow `x-` keys and no others, which pydantic has no JSON Schema for."""
    if schema.get("additionalProperties") is not False:
        schema["patternProperties"] = {"^x-": True}
        schema["additionalProperties"] = False


def _drop_null(field: dict[str, Any]) -> None:
    """Turn "this or null" of an optional field into "this": a key without a value is refused."""
    choices = field.get("anyOf", [])
    if {"type": "null"} in choices and field.get("default", ...) is None:
        field.pop("anyOf")
        field.pop("default")
        field.update({**next(choice for choice in choices if choice != {"type": "null"}), **field})


def _join_null(schema: Any) -> None:
    """Turn "a type or null" into a list of types: editors show the help on each choice, so twice the same."""
    if isinstance(schema, list):
        for item in schema:
            _join_null(item)
    elif isinstance(schema, dict):
        for value in schema.values():
            _join_null(value)
        choices = schema.get("anyOf")
        if not isinstance(choices, list) or len(choices) != 2 or choices[1] != {"type": "null"}:
            return
        other = choices[0]
        if [*other] == ["oneOf"]:
            del schema["anyOf"]
            schema["oneOf"] = [*other["oneOf"], choices[1]]
        elif isinstance(other.get("type"), str):
            del schema["anyOf"]
            schema.update({**other, **schema, "type": [other["type"], "null"]})
            if "enum" in other:
                schema["enum"] = [*other["enum"], None]


def _undescribed(schema: Any, *, described: bool = False) -> Iterator[str]:
    """Yield the references that stand where only the definition says what the value is.

    Editors show the title of a definition before that of the field, so the others are better without one.
    """
    if isinstance(schema, list):
        for item in schema:
            yield from _undescribed(item, described=described)
    elif isinstance(schema, dict):
        described = described or "title" in schema
        if "$ref" in schema and not described:
            yield schema["$ref"]
        for key, value in schema.items():
            yield from _undescribed(value, described=described and key in {"anyOf", "oneOf"})


def schema_text(
    name: SchemaName, draft: Draft = "2020-12", declared: DeclaredFields = NOTHING_DECLARED
) -> str:
    """Return the JSON Schema of a kind as the text of its file."""
    return json.dumps(json_schema(name, draft, declared), indent=2, ensure_ascii=False) + "\n"


def write_schemas(
    folder: Path, draft: Draft = "2020-12", declared: DeclaredFields = NOTHING_DECLARED
) -> list[Path]:
    """Write every schema into a folder, made if needed, and return those of the files that were new or different."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name in SCHEMA_NAMES:
        place = folder / file_name(name)
        content = schema_text(name, draft, declared).encode()
        if not place.is_file() or place.read_bytes() != content:
            place.write_bytes(content)
            written.append(place)
    return written
