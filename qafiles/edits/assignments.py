"""Assignments as a command line writes them: `color=teal`, `tags+=smoke`, `content=@FILE`, typed by the schema."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Literal, NamedTuple

from qafiles.errors import UsageError
from qafiles.layout import LABELS, Kind, nearest
from qafiles.parsing import parse
from qafiles.schemas import json_schema

Operator = Literal["=", "+=", "-="]

_FORM: Final = re.compile(r"([^=]*?)(\+=|-=|=)(.*)", re.DOTALL)
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
    found: dict[tuple[tuple[str, ...], Operator], Assignment] = {}
    for text in texts:
        name, operator, raw = _parts(text)
        pointer = tuple(name.split("."))
        _check_field(kind, schema, pointer)
        here = _at(schema, pointer)
        value = _value(name, here, raw, read, operator)
        assignment = Assignment(pointer, operator, value)
        before = found.get((pointer, operator))
        if before is not None:
            if not isinstance(before.value, list) or not isinstance(value, list):
                raise UsageError(f"`{name}` is given twice, and is no list")
            assignment = Assignment(pointer, operator, [*before.value, *value])
        found[pointer, operator] = assignment
    return tuple(found.values())


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


def _at(schema: Mapping[str, Any], pointer: Sequence[str]) -> Mapping[str, Any]:
    """Return the schema of the value at a pointer, an empty one where anything may stand."""
    here: Any = schema
    for part in pointer:
        here = _resolved(schema, here)
        further = here.get("properties", {}).get(part)
        if further is None:
            more = here.get("additionalProperties")
            further = more if isinstance(more, dict) else {}
        here = further
    return _resolved(schema, here)


def _resolved(schema: Mapping[str, Any], here: Any) -> Mapping[str, Any]:
    while isinstance(here, dict) and "$ref" in here:
        rest = {key: value for key, value in here.items() if key != "$ref"}
        target = schema["$defs"][here["$ref"].rpartition("/")[2]]
        here = {**target, **rest}
    return here if isinstance(here, dict) else {}


def _types(here: Mapping[str, Any]) -> set[str]:
    """Return the JSON types that a schema allows; none when it does not say."""
    stated = here.get("type")
    found = {stated} if isinstance(stated, str) else {*(stated or ())}
    for key in ("anyOf", "oneOf", "allOf"):
        for choice in here.get(key, ()):
            if isinstance(choice, dict):
                found |= _types(choice)
    for value in here.get("enum", ()):
        found.add("string" if isinstance(value, str) else "")
    return found - {"", "null"}


def _value(
    name: str, here: Mapping[str, Any], raw: str, read: Callable[[str], str], operator: Operator
) -> Any:
    types = _types(here)
    if raw.startswith("@@"):
        return _typed(name, here, types, raw[1:])
    if raw.startswith("@"):
        text = read(raw[1:])
        return _whole(text) if "object" in types and "string" not in types else _listed(types, text)
    if raw == "":
        if operator != "=":
            raise UsageError(f"`{name}{operator}` names no item")
        return None
    return _typed(name, here, types, raw)


def _listed(types: set[str], text: str) -> Any:
    return [line for line in text.splitlines() if line.strip()] if "array" in types else text


def _typed(name: str, here: Mapping[str, Any], types: set[str], raw: str) -> Any:
    if "array" in types:
        if raw.lstrip().startswith("["):
            return _whole(raw)
        items = here.get("items")
        inner = items if isinstance(items, dict) else {}
        return [_typed(name, inner, _types(inner), part.strip()) for part in raw.split(",") if part.strip()]
    if types == {"string"}:
        return raw
    value = _whole(raw) if "\n" not in raw else raw
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


def _whole(text: str) -> Any:
    """Return a text as YAML reads it, or as it is where YAML can't."""
    if "\n" in text:
        parsed = parse(text.encode("utf-8", "surrogateescape"))
        return parsed.data if not parsed.refusals else text
    parsed = parse(f"- {text}".encode("utf-8", "surrogateescape"))
    data = parsed.data
    return data[0] if not parsed.refusals and isinstance(data, list) and len(data) == 1 else text
