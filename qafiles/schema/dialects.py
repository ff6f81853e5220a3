"""The dialects in which schemas are published: 2020-12, which the validator reads, and draft 7, which editors do."""

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, Literal

from qafiles.declared_fields import NOTHING_DECLARED, DeclaredFields
from qafiles.layout import is_id
from qafiles.schema.declared import with_declared

SchemaName = str
"""A kind in snake_case, or `settings` for qafiles.yaml."""
Draft = Literal["2020-12", "7"]
DIALECTS: Final[Mapping[Draft, str]] = MappingProxyType(
    {
        "2020-12": "https://json-schema.org/draft/2020-12/schema",
        "7": "http://json-schema.org/draft-07/schema#",
    }
)
_LONGEST: Final = 60
"""Characters of an example that a description may end with."""


def published(
    schema: Mapping[str, Any], name: SchemaName, draft: Draft, declared: DeclaredFields = NOTHING_DECLARED
) -> dict[str, Any]:
    """Return a schema as it is published under a name, with the fields that are declared for the kind, as a new dict."""
    body = {key: value for key, value in schema.items() if key not in {"$schema", "$id", "$defs"}}
    result: dict[str, Any] = {"$schema": DIALECTS[draft], "$id": file_name(name)}
    result.update(body if name == "settings" else with_declared(body, name, declared))
    if "$defs" in schema:
        result["$defs"] = schema["$defs"]
    return _to_draft_7(_without_data(result)) if draft == "7" else result


def file_name(name: SchemaName) -> str:
    """Return the name of the file that holds a schema, which is its `$id`, too."""
    return f"{name}.schema.json"


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
