"""Reading YAML 1.2: bytes to plain data quickly, and positions and explanations only for files that need them."""

from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from qafiles.parsing.cut_text import cut_texts
    from qafiles.parsing.positions import Positions
    from qafiles.parsing.reader import parse
    from qafiles.parsing.refusals import (
        MAX_DEPTH,
        MAX_SECRET_SIZE,
        MAX_SIZE,
        UNSHOWN_FIELDS,
        Parsed,
        Refusal,
        is_lfs_pointer,
    )

__all__ = [
    "MAX_DEPTH",
    "MAX_SECRET_SIZE",
    "MAX_SIZE",
    "UNSHOWN_FIELDS",
    "Parsed",
    "Positions",
    "Refusal",
    "cut_texts",
    "is_lfs_pointer",
    "parse",
]

_HOMES: Final = MappingProxyType(
    {"Positions": "positions", "cut_texts": "cut_text", "parse": "reader"}
    | dict.fromkeys(
        (
            "MAX_DEPTH",
            "MAX_SECRET_SIZE",
            "MAX_SIZE",
            "UNSHOWN_FIELDS",
            "Parsed",
            "Refusal",
            "is_lfs_pointer",
        ),
        "refusals",
    )
)


def __getattr__(name: str) -> Any:
    """Return a public name, imported when it is first used: lines of text are told apart without a reader of YAML."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    return value
