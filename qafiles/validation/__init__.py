"""Loading and checking in one call, and what came of it as values that need no snapshot any more."""

from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from qafiles.validation.of_snapshot import verdict_of
    from qafiles.validation.run import load, validate
    from qafiles.validation.selection import is_below, is_selected, selected, unchecked, undecided
    from qafiles.validation.verdict import Verdict

__all__ = [
    "Verdict",
    "is_below",
    "is_selected",
    "load",
    "selected",
    "unchecked",
    "undecided",
    "validate",
    "verdict_of",
]

_HOMES: Final = MappingProxyType(
    {
        "Verdict": "verdict",
        "is_below": "selection",
        "is_selected": "selection",
        "load": "run",
        "selected": "selection",
        "unchecked": "selection",
        "undecided": "selection",
        "validate": "run",
        "verdict_of": "of_snapshot",
    }
)


def __getattr__(name: str) -> Any:
    """Return a public name, imported when it is first used: a verdict is selected from without anything that loads."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
