"""A static site of a data root: every entity with its references and its history, reports, and a search."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from qafiles.site.making import site
    from qafiles.site.output import SiteError, Written

__all__ = ["SiteError", "Written", "site"]

_HOMES = {"SiteError": "output", "Written": "output", "site": "making"}


def __getattr__(name: str) -> Any:
    """Return a public name, imported when it is first used: a site of which nothing changed needs nothing that makes one."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415  # as above

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
