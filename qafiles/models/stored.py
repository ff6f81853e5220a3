"""The models as they are committed, as JSON Schemas, so that a run need not import them to know their fields."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from qafiles.kinds import Kind

_PACKAGE: Final = Path(__file__).parents[1]
_FOLDERS: Final = (_PACKAGE / "schema_files", _PACKAGE.parent / "schemas")
"""Where an installed package and a checkout have them; a test compares them with the models."""


@cache
def committed_schema(name: str) -> Mapping[str, Any] | None:
    """Return the JSON Schema of a kind, or of qafiles.yaml for `settings`, in draft 2020-12; None where there is no file of it."""
    for folder in _FOLDERS:
        place = folder / f"{name}.schema.json"
        if place.is_file():
            schema: dict[str, Any] = json.loads(place.read_text(encoding="utf-8"))
            return schema
    return None


def field_names(kind: Kind) -> tuple[str, ...]:
    """Return the names of the fields of a kind, in their order."""
    schema = committed_schema(kind)
    return tuple(schema["properties"] if schema is not None else _fields_of(kind))


def required_fields(kind: Kind) -> tuple[str, ...]:
    """Return the names of the fields without which an entity of a kind is none, in their order."""
    schema = committed_schema(kind)
    if schema is not None:
        return tuple(schema["required"])
    return tuple(name for name, field in _fields_of(kind).items() if field.is_required())


def _fields_of(kind: Kind) -> Mapping[str, Any]:
    from qafiles.models import fields_of  # noqa: PLC0415  # its models take as long to import as validating thousands of files

    return fields_of(kind)
