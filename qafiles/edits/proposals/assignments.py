"""Assignments as a command line writes them: `color=teal`, `tags+=smoke`, `content=@FILE`."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from qafiles.declared_fields import NOTHING_DECLARED, DeclaredFields
from qafiles.edits.proposals.typed_values import Operator, shape_at, value_of
from qafiles.errors import UsageError
from qafiles.kinds import Kind
from qafiles.layout import LABELS, nearest
from qafiles.schema.stored import schema_of

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


def assignments(
    kind: Kind,
    texts: Sequence[str],
    read: Callable[[str], str],
    declared: DeclaredFields = NOTHING_DECLARED,
) -> tuple[Assignment, ...]:
    """Return what the arguments of a command line mean for a kind, with the fields that a data root declares for it.

    `a.b=1` goes into a mapping, `FIELD=` takes the field away, `FIELD=@NAME` takes what `read` returns for the name,
    `FIELD=@@text` begins with an `@`. Lists are written with commas or by naming the field again. Raises UsageError.
    """
    schema = schema_of(kind, declared)
    by_target: dict[tuple[tuple[str, ...], Operator], Assignment] = {}
    for text in texts:
        name, operator, raw = _parts(text)
        pointer = tuple(name.split("."))
        _check_field(kind, schema, pointer)
        value = value_of(name, shape_at(schema, pointer), raw, read, operator)
        assignment = Assignment(pointer, operator, value)
        before = by_target.get((pointer, operator))
        if before is not None:
            if not isinstance(before.value, list) or not isinstance(value, list):
                raise UsageError(f"`{name}` is given twice, and is no list")
            assignment = Assignment(pointer, operator, [*before.value, *value])
        by_target[pointer, operator] = assignment
    return tuple(by_target.values())


def assigned(
    fields: Mapping[str, Any], kind: Kind | None = None, declared: DeclaredFields = NOTHING_DECLARED
) -> tuple[Assignment, ...]:
    """Return assignments from values by field; a field that ends in `+=` or `-=` gains or loses items of a list.

    `a.b` is the field `b` of the mapping `a`, and None takes a field away. With a kind, raises UsageError for what is no
    field of it.
    """
    schema = schema_of(kind, declared) if kind is not None else None
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
        near = f"x-{name}" if f"x-{name}" in known else nearest(name, known)
        hint = (
            f"did you mean `{near}`?"
            if near
            else f"a field of your own begins with `x-`: `x-{name}`; known are {', '.join(known)}"
        )
        raise UsageError(f"`{name}` is no field of a {LABELS[kind]}; {hint}")
