"""What declarations mean: the JSON Schema of each field, and what it refers to."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from qafiles.declared_fields import ORIGIN, DeclaredField, DeclaredFields, Fault
from qafiles.diagnostics import Pointer
from qafiles.kinds import KIND_FACTS, Kind
from qafiles.models.declaration_faults import faults
from qafiles.models.declaration_keywords import keywords, patterns_of, type_of
from qafiles.models.field_declarations import Declaration, declaration_of
from qafiles.models.text_patterns import NOT_BLANK_PATTERN

MAX_FIELDS: Final = 200
"""Custom fields of a kind: beyond that, somebody else's list was pasted."""
MAX_PATTERNS: Final = 500
"""Patterns in a data root, each of which is looked through for what may take very long."""
_is_key: Final = re.compile(r"x-[A-Za-z0-9][A-Za-z0-9_-]{0,98}").fullmatch
_ANY: Final = ["string", "number", "boolean", "array", "object"]


def declared(declarations: Mapping[Kind, Mapping[str, Any]]) -> DeclaredFields:
    """Return the fields that the declarations of each kind give, data that the schemas accept, with what is wrong with others."""
    fields: list[DeclaredField] = []
    wrong: list[Fault] = []
    patterns = 0
    for kind, written in declarations.items():
        declarations_of_kind = {name: declaration_of(each) for name, each in written.items()}
        for number, (name, declaration) in enumerate(declarations_of_kind.items()):
            pointer: Pointer = ("fields", kind, name)
            patterns += _patterns_in(declaration)
            field_faults = [*_key_faults(name, pointer, declarations_of_kind)]
            if number >= MAX_FIELDS or patterns > MAX_PATTERNS:
                what = (
                    f"{MAX_FIELDS} custom fields of a kind"
                    if number >= MAX_FIELDS
                    else f"{MAX_PATTERNS} patterns"
                )
                message = f"more than {what} are declared: this one and all that follow count for nothing"
                wrong.append(
                    Fault(pointer, message, "declare a mapping with properties, or an `enum`", at_key=True)
                )
                break
            field_faults += faults(declaration, pointer)
            wrong += field_faults
            if not field_faults:
                fields.append(_field(kind, name, declaration))
    return DeclaredFields(fields, wrong)


def _patterns_in(declaration: Declaration) -> int:
    inner = [*(declaration.properties or {}).values(), *([declaration.items] if declaration.items else ())]
    return (declaration.pattern is not None) + sum(map(_patterns_in, inner))


def _key_faults(name: str, pointer: Pointer, declarations: Mapping[str, Declaration]) -> Iterator[Fault]:
    if name == ORIGIN:
        message = f"`{ORIGIN}` is a field of every kind already, and can't be declared"
        yield Fault(pointer, message, "delete it, or give the field another name", at_key=True)
    elif not _is_key(name):
        message = f"`{name[:60]}` can't be the key of a custom field"
        own = "x-" + re.sub("[^A-Za-z0-9_-]+", "-", re.sub("^[xX][-_]", "", name)).strip("-_")[:98]
        is_free = _is_key(own) and own not in declarations and own != ORIGIN
        form = "`x-`, then letters, digits, `-` and `_`"
        yield Fault(pointer, message, f"write `{own}`" if is_free else f"keys are {form}", at_key=True)


def _field(kind: Kind, name: str, declaration: Declaration) -> DeclaredField:
    items = declaration.items
    target = declaration.reference or (items.reference if items is not None else None)
    schema = _schema(declaration)
    if target is not None and "description" not in schema:
        label = KIND_FACTS[target].label
        schema["description"] = (
            f"Ids or handles of {label} entities." if items else f"Id or handle of a {label}."
        )
    return DeclaredField(kind, name, schema, declaration.required is True, target, items is not None)


def _schema(declaration: Declaration) -> dict[str, Any]:
    """Return the JSON Schema of the values that a declaration allows, its type written out and its mappings closed."""
    written = keywords(declaration)
    schema: dict[str, Any] = {key: written[key] for key in ("description",) if key in written}
    if declaration.examples:
        schema["examples"] = [*declaration.examples]
    if declaration.reference is not None:
        return {**schema, "type": "string", "pattern": NOT_BLANK_PATTERN}
    if declaration.enum is not None:
        return {**schema, **_one_type(declaration.enum), "enum": [*map(_plain, declaration.enum)]}
    if "const" in written:
        return {**schema, **_one_type([declaration.const]), "const": _plain(declaration.const)}
    schema["type"] = type_of(declaration) or _ANY
    schema.update({key: _plain(written[key]) for key in _LIMITS if key in written})
    schema.update(_forms(declaration))
    if declaration.items is not None:
        schema["items"] = _schema(declaration.items)
    if declaration.properties is not None:
        inner = declaration.properties
        listed = declaration.required if isinstance(declaration.required, tuple) else ()
        needed = [name for name in inner if name in listed or inner[name].required is True]
        schema["properties"] = {name: _schema(part) for name, part in inner.items()}
        schema["additionalProperties"] = False
        schema.update({"required": needed} if needed else {})
    return schema


_LIMITS: Final = ("minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems")


def _plain(value: Any) -> Any:
    """Return 1.0 as 1, which JSON Schema takes for the same."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _one_type(values: Any) -> dict[str, str]:
    """Return the type that all of some values have, in the form of a schema; nothing where they have several."""
    names = {bool: "boolean", str: "string", int: "integer", float: "number"}
    types = {names[type(_plain(value))] for value in values}
    return {"type": types.pop()} if len(types) == 1 else {}


def _forms(declaration: Declaration) -> dict[str, Any]:
    """Return the patterns that a text must fit as keywords, with what is expected in words as a comment."""
    forms: dict[str, Any] = {}
    if declaration.format is not None:
        forms["format"] = declaration.format
    patterns = patterns_of(declaration)
    if patterns:
        forms["pattern"] = patterns[-1]
    if len(patterns) > 1:
        forms["allOf"] = [{"pattern": pattern} for pattern in patterns[:-1]]
    if declaration.pattern is not None:
        forms["$comment"] = f"text that fits `{declaration.pattern}`"
    return forms
