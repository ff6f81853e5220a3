"""Values as a command line writes them, typed by what the schema of their field allows."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, Literal, NamedTuple

from qafiles.errors import UsageError
from qafiles.parsing import parse
from qafiles.parsing.scalars import NumberOutOfRangeError, resolve
from qafiles.parsing.values import same
from qafiles.schema.declared_words import choice_texts

Operator = Literal["=", "+=", "-="]

_is_number: Final = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?").fullmatch
_CALLED: Final = {
    "integer": "a whole number",
    "number": "a number",
    "boolean": "`true` or `false`",
    "object": "a mapping, such as `{key: value}`",
    "array": "a list",
    "string": "a text",
}
_CLASSES: Final[Mapping[str, tuple[type, ...]]] = {
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "object": (dict,),
    "array": (list,),
    "string": (str,),
}
_TRUTH: Final = {"yes": "true", "on": "true", "no": "false", "off": "false"}


class Shape(NamedTuple):
    """What may stand at a place: the JSON types, none for all, the listed values, and whether a text there has one line.

    `items` is what may stand in a list.
    """

    types: frozenset[str] = frozenset()
    choices: tuple[Any, ...] = ()
    has_one_line: bool = False
    items: "Shape | None" = None


def shape_at(schema: Mapping[str, Any], pointer: Sequence[str]) -> Shape:
    """Return what a schema says of the value at a pointer."""
    schemas: list[Mapping[str, Any]] = [schema]
    for part in pointer:
        schemas = [
            choice
            for parent in schemas
            for key in [parent.get("properties", {}).get(part, parent.get("additionalProperties"))]
            if isinstance(key, dict)
            for choice in _choices(schema, key)
        ]
    items = [
        item
        for choice in schemas
        if isinstance(choice.get("items"), dict)
        for item in _choices(schema, choice["items"])
    ]
    return _shape(schemas)._replace(items=_shape(items))


def _shape(schemas: Sequence[Mapping[str, Any]]) -> Shape:
    types = frozenset(_types(schemas)) - {"null"}
    if types >= {"string", "array"}:
        types = frozenset()  # a comma may belong to a text as well
    choices = tuple(value for part in schemas for value in _listed(part))
    return Shape(types, choices, bool(choices) or any("format" in part for part in schemas))


def _choices(schema: Mapping[str, Any], part: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return a schema and those that it refers to or chooses from."""
    choices: list[Mapping[str, Any]] = []
    pending = [part]
    while pending:
        one = pending.pop()
        choices.append(one)
        if "$ref" in one:
            pending.append(schema["$defs"][one["$ref"].rpartition("/")[2]])
        for key in ("anyOf", "oneOf", "allOf"):
            pending += one.get(key, ())
    return choices


def _types(parts: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for part in parts:
        stated = part.get("type", ())
        yield from (stated,) if isinstance(stated, str) else stated
        for value in _listed(part):
            yield next(name for name in _CLASSES if _fits(value, name))


def _listed(part: Mapping[str, Any]) -> Iterator[Any]:
    yield from (value for value in part.get("enum", ()) if value is not None)
    if "const" in part:
        yield part["const"]


def value_of(name: str, shape: Shape, raw: str, read: Callable[[str], str], operator: Operator) -> Any:
    """Return what is written behind the operator of an assignment; None where nothing is. Raises UsageError."""
    if raw.startswith("@@"):
        return _typed(name, shape, raw[1:])
    if raw.startswith("@"):
        return _from_file(name, shape, read(raw[1:]))
    if raw == "":
        if operator != "=":
            raise UsageError(f"`{name}{operator}` names no item")
        return None
    return _typed(name, shape, raw)


def _from_file(name: str, shape: Shape, text: str) -> Any:
    """Return what a file holds for a field: an item in each line of a list, else one value; texts keep their last line break."""
    if "array" in shape.types:
        lines = [line for line in text.splitlines() if line.strip()]
        return [_typed(name, shape.items or Shape(), line) for line in lines]
    if "object" in shape.types:
        return _whole(text)
    if shape.has_one_line or (shape.types and "string" not in shape.types):
        return _typed(name, shape, text.strip())
    return text


def _typed(name: str, shape: Shape, raw: str) -> Any:
    types = shape.types
    if "array" in types:
        if raw.lstrip().startswith("["):
            return _whole(raw) if "\n" in raw else _scalar(raw.strip())
        return [_typed(name, shape.items or Shape(), part.strip()) for part in raw.split(",") if part.strip()]
    if types == {"string"}:
        return raw
    value = _number(raw, types) if types & {"integer", "number"} else None
    value = _scalar(raw) if value is None else value
    if shape.choices and not any(same(value, choice) for choice in shape.choices):
        value = next((c for c in shape.choices if choice_texts([c]) == [raw]), value)
    if types and not any(_fits(value, type_) for type_ in types):
        if "string" in types:
            return raw
        meant = _TRUTH.get(raw.lower()) if "boolean" in types else None
        hint = f"; did you mean `{meant}`?" if meant else ""
        takes = " or ".join(sorted(_CALLED[type_] for type_ in types))
        raise UsageError(f"`{name}` takes {takes}, and `{raw[:60]}` is none{hint}")
    return value


def _number(text: str, types: frozenset[str]) -> int | float | None:
    """Return the number that a text is in YAML, `1e3` and `0x1f` too, and whole where it is to be; None for others."""
    try:
        value = resolve(text.strip())
    except NumberOutOfRangeError:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value) if "number" not in types and value == int(value) else value


def _fits(value: Any, type_: str) -> bool:
    if isinstance(value, bool):
        return type_ == "boolean"
    return isinstance(value, _CLASSES[type_])


def _scalar(text: str) -> Any:
    """Return the number, truth value, list or mapping that a text is beyond doubt, and any other as it is typed."""
    if text in {"true", "false"}:
        return text == "true"
    if _is_number(text) or (text[:1] + text[-1:] in {"[]", "{}"} and "\n" not in text):
        # Between brackets, a comment or a second value in the text can't go unnoticed.
        value = _whole(f"[{text}]")
        return value[0] if isinstance(value, list) and len(value) == 1 else text
    return text


def _whole(text: str) -> Any:
    """Return a text as YAML reads it, or as it is where YAML can't."""
    if "\n" in text:
        parsed = parse(text.encode("utf-8", "surrogateescape"))
        return parsed.data if not parsed.refusals else text
    parsed = parse(f"- {text}".encode("utf-8", "surrogateescape"))
    data = parsed.data
    return data[0] if not parsed.refusals and isinstance(data, list) and len(data) == 1 else text
