"""How lists and mappings are written, in blocks or with brackets."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from qafiles.errors import EditRefusedError
from qafiles.parsing import MAX_DEPTH
from qafiles.yaml_text.scalars import block, is_block, scalar


class Written(NamedTuple):
    """A value as written: what stands behind its key or dash, and the lines below."""

    inline: str
    below: list[str]


def written(value: Any, column: int, *, offset: int = 2, quote: str = "", indentation: int = 0) -> Written:
    """Return a value as written below a key or a dash in a column; `offset` is how much deeper lists stand than keys.

    `quote` and `indentation` are those of the scalar that was there before. Raises EditRefusedError.
    """
    if is_block(value):
        return Written(*block(value, column, indentation))
    if is_collection(value) and value:
        at = column + (offset if isinstance(value, list | tuple) else 2)
        return Written("", block_lines(value, at, offset=offset))
    return Written(in_flow(value, quote=quote), [])


def in_flow(value: Any, *, quote: str = "", depth: int = 0, inside: bool = False) -> str:
    """Return a value on one line. Raises EditRefusedError."""
    if depth > MAX_DEPTH:
        raise EditRefusedError(f"the new value has more than {MAX_DEPTH} levels; flatten it")
    if isinstance(value, Mapping):
        fields = (
            f"{key_text(key, flow=True)}: {in_flow(item, depth=depth + 1, inside=True)}"
            for key, item in value.items()
        )
        return "{" + ", ".join(fields) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(in_flow(item, depth=depth + 1, inside=True) for item in value) + "]"
    return scalar(value, flow=inside, quote=quote)


def block_lines(value: Any, at: int, *, offset: int = 2, depth: int = 0) -> list[str]:
    """Return the lines of a list or a mapping, not empty, whose dashes or keys stand in the column `at`."""
    if depth > MAX_DEPTH:
        raise EditRefusedError(f"the new value has more than {MAX_DEPTH} levels; flatten it")
    lines = []
    margin = " " * at
    if isinstance(value, Mapping):
        for key, item in value.items():
            name = key_text(key)
            if is_collection(item) and item:
                inner = at + (offset if isinstance(item, list | tuple) else 2)
                lines += [f"{margin}{name}:", *block_lines(item, inner, offset=offset, depth=depth + 1)]
            else:
                inline, below = written(item, at)
                lines += [f"{margin}{name}: {inline}", *below]
        return lines
    for item in value:
        if is_collection(item) and item:
            first, *rest = block_lines(item, at + 2, offset=offset, depth=depth + 1)
            lines += [f"{margin}- {first[at + 2 :]}", *rest]
        else:
            inline, below = written(item, at)
            lines += [f"{margin}- {inline}", *below]
    return lines


def is_collection(value: Any) -> bool:
    """Return whether a value is a list or a mapping."""
    return isinstance(value, Mapping | list | tuple)


def key_text(key: Any, *, flow: bool = False) -> str:
    """Return a key as written. Raises EditRefusedError for a key that is no text."""
    if not isinstance(key, str):
        raise EditRefusedError(f"key `{key}` is no text; put it in quotes")
    return scalar(key, flow=flow)


def plain(value: Any) -> Any:
    """Return a value as YAML reads it back: lists for tuples, dicts for mappings."""
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value
