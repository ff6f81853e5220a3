"""What the keywords of a declaration say: of which type the values are, and which patterns texts must fit."""

import contextlib
from collections.abc import Mapping
from typing import Any, Final

from qafiles.models.field_declarations import Declaration
from qafiles.models.patterns import PatternError, portable
from qafiles.models.text_patterns import FORMATS

SPEAKS_OF: Final[Mapping[str, tuple[str, ...]]] = {
    "pattern": ("string",),
    "format": ("string",),
    "minLength": ("string",),
    "maxLength": ("string",),
    "minimum": ("integer", "number"),
    "maximum": ("integer", "number"),
    "items": ("array",),
    "minItems": ("array",),
    "maxItems": ("array",),
    "properties": ("object",),
}
"""The types of values that a keyword limits."""
CALLED: Final[Mapping[str, str]] = {
    "string": "text",
    "integer": "whole numbers",
    "number": "numbers",
    "boolean": "`true` and `false`",
    "array": "lists",
    "object": "mappings",
}


def keywords(declaration: Declaration) -> dict[str, Any]:
    """Return the keywords that are written, as they are written, with their values."""
    return {**declaration.keywords}


def type_of(declaration: Declaration) -> str | None:
    """Return the type of the values, which is that of the keywords where none is written; None for any."""
    if declaration.type is not None:
        return declaration.type
    if declaration.reference is not None:
        return "string"
    for keyword in keywords(declaration):
        if keyword in SPEAKS_OF:
            return SPEAKS_OF[keyword][-1]
    return None


def patterns_of(declaration: Declaration) -> tuple[str, ...]:
    """Return the patterns that a text must fit, in the form that every validator reads alike; none for one that has faults."""
    patterns = [FORMATS[declaration.format]] if declaration.format is not None else []
    if declaration.pattern is not None:
        with contextlib.suppress(PatternError):
            patterns.append(portable(declaration.pattern, declaration.max_length))
    return tuple(patterns)
