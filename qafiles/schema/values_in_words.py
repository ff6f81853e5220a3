"""What the values of a declared field are, in a few words."""

from collections.abc import Mapping
from typing import Any, Final

from qafiles.declared_fields import DeclaredField
from qafiles.kinds import KIND_FACTS
from qafiles.models.declaration_keywords import CALLED
from qafiles.schema.declared_words import choice_texts, declared_words, either

_ONE: Final = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "`true` or `false`",
}


def value_words(field: DeclaredField) -> str:
    """Return what a value of the field is: its choices, its type with its limits, or the kind that it names."""
    if field.target is not None:
        label = KIND_FACTS[field.target].label
        return f"ids or handles of {label} entities" if field.many else f"id or handle of a {label}"
    return schema_words(field.schema)


def described_values(field: DeclaredField) -> str:
    """Return what a value of the field is, and what it is for, as sentences."""
    words, description = value_words(field), field.description
    is_more = description and description.rstrip(".").casefold() != words
    return f"{words}. {description}" if is_more else words


def schema_words(part: Mapping[str, Any]) -> str:
    """Return what a value is of which a schema of declared fields speaks."""
    choices = (*part.get("enum", ()), *((part["const"],) if "const" in part else ()))
    if choices:
        return either(choice_texts(choices))
    type_ = part.get("type")
    if type_ == "array":
        return _list(part)
    if type_ == "object":
        keys = part.get("properties", {})
        inner = ", ".join(f"{name} ({schema_words(value)})" for name, value in keys.items())
        return f"a mapping of {inner}" if inner else "a mapping"
    if not isinstance(type_, str):
        return "any value"
    return (declared_words(part) or _ONE[type_]) + _between(part, "minimum", "maximum")


def _list(part: Mapping[str, Any]) -> str:
    items = part.get("items", {})
    is_plain = {*items} <= {"type", "description", "examples"} and isinstance(items.get("type"), str)
    of = "" if not items else f" of {CALLED[items['type']] if is_plain else schema_words(items)}"
    size = _between(part, "minItems", "maxItems")
    return f"a list{of}{size}{' items' if size else ''}"


def _between(part: Mapping[str, Any], low: str, high: str) -> str:
    """Return the limits of a number as the end of a sentence; empty without any."""
    least, most = part.get(low), part.get(high)
    if least is None and most is None:
        return ""
    if least is not None and most is not None:
        return f", {least:g} to {most:g}"
    return f", at least {least:g}" if most is None else f", at most {most:g}"
