"""What the models do to a value before or beside checking it; plain functions, which a stored core schema names.

Nothing of pydantic is imported: what they raise is made where it is raised.
"""

from typing import Any, Final, NoReturn


def integral(value: Any) -> Any:
    """Return 1.0 as 1, since JSON Schema counts both as the same integer."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def refuse_null(value: Any) -> Any:
    """Return a value that is there: an empty one is more often a slip than a wish."""
    if value is None:
        _refuse("null", "the key has no value")
    return value


def text_given(value: Any) -> Any:
    """Return a value that is there: a key without text is no wish."""
    if value is None:
        _refuse("wrong_type", "Input should be text")
    return value


def plain_choice(value: Any) -> Any:
    """Return 1.0 as 1, and what is no choice at all as nothing: a list can't be looked up."""
    return integral(value) if isinstance(value, str | int | float) else None


def format_version(value: Any) -> Any:
    """Return 1.0 as 1, and true as what it is not: it equals 1 in Python alone."""
    return None if isinstance(value, bool) else integral(value)


def as_written(value: Any, check: Any) -> Any:
    """Return a number that passes a check as it is written, where pydantic would turn 1 into 1.0."""
    check(value)
    return value


def shape(value: object) -> str:
    """Return the JSON type of a value; the brackets keep it apart from the keys in an error's path."""
    for type_, name in _SHAPES:
        if isinstance(value, type_):
            return name
    return "<other>"


def proxy_form(value: object) -> str:
    """Return the form of proxy that is meant."""
    return "<webdriver>" if isinstance(value, dict) and "proxyType" in value else "<playwright>"


# bool is a subclass of int, hence first.
_SHAPES: Final[tuple[tuple[type, str], ...]] = (
    (bool, "<boolean>"),
    (int, "<number>"),
    (float, "<number>"),
    (str, "<string>"),
    (list, "<array>"),
    (dict, "<object>"),
)


def _refuse(kind: str, message: str) -> NoReturn:
    from pydantic_core import PydanticCustomError  # noqa: PLC0415  # most values are there

    raise PydanticCustomError(kind, message)


CONVERSIONS: Final = {
    function.__name__: function
    for function in (
        as_written,
        format_version,
        integral,
        plain_choice,
        proxy_form,
        refuse_null,
        shape,
        text_given,
    )
}
"""The functions by the names that a stored core schema has for them."""
