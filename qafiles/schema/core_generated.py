"""The stored core schemas, generated from the models: what pydantic-core needs for a verdict, without classes."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

import pydantic_core

from qafiles.models import MODELS
from qafiles.models.conversions import CONVERSIONS
from qafiles.models.written.settings import Settings
from qafiles.schema.core import FUNCTION, STORED, VERSION
from qafiles.schema.generated import SCHEMA_NAMES

_NOT_NEEDED: Final = frozenset(
    {
        "cls",
        "computed_fields",
        "default_factory",
        "default_factory_takes_data",
        "metadata",
        "model_name",
        "ref",
        "serialization",
        "serialization_alias",
    }
)
"""What makes instances, JSON and messages; a verdict needs none of it."""
_OF_ALL: Final = {"strict": True, "regex_engine": "python-re"}
"""What every model says of itself; nested ones can't say it in a stored schema."""


def core_schemas() -> dict[str, Any]:
    """Return the core schema and the configuration of each kind and of `settings`, in the form of JSON.

    Raises ValueError for what a model has and the stored form can't say.
    """
    return {name: _stored(Settings if name == "settings" else MODELS[name]) for name in SCHEMA_NAMES}


def core_schemas_text() -> str:
    """Return the file of the stored core schemas: one line for each."""
    lines = {VERSION: pydantic_core.__version__, **core_schemas()}
    inner = ",\n".join(f"{json.dumps(name)}: {json.dumps(value)}" for name, value in lines.items())
    return f"{{\n{inner}\n}}\n"


def _stored(model: Any) -> dict[str, Any]:
    model.model_rebuild()
    schema = model.__pydantic_core_schema__
    top = schema["schema"] if schema["type"] == "definitions" else schema
    definitions = {part["ref"]: part for part in schema.get("definitions", ())}
    if top["type"] == "definition-ref":
        top = definitions[top["schema_ref"]]
    names = {reference: f"{number}" for number, reference in enumerate(_references(schema))}
    plain = _plain(schema, names)
    config = {"extra_fields_behavior": top["config"]["extra_fields_behavior"], **_OF_ALL}
    return {"schema": plain, "config": config}


def _references(part: Any) -> Iterator[str]:
    """Yield what is referred to, each once, in the order in which it is met: pydantic's own names hold addresses."""
    yield from dict.fromkeys(_all_references(part))


def _all_references(part: Any) -> Iterator[str]:
    if isinstance(part, Mapping):
        if part.get("type") == "definition-ref":
            yield part["schema_ref"]
        for key, value in part.items():
            if key != "metadata":
                yield from _all_references(value)
    elif isinstance(part, list | tuple):
        for value in part:
            yield from _all_references(value)


def _plain(part: Any, names: Mapping[str, str]) -> Any:
    """Return a part of a core schema in the form of JSON, models as what they check."""
    if isinstance(part, Mapping):
        if part.get("type") == "model":
            return _fields_of_model(part, names)
        plain = {key: _plain(value, names) for key, value in part.items() if key not in _NOT_NEEDED}
        if part.get("type") == "default":
            plain["default"] = None  # it is not checked, and only whether there is one counts
        if part.get("ref") in names:
            plain["ref"] = names[part["ref"]]
        if part.get("type") == "definition-ref":
            plain["schema_ref"] = names[part["schema_ref"]]
        if "config" in plain:
            plain["config"] = _checked(part["config"])
        return plain
    if isinstance(part, list | tuple):
        return [_plain(value, names) for value in part]
    if callable(part):
        (name,) = [name for name, function in CONVERSIONS.items() if function is part]
        return {FUNCTION: name}
    if isinstance(part, str | int | float | None):
        return part
    raise ValueError(f"a stored core schema can't hold {part!r}")


def _fields_of_model(part: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    inner = part["schema"]
    if inner["type"] != "model-fields" or part["custom_init"] or part["root_model"] or "strict" in part:
        raise ValueError(f"a stored core schema can't hold a model such as {part['cls'].__name__}")
    config = _checked(part["config"])
    plain = {**_plain(inner, names), "extra_behavior": config["extra_fields_behavior"]}
    if part.get("ref") in names:
        plain["ref"] = names[part["ref"]]
    return plain


def _checked(config: Mapping[str, Any]) -> dict[str, Any]:
    known = {*_OF_ALL, "extra_fields_behavior", "hide_input_in_errors", "title"}
    if {*config} - known or any(config.get(name) != value for name, value in _OF_ALL.items()):
        raise ValueError(f"a stored core schema can't hold the configuration {config}")
    return {name: value for name, value in config.items() if name not in {"hide_input_in_errors", "title"}}


if __name__ == "__main__":
    STORED.write_text(core_schemas_text(), encoding="utf-8")
