"""The verdict of pydantic's core alone, from core schemas that are stored: `import pydantic` takes longer than checking a thousand files."""

import json
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from qafiles.cache.ctrl_c import CtrlCLater
from qafiles.declared_fields import NOTHING_DECLARED, DeclaredFields
from qafiles.models.conversions import CONVERSIONS
from qafiles.models.core_extension import pydantic_core
from qafiles.schema.declared import CoreSchema, core_of_values

STORED: Final = Path(__file__).with_name("core_schemas.json")
"""The core schemas of the kinds and of qafiles.yaml, written by `python -m qafiles.schema.core_generated`."""
FUNCTION: Final = "$function"
"""The key under which the file names a function of the models."""
VERSION: Final = "pydantic_core"
"""The key under which the file names the version of pydantic-core whose schemas it holds."""


@cache
def core_accepts(name: str, declared: DeclaredFields = NOTHING_DECLARED) -> Callable[[Any], bool] | None:
    """Return pydantic's verdict on a kind, or on qafiles.yaml for `settings`; None where the models must say it.

    That is so for a kind that is not stored, and with another version of pydantic-core than the one that is stored.
    """
    stored = stored_cores()
    if name not in stored:
        return None
    schema, config = stored[name]["schema"], stored[name]["config"]
    if name != "settings" and declared.of(name):
        schema = _with_fields(schema, name, declared)
    with CtrlCLater():
        validator: Any = pydantic_core().SchemaValidator(schema, config)
    accepts: Callable[[Any], bool] = validator.isinstance_python
    return accepts


@cache
def stored_cores() -> Mapping[str, Any]:
    """Return the stored core schemas and their configurations by kind; nothing where it is for another version, or can't be read."""
    try:
        stored = json.loads(STORED.read_text(encoding="utf-8"), object_hook=_with_function)
        if isinstance(stored, dict) and stored.pop(VERSION, None) == pydantic_core().__version__:
            return stored
    except (OSError, ValueError, ImportError, AttributeError):
        pass
    return {}


def _with_function(part: dict[str, Any]) -> Any:
    return CONVERSIONS[part[FUNCTION]] if FUNCTION in part else part


def _with_fields(schema: CoreSchema, name: str, declared: DeclaredFields) -> CoreSchema:
    """Return the core schema of a kind with the fields that a data root declares, as a new dict."""
    if schema["type"] == "definitions":
        return {**schema, "schema": _with_fields(schema["schema"], name, declared)}
    fields = dict(schema["fields"])
    for field in declared.of(name).values():
        values = core_of_values(field.schema)
        if not field.required:
            values = {"type": "default", "schema": values, "default": None}
        fields[field.name] = {"type": "model-field", "schema": values}
    return {**schema, "fields": fields}
