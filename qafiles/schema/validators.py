"""Both validators on every file, pydantic and JSON Schema, and their verdict as problems that are told once."""

from collections.abc import Callable
from functools import cache
from typing import Any

from pydantic import BaseModel, ValidationError

from qafiles.models import MODELS, Settings
from qafiles.schema.problems import MAX_PROBLEMS, Problem, dotted, to_problems
from qafiles.schema.stored import stored_schema

__all__ = ["MAX_PROBLEMS", "Problem", "accepts", "problems", "warm_up"]


@cache
def accepts(name: str) -> Callable[[Any], bool]:
    """Return the JSON Schema verdict of a kind: jsonschema-rs where it is installed, else jsonschema."""
    schema = dict(stored_schema(name))
    try:
        import jsonschema_rs  # noqa: PLC0415  # there is no wheel for some platforms
    except ImportError:
        import jsonschema  # noqa: PLC0415  # slow to import, and needed here only without jsonschema-rs

        return jsonschema.Draft202012Validator(schema).is_valid
    return jsonschema_rs.Draft202012Validator(schema).is_valid


def _model(name: str) -> type[BaseModel]:
    return Settings if name == "settings" else MODELS[name]


def warm_up(names: list[str]) -> None:
    """Build the validators of some kinds, so that processes forked afterwards share them."""
    for name in names:
        accepts(name)
        _model(name).model_rebuild()


def problems(name: str, data: Any) -> list[Problem]:
    """Return why data is no entity of a kind (or no settings), by pydantic and by JSON Schema, each reason once."""
    try:
        _model(name).model_validate(data)
    except ValidationError as error:
        return to_problems(error.errors(include_url=False, include_input=False), data, stored_schema(name))
    return [] if accepts(name)(data) else [_refused_by_json_schema(name, data)]


def _refused_by_json_schema(name: str, data: Any) -> Problem:
    """Return what JSON Schema alone refuses; the models accept the same, so this is a safety net."""
    import jsonschema  # noqa: PLC0415  # slow to import, and only needed for data that pydantic accepts

    for error in jsonschema.Draft202012Validator(stored_schema(name)).iter_errors(data):
        pointer = tuple(error.absolute_path)
        # The error's own message shows the value, which may be a secret.
        return Problem("QF204", f"`{dotted(pointer)}` breaks `{error.validator}` of the JSON Schema", pointer)
    return Problem("QF204", "the data fits no JSON Schema", (), at_key=True)
