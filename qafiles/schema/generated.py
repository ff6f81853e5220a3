"""JSON Schemas, generated from the models: one truth for pydantic, editors and other validators."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from pydantic.json_schema import GenerateJsonSchema

from qafiles.declared_fields import NOTHING_DECLARED, ORIGIN, DeclaredFields
from qafiles.layout import KINDS, is_id
from qafiles.models import MODELS, Settings
from qafiles.schema.declared import with_declared

if TYPE_CHECKING:
    from pydantic import BaseModel

SchemaName = str
"""A kind in snake_case, or `settings` for qafiles.yaml."""

SCHEMA_NAMES: Final[tuple[SchemaName, ...]] = (*KINDS, "settings")
Draft = Literal["2020-12", "7"]
_DIALECTS: Final[dict[Draft, str]] = {
    "2020-12": "https://json-schema.org/draft/2020-12/schema",
    "7": "http://json-schema.org/draft-07/schema#",
}
_WITHOUT_NULL: Final = ("Declaration", "Origin")
"""Parts of several schemas whose fields may be absent, but not null."""
_LONGEST: Final = 60
"""Characters of an example that a description may end with."""


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
    result: dict[str, Any] = {"$schema": _DIALECTS[draft], "$id": file_name(name)}
    result.update(schema if name == "settings" else with_declared(schema, name, declared))
    if definitions:
        result["$defs"] = definitions
    return _to_draft_7(_without_data(result)) if draft == "7" else result


def file_name(name: SchemaName) -> str:
    """Return the name of the file that holds a schema, which is its `$id`, too."""
    return f"{name}.schema.json"


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


def _without_data(schema: Any, *, named: bool = False) -> Any:
    """Return a schema in which examples stand in the descriptions alone, and without defaults.

    Editors insert either of them as if it were the user's own: https://github.com/redhat-developer/yaml-language-server
    """
    if isinstance(schema, list):
        return [_without_data(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    result = {
        key: _without_data(value, named=not named and key in {"properties", "$defs", "patternProperties"})
        for key, value in schema.items()
        if named or key not in {"examples", "default"}
    }
    shown = None if named else _example(schema)
    if shown is not None:
        text = schema["description"]
        stop = "" if text.rstrip().endswith((".", "!", "?", ":")) else "."
        result["description"] = f"{text}{stop} For example `{shown}`."
    return result


def _example(schema: dict[str, Any]) -> str | None:
    """Return the first example of a described value as it is written in one line; none of what only looks like data, an id."""
    if "description" not in schema or not schema.get("examples"):
        return None
    example = schema["examples"][0]
    text = example if isinstance(example, str) else json.dumps(example, ensure_ascii=False)
    return text if "\n" not in text and len(text) <= _LONGEST and not is_id(text) else None


def _to_draft_7(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_to_draft_7(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    result = {"definitions" if key == "$defs" else key: _to_draft_7(value) for key, value in schema.items()}
    if isinstance(schema.get("$ref"), str):
        reference = {"$ref": result.pop("$ref").replace("#/$defs/", "#/definitions/")}
        # What stands beside a reference is ignored: https://json-schema.org/draft-07/json-schema-core#rfc.section.8.3
        return {**result, "allOf": [reference]} if result else reference
    return result


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
