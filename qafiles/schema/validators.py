"""Both validators on every file, pydantic and JSON Schema, and their verdict as problems that are told once."""

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from qafiles.cache.ctrl_c import CtrlCLater
from qafiles.declared_fields import NOTHING_DECLARED, DeclaredFields
from qafiles.schema.core import core_accepts
from qafiles.schema.declared import with_declared
from qafiles.schema.problems import MAX_PROBLEMS, Problem, to_problems
from qafiles.schema.shown import dotted
from qafiles.schema.stored import stored_schema

if TYPE_CHECKING:
    from pydantic import BaseModel

__all__ = ["MAX_PROBLEMS", "Problem", "accepts", "problems", "warm_up"]


@cache
def accepts(name: str, declared: DeclaredFields = NOTHING_DECLARED) -> Callable[[Any], bool]:
    """Return the JSON Schema verdict of a kind."""
    verdict: Callable[[Any], bool] = validator()(dict(_schema(name, declared))).is_valid
    return verdict


def validator() -> Any:
    """Return the class whose instances judge by a JSON Schema: of jsonschema-rs where it is installed, else of jsonschema."""
    try:
        with CtrlCLater():
            import jsonschema_rs  # noqa: PLC0415  # there is no wheel for some platforms
    except ImportError:
        import jsonschema  # noqa: PLC0415  # slow to import, and needed here only without jsonschema-rs

        return jsonschema.Draft202012Validator
    return jsonschema_rs.Draft202012Validator


@cache
def _schema(name: str, declared: DeclaredFields) -> Mapping[str, Any]:
    stored = stored_schema(name)
    return with_declared(stored, name, declared) if name != "settings" and declared.of(name) else stored


def _model(name: str, declared: DeclaredFields, data: object = None) -> "type[BaseModel]":
    if name == "settings":
        from qafiles.models.written.settings import settings_model  # noqa: PLC0415  # for messages alone

        return settings_model(data)
    from qafiles.schema.declared_models import declared_model  # noqa: PLC0415  # as above

    return declared_model(name, declared)


def warm_up(names: Iterable[str], declared: DeclaredFields = NOTHING_DECLARED) -> None:
    """Build the validators of some kinds, so that processes forked afterwards share them."""
    for name in names:
        accepts(name, declared)
        if core_accepts(name, declared) is None:
            _model(name, declared).model_rebuild()


def problems(name: str, data: Any, declared: DeclaredFields = NOTHING_DECLARED) -> list[Problem]:
    """Return why data is no entity of a kind (or no settings), by pydantic and by JSON Schema, each reason once."""
    is_accepted = core_accepts(name, declared)
    if is_accepted is None or not is_accepted(data):
        wrong = _refused_by_model(name, data, declared)
        if wrong:
            return wrong
    return [] if accepts(name, declared)(data) else [_refused_by_json_schema(name, data, declared)]


def _refused_by_model(name: str, data: Any, declared: DeclaredFields) -> list[Problem]:
    """Return what the model of a kind refuses; the core alone has no words for it that are ours."""
    from pydantic import ValidationError  # noqa: PLC0415  # most files are accepted

    try:
        _model(name, declared, data).model_validate(data)
    except ValidationError as error:
        errors = error.errors(include_url=False, include_input=False)
        return to_problems(errors, data, _schema(name, declared))
    return []


def _refused_by_json_schema(name: str, data: Any, declared: DeclaredFields) -> Problem:
    """Return what JSON Schema alone refuses; the models accept the same, so this is a safety net."""
    import jsonschema  # noqa: PLC0415  # slow to import, and only needed for data that pydantic accepts

    for error in jsonschema.Draft202012Validator(_schema(name, declared)).iter_errors(data):
        pointer = tuple(error.absolute_path)
        # The error's own message shows the value, which may be a secret.
        return Problem("QF204", f"`{dotted(pointer)}` breaks `{error.validator}` of the JSON Schema", pointer)
    return Problem("QF204", "the data fits no JSON Schema", (), at_key=True)
