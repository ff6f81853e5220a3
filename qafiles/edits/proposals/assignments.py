"""Assignments as a command line writes them: `color=teal`, `tags+=smoke`, `content=@FILE`, typed by the schema."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Literal, NamedTuple

from qafiles.errors import UsageError
from qafiles.kinds import Kind
from qafiles.layout import LABELS, nearest
from qafiles.parsing import parse
from qafiles.schema.generated import json_schema

Operator = Literal["=", "+=", "-="]

_FORM: Final = re.compile(r"([^=]*?)(\+=|-=|=)(.*)", re.DOTALL)
_is_number: Final = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?").fullmatch
_FIXED: Final = {
    "id": "the id is what the entity is, and never changes; `qafiles new --from` makes a copy with another id",
    "handle": "the handle is the path; `qafiles mv` changes it",
    "path": "`qafiles mv` changes the path",
    "kind": "the path says the kind, which never changes",
    "sops": "sops writes it",
}


class Assignment(NamedTuple):
    """A new value of a field, or items that a list gains or loses; the value None takes the field away."""

    pointer: tuple[str, ...]
    operator: Operator
    value: Any


def assignments(kind: Kind, texts: Sequence[str], read: Callable[[str], str]) -> tuple[Assignment, ...]:
    """Return what the arguments of a command line mean for a kind.

    `a.b=1` goes into a mapping, `FIELD=` takes the field away, `FIELD=@NAME` takes what `read` returns for the name,
    `FIELD=@@text` begins with an `@`. Lists are written with commas or by naming the field again. Raises UsageError.
    """
    schema = json_schema(kind)
    by_target: dict[tuple[tuple[str, ...], Operator], Assignment] = {}
    for text in texts:
        name, operator, raw = _parts(text)
        pointer = tuple(name.split("."))
        _check_field(kind, schema, pointer)
        shape = _at(schema, pointer)
        value = _value(name, shape, raw, read, operator)
        assignment = Assignment(pointer, operator, value)
        before = by_target.get((pointer, operator))
        if before is not None:
            if not isinstance(before.value, list) or not isinstance(value, list):
                raise UsageError(f"`{name}` is given twice, and is no list")
            assignment = Assignment(pointer, operator, [*before.value, *value])
        by_target[pointer, operator] = assignment
    return tuple(by_target.values())


def assigned(fields: Mapping[str, Any], kind: Kind | None = None) -> tuple[Assignment, ...]:
    """Return assignments from values by field; a field that ends in `+=` or `-=` gains or loses items of a list.

    `a.b` is the field `b` of the mapping `a`, and None takes a field away. With a kind, raises UsageError for what is no
    field of it.
    """
    schema = json_schema(kind) if kind is not None else None
    changes = []
    for field, value in fields.items():
        name, operator, _ = _parts(field if field.endswith("=") else f"{field}=")
        pointer = tuple(name.split("."))
        if kind is not None and schema is not None:
            _check_field(kind, schema, pointer)
        if operator != "=":
            value = [*value] if isinstance(value, list | tuple | set | frozenset) else [value]  # noqa: PLW2901  # one item
        changes.append(Assignment(pointer, operator, value))
    return tuple(changes)


def is_assignment(text: str) -> bool:
    """Return whether an argument assigns something; no name of an entity holds a `=`."""
    return "=" in text


def _parts(text: str) -> tuple[str, Operator, str]:
    match = _FORM.fullmatch(text)
    if match is None or not match[1] or "" in match[1].split("."):
        raise UsageError(f"`{text[:80]}` is no assignment; write FIELD=VALUE, FIELD+=ITEM or FIELD-=ITEM")
    operator: Operator = "+=" if match[2] == "+=" else "-=" if match[2] == "-=" else "="
    return match[1], operator, match[3]


def _check_field(kind: Kind, schema: Mapping[str, Any], pointer: tuple[str, ...]) -> None:
    name = pointer[0]
    if name in _FIXED:
        raise UsageError(f"`{name}` can't be set: {_FIXED[name]}")
    if name not in schema["properties"] and not name.startswith("x-"):
        known = [field for field in schema["properties"] if field not in _FIXED]
        near = nearest(name, known)
        hint = (
            f"did you mean `{near}`?"
            if near
            else f"known are {', '.join(known)}, and names that begin with `x-`"
        )
        raise UsageError(f"`{name}` is no field of a {LABELS[kind]}; {hint}")


class _Shape(NamedTuple):
    """The JSON types that may stand at a place, and those of the items of a list; none where anything may stand."""

    types: frozenset[str]
    items: frozenset[str] = frozenset()


def _at(schema: Mapping[str, Any], pointer: Sequence[str]) -> _Shape:
    """Return what the schema says of the value at a pointer."""
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
    return _Shape(_types(schemas), _types(items))


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


def _types(choices: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    types: set[str] = set()
    for choice in choices:
        stated = choice.get("type", ())
        types |= {stated} if isinstance(stated, str) else {*stated}
        types |= {"string" for value in choice.get("enum", ()) if isinstance(value, str)}
    return frozenset(types - {"null"})


def _value(name: str, shape: _Shape, raw: str, read: Callable[[str], str], operator: Operator) -> Any:
    types = shape.types
    if raw.startswith("@@"):
        return _typed(name, shape, raw[1:])
    if raw.startswith("@"):
        text = read(raw[1:])
        if "array" in types:
            return [line for line in text.splitlines() if line.strip()]
        return _whole(text) if "object" in types else text
    if raw == "":
        if operator != "=":
            raise UsageError(f"`{name}{operator}` names no item")
        return None
    return _typed(name, shape, raw)


def _typed(name: str, shape: _Shape, raw: str) -> Any:
    types = shape.types
    if "array" in types:
        if raw.lstrip().startswith("["):
            return _whole(raw) if "\n" in raw else _scalar(raw.strip())
        inner = _Shape(shape.items)
        return [_typed(name, inner, part.strip()) for part in raw.split(",") if part.strip()]
    if types == {"string"}:
        return raw
    value = _scalar(raw)
    if types and not any(_fits(value, type_) for type_ in types):
        if "string" in types:
            return raw
        raise UsageError(
            f"`{name}` takes {' or '.join(sorted(_CALLED[t] for t in types))}, and `{raw[:60]}` is none"
        )
    return value


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
