"""What a JSON Schema says of the value at a pointer."""

from collections.abc import Iterator, Mapping
from typing import Any

from qafiles.diagnostics import Pointer


def fields_at(schema: Mapping[str, Any], pointer: Pointer) -> Iterator[str]:
    """Yield the names of the fields that are known in the mapping at a pointer."""
    for part in _parts_at(schema, pointer, schema):
        yield from part.get("properties", ())


def choices_at(schema: Mapping[str, Any], pointer: Pointer) -> Iterator[Any]:
    """Yield the values that are listed for a pointer; null is none that people would choose."""
    for part in _parts_at(schema, pointer, schema):
        yield from (choice for choice in part.get("enum", ()) if choice is not None)
        if "const" in part:
            yield part["const"]


def only_choices_at(schema: Mapping[str, Any], pointer: Pointer) -> tuple[Any, ...]:
    """Return the values that alone may stand at a pointer, or in a list there; none where others may, too."""
    choices: list[Any] = []
    for part in _parts_at(schema, pointer, schema):
        if "anyOf" in part or "oneOf" in part or part.get("type") == "null":
            continue
        listed = (*part.get("enum", ()), *((part["const"],) if "const" in part else ()))
        if not listed and part.get("type") == "array":
            listed = only_choices_at(schema, (*pointer, 0))
        elif not listed and part.get("type") in ("boolean", ["boolean", "null"]):
            listed = (True, False)
        if not listed:
            return ()
        choices += (value for value in listed if value is not None and value not in choices)
    return tuple(choices)


def part_at(schema: Mapping[str, Any], pointer: Pointer) -> Mapping[str, Any]:
    """Return the first part of a schema that is about the value at a pointer, empty where none is."""
    return next(_parts_at(schema, pointer, schema), {})


def _parts_at(part: Any, pointer: Pointer, schema: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the parts of a schema that are about a pointer below one of them."""
    if "$ref" in part:
        part = schema["$defs"][part["$ref"].rpartition("/")[2]]
    for choice in (*part.get("anyOf", ()), *part.get("oneOf", ())):
        yield from _parts_at(choice, pointer, schema)
    if not pointer:
        yield part
        return
    inner = part.get("items") if isinstance(pointer[0], int) else part.get("properties", {}).get(pointer[0])
    inner = inner or part.get("additionalProperties")
    if isinstance(inner, dict):
        yield from _parts_at(inner, pointer[1:], schema)
