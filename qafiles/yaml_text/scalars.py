"""How one text, number or constant is written: plain where every reader agrees, else in quotes or as a block."""

import math
import re
from difflib import SequenceMatcher
from typing import Any, Final

from yaml import SafeLoader

from qafiles.errors import EditRefusedError
from qafiles.parsing import parse
from qafiles.parsing.scalars import LARGEST_INTEGER

_STR: Final = "tag:yaml.org,2002:str"
# What a block scalar and single quotes can't hold: https://yaml.org/spec/1.2.2/#51-character-set
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_ESCAPED = re.compile('["\\\\]|[\x00-\x1f\x7f-\xa0\u2028\u2029\ufeff\ufffe\uffff]')
_ESCAPES: Final = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
_INDICATORS: Final = frozenset("?:,[]{}#&*!|>'\"%@`")
_NOT_PLAIN = re.compile(r":(?:[ \t]|\Z)|[ \t]#")
_NOT_PLAIN_IN_FLOW = re.compile(r"[,\[\]{}]")
_MOST_COMPARED: Final = 4_000_000
"""Pairs of lines up to which two texts are compared, since texts of equal lines take a time of the square."""

_OLD_CONSTANTS: Final = frozenset("yYnN")
"""Truth values of YAML 1.1 that PyYAML, too, takes for text."""


def scalar(value: Any, *, flow: bool = False, quote: str = "") -> str:
    """Return a text, number, truth value or null as it is written on one line.

    `quote` is the quote that was there before; it stays where it can. Raises EditRefusedError for what YAML can't hold.
    """
    if not isinstance(value, str):
        return _constant(value)
    if not value.isprintable() and any("\ud800" <= char <= "\udfff" for char in value):
        raise EditRefusedError(
            "the new value holds half of a surrogate pair, which is no character; delete it"
        )
    if _UNPRINTABLE.search(value) or "\n" in value or quote == '"':
        return '"' + _ESCAPED.sub(_escape, value) + '"'
    if quote != "'":
        if _is_plain(value, flow=flow):
            return value
        if "'" in value and '"' not in value and "\\" not in value and "\t" not in value:
            return f'"{value}"'
    return "'" + value.replace("'", "''") + "'"


def _escape(match: re.Match[str]) -> str:
    char = match.group()
    code = ord(char)
    if char == "\xa0":
        return char
    return _ESCAPES.get(char) or (f"\\x{code:02X}" if code < 256 else f"\\u{code:04X}")


def _constant(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) and -LARGEST_INTEGER - 1 <= value <= LARGEST_INTEGER:
        return str(value)
    if isinstance(value, float) and math.isfinite(value):
        return repr(value)
    if isinstance(value, int | float):
        raise EditRefusedError(f"{value} is a number that JSON and 64 bits can't hold; give it as text")
    raise EditRefusedError(
        f"a value of type {type(value).__name__} can't be written to YAML; "
        "give text, a number, true, false, null, a list or a mapping"
    )


def _is_plain(text: str, *, flow: bool) -> bool:
    """Return whether a text without quotes is the same text to readers of YAML 1.1 and 1.2."""
    if (
        not text
        or text != text.strip()
        or text[0] in _INDICATORS
        or text[:2] in {"-", "- ", "-\t", "--"}
        or text in _OLD_CONSTANTS
        or text.startswith("...")
        or _NOT_PLAIN.search(text)
        or (flow and _NOT_PLAIN_IN_FLOW.search(text))
        or _resolved_by_yaml_1_1(text)
    ):
        return False
    return parse((f"[{text}]" if flow else f"- {text}").encode()) == ([text], ())


def _resolved_by_yaml_1_1(text: str) -> bool:
    """Return whether YAML 1.1 takes a plain text for a date, a number of base 60, `on`, or the like."""
    patterns = SafeLoader.yaml_implicit_resolvers.get(text[0], ())
    return any(tag != _STR and pattern.match(text) for tag, pattern in patterns)


def is_block(text: Any) -> bool:
    """Return whether a value is a text that reads best as a block scalar, and can be one."""
    return (
        isinstance(text, str) and "\n" in text and bool(text.strip(" \t\n")) and not _UNPRINTABLE.search(text)
    )


def block(text: str, column: int, indentation: int = 0) -> tuple[str, list[str]]:
    """Return the header of a literal block scalar and its lines; `column` is that of the keys or dashes around it.

    `indentation` is that of the lines, two more than the column when it is 0.
    """
    indentation = indentation if indentation > column else column + 2
    body = text.rstrip("\n")
    breaks = len(text) - len(body)
    indicator = str(indentation - column) if re.match(r"\n*[ \t]", text) else ""
    if indicator and indentation - column > 9:
        return block(text, column)
    lines = [" " * indentation + line if line else "" for line in body.split("\n")]
    return "|" + indicator + ("-", "", "+")[min(breaks, 2)], lines + [""] * (breaks - 1)


def with_old_lines(new: list[str], old: list[str], indentation: int) -> list[str]:
    """Return the new lines of a block scalar, blank ones with the spaces that the old ones had in their place."""
    result = [*new]
    if len(old) * len(new) > _MOST_COMPARED:
        return result
    # A line of more spaces than the indentation has is text.
    same = ["" if not line.strip(" ") and len(line) <= indentation else line for line in old]
    for a, b, size in SequenceMatcher(None, same, new, autojunk=False).get_matching_blocks():
        result[b : b + size] = old[a : a + size]
    return result
