"""Both validators on every file, pydantic and JSON Schema, and their verdict as problems that are told once."""

import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, Final, NamedTuple

from pydantic import ValidationError

from qafiles.diagnostics import Pointer
from qafiles.layout import nearest
from qafiles.models import MODELS, Settings
from qafiles.schemas import SchemaName, json_schema

MAX_PROBLEMS: Final = 100
"""Problems told of one file; beyond that the file is of another kind than its path says."""


class Problem(NamedTuple):
    """One reason why data fits no schema; `at_key` when the key is meant and not its value."""

    code: str
    message: str
    pointer: Pointer
    at_key: bool = False
    hint: str | None = None


@cache
def _accepts(name: SchemaName) -> Callable[[Any], bool]:
    """Return the JSON Schema verdict of a kind: jsonschema-rs where it is installed, else jsonschema."""
    schema = json_schema(name)
    try:
        import jsonschema_rs  # noqa: PLC0415  # there is no wheel for some platforms
    except ImportError:
        import jsonschema  # noqa: PLC0415  # slow to import, and needed here only without jsonschema-rs

        return jsonschema.Draft202012Validator(schema).is_valid
    return jsonschema_rs.Draft202012Validator(schema).is_valid


def warm_up(names: list[SchemaName]) -> None:
    """Build the validators of some kinds, so that processes forked afterwards share them."""
    for name in names:
        _accepts(name)
        model = Settings if name == "settings" else MODELS[name]  # type: ignore[index]  # as in schemas.json_schema
        model.model_rebuild()


def problems(name: SchemaName, data: Any) -> list[Problem]:
    """Return why data is no entity of a kind (or no settings), by pydantic and by JSON Schema, each reason once."""
    model = Settings if name == "settings" else MODELS[name]  # type: ignore[index]  # as in schemas.json_schema
    found: list[Problem] = []
    try:
        model.model_validate(data)
    except ValidationError as error:
        found = [*_from_pydantic(error, data, [*model.model_fields])]
        if len(found) > MAX_PROBLEMS:
            left_out = len(found) - MAX_PROBLEMS
            message = f"{left_out} more problems in this file are not listed"
            found = [*found[:MAX_PROBLEMS], Problem("QF204", message, (), at_key=True)]
    else:
        if not _accepts(name)(data):
            found = [*_from_json_schema(name, data)]
    return found


def _from_pydantic(error: ValidationError, data: Any, fields: list[str]) -> Iterator[Problem]:
    seen: set[tuple[str, Pointer]] = set()
    for item in error.errors(include_url=False, include_input=False):
        pointer = _real_pointer(item["loc"], data, missing=item["type"] == "missing")
        problem = _problem(item, pointer, data, fields)
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


def _at(data: Any, pointer: Pointer) -> Any:
    for part in pointer:
        data = data[part]
    return data


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
    "none_required": "nothing",
}


def _problem(item: Any, pointer: Pointer, data: Any, fields: list[str]) -> Problem:
    kind = item["type"]
    where = _dotted(pointer)
    if kind == "missing":
        parent = f"`{_dotted(pointer[:-1])}` has" if pointer[:-1] else "the file has"
        hint = f"add `{pointer[-1]}: …`"
        return Problem("QF201", f"{parent} no `{pointer[-1]}`, which is required", pointer, at_key=True, hint=hint)
    if kind in {"extra_forbidden", "unexpected_keyword_argument"} or (
        len(pointer) == 1 and kind == "string_pattern_mismatch" and pointer[0] not in fields
    ):
        near = nearest(str(pointer[-1]), fields) if len(pointer) == 1 else None
        hint = f"did you mean `{near}`?" if near else "delete it; keys of your own begin with `x-`"
        return Problem(
            "QF202", f"`{_short(str(pointer[-1]))}` is no field of this kind", pointer, at_key=True, hint=hint
        )
    if not pointer:
        return Problem("QF203", f"the file holds {_describe(data)} instead of a mapping of fields", ())
    value = _at(data, pointer)
    if kind == "null":
        hint = "give it a value, or delete the key"
        return Problem("QF203", f"`{where}` has no value", pointer, at_key=True, hint=hint)
    if kind in _TYPE_NAMES:
        expected = _TYPE_NAMES[kind]
        return Problem(
            "QF203",
            f"`{where}` must be {expected}, not {_describe(value)}",
            pointer,
            hint=_type_hint(expected, value),
        )
    return Problem("QF204", *_value_problem(item, pointer, value))


def _type_hint(expected: str, value: Any) -> str | None:
    if expected == "text" and isinstance(value, int | float):
        shown = str(value).lower() if isinstance(value, bool) else str(value)
        return f"put it in quotes: '{shown}'"
    if expected == "text" and value is None:
        return "give it a value; text that begins with `#` needs quotes"
    if expected == "a list" and isinstance(value, str):
        return f"write a list: [{_short(value)}]"
    return None


_EXPECTED: Final[dict[str, str]] = {
    "id": "24 characters: a letter, then letters and digits, all lower case (a CUID2)",
    "project_id": "not be blank",
    "created_at": "a date and time like 2026-03-01T09:30:00Z",
    "updated_at": "a date and time like 2026-03-01T09:30:00Z",
    "default_url_route": "an absolute URL like https://shop.example.com",
    "url_route": "an absolute http(s) URL, or a path that begins with one `/`",
    "color": "`#rgb`, `#rrggbb` or the name of a CSS colour, in lower case",
    "secret_name": "capital letters, digits and `_`, beginning with a letter",
    "logo": "the path of an image beside the file, an https: URL or a data:image/… URL",
    "email": "an e-mail address",
    "age_recipients": "age public keys (age1…)",
    "signing_keys": "SSH public keys (ssh-ed25519 AAAA…)",
    "locale": "a language tag like en-GB",
}


def _value_problem(item: Any, pointer: Pointer, value: Any) -> tuple[str, Pointer, bool, str | None]:
    kind, context = item["type"], item.get("ctx", {})
    where = _dotted(pointer)
    field = next((part for part in reversed(pointer) if isinstance(part, str)), "")
    if kind == "literal_error":
        allowed = [part.strip("'") for part in re.split(r", | or ", str(context.get("expected", "")))]
        near = nearest(str(value), allowed)
        hint = f"did you mean `{near}`?" if near else None
        listed = ", ".join(f"`{item}`" for item in allowed)
        return f"`{where}` is {_shown(value, field)}; allowed are {listed}", pointer, False, hint
    if kind in {"string_pattern_mismatch", "string_too_short"}:
        if isinstance(value, str) and not value.strip(" \t\r\n"):
            return (
                f"`{where}` is blank",
                pointer,
                False,
                "write some text, or delete the key if it is optional",
            )
        expected = _EXPECTED.get(field)
        if expected:
            hint = _value_hint(field, value)
            return f"`{where}` is {_shown(value, field)}, expected {expected}", pointer, False, hint
    return f"`{where}` is {_shown(value, field)}: {_lower_first(item['msg'])}", pointer, False, None


def _value_hint(field: str, value: str) -> str | None:
    if field == "url_route" and not value.startswith(("/", "http")):
        return (
            f"write `/{_short(value.lstrip('./'))}`"
            if ":" not in value
            else "only http: and https: can be tested"
        )
    if field in {"created_at", "updated_at"} and re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z", value):
        return f"write '{value}T00:00:00Z'"
    if field == "color":
        from qafiles.models.colors import COLOR_NAMES  # noqa: PLC0415  # needed for this one hint

        near = nearest(value.lower(), [*COLOR_NAMES])
        return f"did you mean `{near}`?" if near else None
    if field == "id":
        return "`qafiles new` mints one; a CUID2 can also be made with `python -m cuid2`"
    return None


def _from_json_schema(name: SchemaName, data: Any) -> Iterator[Problem]:
    """Yield what JSON Schema alone refuses; the models accept the same, so this is a safety net."""
    import jsonschema  # noqa: PLC0415  # slow to import, and only needed for data that pydantic accepts

    for error in jsonschema.Draft202012Validator(json_schema(name)).iter_errors(data):
        pointer = tuple(error.absolute_path)
        yield Problem("QF204", f"`{_dotted(pointer)}` fits no JSON Schema: {_short(error.message)}", pointer)
        return
    yield Problem("QF204", "the data fits no JSON Schema", (), at_key=True)


def _dotted(pointer: Pointer) -> str:
    text = ""
    for part in pointer:
        text += f"[{part}]" if isinstance(part, int) else f".{_short(part)}" if text else _short(part)
    return text


def _short(text: str) -> str:
    one_line = " ".join(text.split())
    return one_line if len(one_line) <= 60 else one_line[:57] + "…"


def _shown(value: Any, field: str) -> str:
    """Return a value as messages show it; what may be a secret is never shown."""
    if field in {"secret_value", "password", "passphrase"}:
        return "not shown"
    return f"`{_short(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))}`"


def _describe(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return f"the truth value {str(value).lower()}"
    if isinstance(value, int | float):
        return f"the number {value}"
    return "text" if isinstance(value, str) else "a list" if isinstance(value, list) else "a mapping"


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]
