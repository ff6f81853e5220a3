"""Lists and mappings as lines; texts that every reader of YAML takes for themselves are written as they are, the others are emitted."""

import re
from collections.abc import Mapping
from typing import Any, Final

from qafiles.errors import EditRefusedError
from qafiles.parsing import MAX_DEPTH
from qafiles.yaml_text.values import Written, is_block, is_collection

_are_words: Final = re.compile(r"[A-Za-z/][A-Za-z0-9_/-]*(?: [A-Za-z0-9_/-]+)*").fullmatch
_NO_TEXT: Final = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
"""What some reader of YAML 1.1 or 1.2 takes for something else than text, in any case."""
_LONGEST_NAME: Final = 100


def written(value: Any, column: int, *, offset: int = 2, quote: str = "", indentation: int = 0) -> Written:
    """Return a value as written below a key or a dash in a column; `offset` is how much deeper lists stand than keys.

    `quote` and `indentation` are those of the scalar that was there before. Raises EditRefusedError.
    """
    if is_block(value):
        from qafiles.yaml_text.emitting import block  # noqa: PLC0415  # it imports ruamel.yaml and PyYAML

        return block(value, column, indentation)
    if is_collection(value) and value:
        at = column + (offset if isinstance(value, list | tuple) else 2)
        return Written("", block_lines(value, at, offset=offset))
    if not quote and is_plain(value):
        return Written(value, [])
    from qafiles.yaml_text.emitting import in_flow  # noqa: PLC0415  # as above

    return Written(in_flow(value, quote=quote), [])


def block_lines(value: Any, at: int, *, offset: int = 2, dash: int = 2, depth: int = 0) -> list[str]:
    """Return the lines of a list or a mapping, not empty, whose dashes or keys stand in the column `at`.

    `dash` is the width of the dashes of the list itself, with the blanks behind them.

    ruamel.yaml can't let lists stand deeper than keys and not deeper than dashes, so that it emits what is in them.
    """
    if depth > MAX_DEPTH:
        raise EditRefusedError(f"the new value has more than {MAX_DEPTH} levels; flatten it")
    lines = []
    margin = " " * at
    if isinstance(value, Mapping):
        for key, item in value.items():
            name = _name(key)
            if is_collection(item) and item:
                inner = at + (offset if isinstance(item, list | tuple) else 2)
                lines += [f"{margin}{name}:", *block_lines(item, inner, offset=offset, depth=depth + 1)]
            else:
                inline, below = written(item, at)
                lines += [f"{margin}{name}: {inline}", *below]
        return lines
    for item in value:
        if is_collection(item) and item:
            first, *rest = block_lines(item, at + dash, offset=offset, depth=depth + 1)
            lines += [f"{margin}{'-':{dash}}{first[at + dash :]}", *rest]
        else:
            inline, below = written(item, at)
            lines += [f"{margin}{'-':{dash}}{inline}", *below]
    return lines


def _name(key: Any) -> str:
    """Return a key as written. Raises EditRefusedError for a key that is no text."""
    if is_plain(key) and len(key) <= _LONGEST_NAME:
        return str(key)
    from qafiles.yaml_text.emitting import key_text  # noqa: PLC0415  # as above

    return key_text(key)


def is_plain(value: Any) -> bool:
    """Return whether a value is a text that is written without quotes; perhaps not, too, where it is one."""
    return isinstance(value, str) and _are_words(value) is not None and value.lower() not in _NO_TEXT
