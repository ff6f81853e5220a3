"""The YAML 1.2 core schema for plain scalars (https://yaml.org/spec/1.2.2/#103-core-schema)."""

import math
import re
from typing import Any, Final

CONSTANTS: Final[dict[str, bool | None]] = {
    "": None,
    "~": None,
    "null": None,
    "Null": None,
    "NULL": None,
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}
NUMBER_STARTS: Final = frozenset("0123456789+-.")
_match_integer = re.compile(r"[-+]?[0-9]+\Z").match
_match_based = re.compile(r"0o[0-7]+\Z|0x[0-9a-fA-F]+\Z").match
_match_float = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z").match
_match_not_finite = re.compile(r"[-+]?\.(?:inf|Inf|INF)\Z|\.(?:nan|NaN|NAN)\Z").match

LARGEST_INTEGER: Final = 2**63 - 1


class NumberOutOfRangeError(ValueError):
    """A plain scalar that is a number but none that JSON and 64 bits can hold."""


def resolve(text: str) -> Any:
    """Return the str, int, float, bool or None that a plain scalar stands for.

    Raises NumberOutOfRangeError for infinities, not-a-number and numbers beyond 64 bits.
    """
    if text in CONSTANTS:
        return CONSTANTS[text]
    if text[0] not in NUMBER_STARTS:
        return text
    if _match_integer(text):
        return _integer(text, 10)
    if _match_based(text):
        return _integer(text[2:], 8 if text[1] == "o" else 16)
    if _match_float(text):
        value = float(text)
        if math.isinf(value):
            raise NumberOutOfRangeError
        return value
    if _match_not_finite(text):
        raise NumberOutOfRangeError
    return text


def _integer(digits: str, base: int) -> int:
    # 64 bits need 22 octal digits at most, and Python refuses to convert more than 4,300 decimal ones.
    if len(digits.lstrip("+-0")) > 22:
        raise NumberOutOfRangeError
    sign = -1 if digits.startswith("-") else 1
    value = sign * int(digits.lstrip("+-0") or "0", base)
    if not -LARGEST_INTEGER - 1 <= value <= LARGEST_INTEGER:
        raise NumberOutOfRangeError
    return value


_OTHERS: Final = {int: "a number", float: "a number", bool: "a truth value", type(None): "null"}


def no_text(text: str) -> str | None:
    """Return what a plain scalar is that YAML does not take for text, in words; None for text."""
    try:
        return _OTHERS.get(type(resolve(text)))
    except NumberOutOfRangeError:
        return "a number"
