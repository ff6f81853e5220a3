"""Browser configs as Playwright takes them: keyword arguments in Python, a module in TypeScript.

`launch_options` and `context_options` need no Playwright, and take a config as `Snapshot.find` gives it, or its mapping.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from qafiles.playwright.python import browser_name, context_options, launch_options, left_out

__all__ = ["browser_name", "context_options", "launch_options", "left_out"]


def __getattr__(name: str) -> Any:
    """Return a public name, imported when it is first used."""
    if name not in __all__:
        raise AttributeError(f"module 'qafiles.playwright' has no attribute {name!r}")
    return getattr(import_module("qafiles.playwright.python"), name)
