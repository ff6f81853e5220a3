"""What qafiles.yaml declares of one custom field, of the items of its list or of a property of its mapping."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from qafiles.kinds import Kind

KEYWORDS: Final = (
    "type",
    "enum",
    "const",
    "pattern",
    "format",
    "minimum",
    "maximum",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "items",
    "properties",
    "required",
    "reference",
    "description",
    "examples",
)
"""The keywords of a declaration, in the order in which they are looked at; a test compares them with the model."""
_LISTS: Final = frozenset({"enum", "examples"})
_NUMBERS: Final = frozenset({"minimum", "maximum"})


class Declaration(NamedTuple):
    """One declaration; `keywords` are those that are written, with their values, and None is what the others have."""

    keywords: Mapping[str, Any]

    @property
    def type(self) -> str | None:
        """What the value is."""
        return self.keywords.get("type")

    @property
    def enum(self) -> tuple[Any, ...] | None:
        """The values that are allowed."""
        return self.keywords.get("enum")

    @property
    def const(self) -> Any:
        """The one value that is allowed, where there is such a keyword."""
        return self.keywords.get("const")

    @property
    def pattern(self) -> str | None:
        """A regular expression that is found in the text."""
        return self.keywords.get("pattern")

    @property
    def format(self) -> str | None:
        """What the text is: a date, an absolute URI, an e-mail address."""
        return self.keywords.get("format")

    @property
    def max_length(self) -> int | None:
        """The greatest number of characters."""
        return self.keywords.get("maxLength")

    @property
    def items(self) -> "Declaration | None":
        """What each item of a list must be."""
        return self.keywords.get("items")

    @property
    def properties(self) -> "Mapping[str, Declaration] | None":
        """The keys of a mapping, and what their values must be."""
        return self.keywords.get("properties")

    @property
    def required(self) -> bool | tuple[str, ...]:
        """Whether every entity of the kind has the field; the properties that a mapping must have."""
        required: bool | tuple[str, ...] = self.keywords.get("required", False)
        return required

    @property
    def reference(self) -> Kind | None:
        """The kind of which the value is an id or a handle."""
        return self.keywords.get("reference")

    @property
    def examples(self) -> tuple[Any, ...] | None:
        """Values that would be right."""
        return self.keywords.get("examples")


def declaration_of(written: Mapping[str, Any]) -> Declaration:
    """Return a declaration from data that the schemas accept."""
    return Declaration({name: _value(name, written[name]) for name in KEYWORDS if name in written})


def _value(name: str, value: Any) -> Any:
    if name == "items":
        return declaration_of(value) if value is not None else None
    if name == "properties":
        return {key: declaration_of(part) for key, part in value.items()} if value is not None else None
    if name in _NUMBERS:
        return float(value)
    if name in _LISTS or (name == "required" and isinstance(value, list)):
        return tuple(value)
    return int(value) if isinstance(value, float) and name != "const" else value
