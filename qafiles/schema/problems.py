"""What is wrong with data that fits no schema, in words that say what to write instead."""

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, Final, NamedTuple

from qafiles.diagnostics import Pointer
from qafiles.kinds import SECRET
from qafiles.layout import nearest
from qafiles.parsing import UNSHOWN_FIELDS
from qafiles.parsing.values import value_at
from qafiles.schema.at_pointer import choices_at, fields_at, part_at
from qafiles.schema.declared_words import choice_texts, declared_hint, declared_words
from qafiles.schema.hints import EXPECTED, Flaw, field_of_form, hidden_flaw, value_hint
from qafiles.schema.shown import described, dotted, short, shown

MAX_PROBLEMS: Final = 100
"""Problems told of one file; beyond that the file is of another kind than its path says."""


class Problem(NamedTuple):
    """One reason why data fits no schema; `at_key` when the key is meant and not its value."""

    code: str
    message: str
    pointer: Pointer
    at_key: bool = False
    hint: str | None = None


def to_problems(errors: list[Any], data: Any, schema: Mapping[str, Any]) -> list[Problem]:
    """Return pydantic's errors as problems, each once and not too many; the schema knows the fields of each group."""
    problems = [*islice(_problems(errors, data, schema), MAX_PROBLEMS)]
    if len(errors) > MAX_PROBLEMS:
        message = f"{len(errors) - MAX_PROBLEMS} more problems in this file are not listed"
        problems.append(Problem("QF204", message, (), at_key=True))
    return problems


def _problems(errors: list[Any], data: Any, schema: Mapping[str, Any]) -> Iterator[Problem]:
    seen: set[tuple[str, Pointer]] = set()
    for item in errors:
        pointer = _real_pointer(item["loc"], data, missing=item["type"] == "missing")
        problem = _problem(item, pointer, data, schema)
        if (problem.code, problem.pointer) not in seen:
            seen.add((problem.code, problem.pointer))
            yield problem


def _real_pointer(loc: tuple[int | str, ...], data: Any, *, missing: bool) -> Pointer:
    """Return pydantic's location without the names of union branches that it inserts."""
    pointer: list[int | str] = []
    value: Any = data
    for index, part in enumerate(loc):
        if (isinstance(value, dict) and part in value) or (
            isinstance(value, list) and isinstance(part, int) and part < len(value)
        ):
            value = value[part]  # type: ignore[index]  # a key of a mapping or an index of a list
        elif not (missing and index == len(loc) - 1):
            continue
        pointer.append(part)
    return tuple(pointer)


_TYPE_NAMES: Final[dict[str, str]] = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "list_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "typed_dict_type": "a mapping",
    "mapping_type": "a mapping",
}
QUOTE_IT: Final = "put it in quotes"
"""The hint for text that was read as a number, to which the loader adds how it is written."""
RENAME: Final = "a key of your own begins with `x-`: rename it to "
"""The hint for an unknown field, with the name that `fix` gives it."""
_OWN: Final = re.compile(r"(?:[xX][-_])?([A-Za-z][A-Za-z0-9_.-]{0,98})")
_LIMITS: Final = {
    "greater_than_equal": ("at least", "ge"),
    "greater_than": ("more than", "gt"),
    "less_than_equal": ("at most", "le"),
    "less_than": ("less than", "lt"),
}


def _problem(item: Any, pointer: Pointer, data: Any, schema: Mapping[str, Any]) -> Problem:
    kind, context = item["type"], item.get("ctx", {})
    where = dotted(pointer)
    if kind == "missing":
        parent = f"`{dotted(pointer[:-1])}` has" if pointer[:-1] else "the file has"
        message = f"{parent} no `{pointer[-1]}`, which is required"
        hint = (
            "`qafiles fix` adds one"
            if pointer == ("id",) and "secret_value" not in schema["properties"]
            else f"add `{pointer[-1]}: …`"
        )
        return Problem("QF201", message, pointer, at_key=True, hint=hint)
    if kind == "extra_forbidden" or (len(pointer) == 1 and pointer[0] not in schema["properties"]):
        return _unknown_field(pointer, data, schema)
    if not pointer:
        hint = "begin each line with a field, a colon and a space, as in `name: …`"
        if isinstance(data, list):
            hint = "one file holds one entity: take the `- ` away, and move other items to files of their own"
        return Problem(
            "QF203", f"the file holds {described(data)} instead of a mapping of fields", (), hint=hint
        )
    value = value_at(data, pointer)
    if value is None:
        hint = "give it a value (text that begins with `#` needs quotes), or delete the key if it is optional"
        return Problem("QF203", f"`{where}` has no value", pointer, hint=hint)
    is_declared = str(pointer[0]).startswith(("x-", "fields"))
    part = part_at(schema, pointer) if is_declared else {}
    field = next((part for part in reversed(pointer) if isinstance(part, str)), "")
    if kind in _TYPE_NAMES or kind == "wrong_type":
        expected = _TYPE_NAMES.get(kind) or _own_words(item)
        instead = "" if field in UNSHOWN_FIELDS else f", not {described(value)}"
        return Problem(
            "QF203",
            f"`{where}` must be {expected}{instead}",
            pointer,
            hint=_type_hint(expected, value, "" if is_declared else field)
            or declared_hint(part, value)
            or ("write a mapping: keys, each with `: ` and its value" if expected == "a mapping" else None),
        )
    if kind in _LIMITS:
        words, name = _LIMITS[kind]
        message = f"`{where}` must be {words} {context[name]:g}, not {shown(value, field)}"
        return Problem("QF204", message, pointer, hint=declared_hint(part, value))
    if kind == "literal_error":
        allowed = choice_texts(choices_at(schema, pointer))
        listed = ", ".join(f"`{choice}`" for choice in allowed)
        (written,) = choice_texts([value])
        if written in allowed:
            message = f"`{where}` is {described(value)}; allowed: {listed}"
            hint = f"write {value} without quotes" if isinstance(value, str) else QUOTE_IT
            return Problem("QF204", message, pointer, hint=hint)
        near = nearest(written.strip(), allowed)
        flaw = hidden_flaw(value) if isinstance(value, str) and near else None
        message = f"`{where}` is {shown(value, field)}{_which(flaw)}; allowed: {listed}"
        meant = f"did you mean `{near}`?" if near else f"write `{allowed[0]}`, say" if part else None
        return Problem("QF204", message, pointer, hint=flaw.hint if flaw else meant)
    if isinstance(value, str) and not value.strip(" \t\r\n"):
        hint = "write some text, or delete the key if it is optional"
        return Problem("QF204", f"`{where}` is blank", pointer, hint=hint)
    known = field if is_declared else field_of_form(field, part_at(schema, pointer))
    form = declared_words(part) if is_declared else EXPECTED.get(known)
    flaw = hidden_flaw(value) if isinstance(value, str) and field not in UNSHOWN_FIELDS else None
    message = f"`{where}` is {shown(value, field)}{_which(flaw)}, expected {form or _own_words(item)}"
    meant = declared_hint(part, value) if is_declared else value_hint(known, value)
    return Problem("QF204", message, pointer, hint=flaw.hint if flaw else meant)


def _which(flaw: Flaw | None) -> str:
    return f", which {flaw.what}" if flaw else ""


def _own_words(item: Any) -> str:
    """Return what was expected; pydantic's own words, which its releases change, are not shown."""
    context = item.get("ctx", {})
    if item["type"] == "wrong_type":
        return str(item["msg"]).removeprefix("Input should be ")
    if item["type"] == "string_too_short":
        return f"text of at least {context['min_length']} characters"
    if item["type"] == "string_too_long":
        return f"text of at most {context['max_length']} characters"
    if item["type"] in {"too_short", "too_long"}:
        bound = "at least" if item["type"] == "too_short" else "at most"
        count = context.get("min_length", context.get("max_length"))
        return f"{bound} {count} {'item' if count == 1 else 'items'}"
    return "text of another form" if item["type"] == "string_pattern_mismatch" else "another value"


def _unknown_field(pointer: Pointer, data: Any, schema: Mapping[str, Any]) -> Problem:
    """Return that a key is unknown, with the known one that is meant."""
    known = [*fields_at(schema, pointer[:-1])]
    near = nearest(str(pointer[-1]), known)
    if pointer == ("fields", SECRET):
        hint = "secrets take no `x-` keys: delete it"
    elif near and near in value_at(data, pointer[:-1]):
        hint = f"delete it: `{near}` is there"
    elif near:
        hint = f"did you mean `{near}`?"
    elif len(pointer) == 1 and "patternProperties" in schema:
        own = own_key(str(pointer[-1]))
        free = own not in {None, *data}
        hint = f"{RENAME}`{own}`" if free else "delete it; keys of your own begin with `x-`"
    else:
        hint = f"delete it; the keys here are {', '.join(f'`{key}`' for key in known)}"
    of = f"in `{dotted(pointer[:-1])}`" if pointer[:-1] else "of this kind"
    message = f"`{short(str(pointer[-1]))}` is no field {of}"
    return Problem("QF202", message, pointer, at_key=True, hint=hint)


def own_key(name: str) -> str | None:
    """Return the key beginning with `x-` that an unknown field can be renamed to; None for what is no plain word."""
    match = _OWN.fullmatch(name)
    return f"x-{match[1]}" if match else None


def _type_hint(expected: str, value: Any, field: str) -> str | None:
    written = str(value).lower() if isinstance(value, bool) else str(value)
    if field in UNSHOWN_FIELDS:
        return "put it in quotes, as text" if expected == "text" else None
    if field == "id":
        return value_hint(field, written)
    if field == "requires":
        return "write a comparison in quotes, as in '>=0.2'"
    if expected == "text" and isinstance(value, int | float):
        return QUOTE_IT  # as it is written, which the data does not tell
    if expected == "text" and isinstance(value, list):
        return "write one text, without brackets"
    if expected == "a list" and isinstance(value, str):
        return f"write a list: [{short(value)}]"
    if expected in {"a whole number", "a number"} and re.fullmatch(r"-?[0-9]+", written):
        return f"write {written} without quotes"
    if expected == "true or false" and written.lower() in {"yes", "on", "true", "no", "off", "false"}:
        return f"write {'true' if written.lower() in {'yes', 'on', 'true'} else 'false'} without quotes"
    return None
