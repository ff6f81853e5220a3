"""What is wrong with the choices and examples of a declaration: values that it never allows."""

import re
from collections.abc import Iterator
from typing import Any, Final

from qafiles.declared_fields import Fault
from qafiles.diagnostics import Pointer
from qafiles.models.declaration_keywords import CALLED, keywords, patterns_of, type_of
from qafiles.models.field_declarations import Declaration

Scalar = str | float | bool


def choice_faults(declaration: Declaration, pointer: Pointer) -> Iterator[Fault]:
    """Yield what is wrong with the choices of a declaration, and with the examples of one without choices."""
    has_constant = "const" in declaration.keywords
    places: list[tuple[Pointer, Any]] = [
        ((*pointer, "enum", number), value) for number, value in enumerate(declaration.enum or ())
    ]
    if has_constant and places:
        message = "`const` and `enum` both say which values are allowed"
        yield Fault((*pointer, "const"), message, "keep one of the two", at_key=True)
    elif has_constant:
        places = [((*pointer, "const"), declaration.const)]
    seen: set[tuple[bool, Scalar]] = set()  # `true` is not 1
    for place, value in places:
        if not isinstance(value, str | int | float):
            what = "nothing" if value is None else "a list" if isinstance(value, list) else "a mapping"
            hint = "write text, a number, `true` or `false`" + (
                "; the choices of a list's items stand under `items`" if what == "a list" else ""
            )
            yield Fault(place, f"a choice can't be {what}", hint)
        elif (isinstance(value, bool), value) in seen:
            yield Fault(place, f"the choice `{_yaml(value)}` is there twice", "delete one of the two")
        elif (why := unfit(declaration, value)) is not None:
            yield Fault(place, f"the choice `{_yaml(value)}` is never allowed: {why[0]}", why[1])
        else:
            seen.add((isinstance(value, bool), value))
    if not places:
        yield from _example_faults(declaration, pointer)


def _example_faults(declaration: Declaration, pointer: Pointer) -> Iterator[Fault]:
    for number, value in enumerate(declaration.examples or ()):
        why = unfit(declaration, value) if isinstance(value, str | int | float) else None
        if why is not None:
            yield Fault(
                (*pointer, "examples", number), f"the example `{_yaml(value)}` is wrong: {why[0]}", why[1]
            )


def unfit(declaration: Declaration, value: Scalar) -> tuple[str, str] | None:
    """Return why a text, number or truth value is none that a declaration allows, and what to do; None for one that is."""
    kind = type_of(declaration)
    if kind is not None and not _is_of(kind, value):
        if kind in {"array", "object"}:
            return (
                f"the values are {CALLED[kind]}",
                "write it under `items`" if kind == "array" else "delete it",
            )
        hint = "put it in quotes" if kind == "string" else f"write a value that is {_ONE[kind]}"
        return f"the values are {CALLED[kind]}", hint
    limits = keywords(declaration)
    if isinstance(value, str):
        is_within = _is_between(len(value), limits.get("minLength"), limits.get("maxLength"))
        if not all(re.search(form, value) for form in patterns_of(declaration)):
            return "it does not fit the pattern or the format", "change it or the pattern"
    else:
        is_within = _is_between(value, limits.get("minimum"), limits.get("maximum"))
    if not is_within:
        return "it lies outside of the limits", "change it or the limits"
    return None


def _is_between(value: float, low: float | None, high: float | None) -> bool:
    return (low is None or value >= low) and (high is None or value <= high)


_ONE: Final = {"integer": "a whole number", "number": "a number", "boolean": "`true` or `false`"}


def _is_of(kind: str, value: Scalar) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    if isinstance(value, str):
        return kind == "string"
    return kind == "number" or (kind == "integer" and float(value).is_integer())


def _yaml(value: Scalar) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)[:60]
