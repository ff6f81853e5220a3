"""Extension modules without the Python text of their packages, whose imports take longer than all that is done with them."""

import sys
from functools import cache
from importlib import import_module
from importlib.machinery import PathFinder
from importlib.util import module_from_spec
from typing import Any


@cache
def pydantic_core() -> Any:
    """Return pydantic-core without its table of types, of which only `import pydantic` makes use."""
    return _extension("pydantic_core", "_pydantic_core")


def _extension(package: str, name: str) -> Any:
    """Return an extension module of a package; the whole package where its parts are not where they are expected.

    A later import of the package finds the module where it looks for it. Raises ImportError for a package that is not installed.
    """
    full_name = f"{package}.{name}"
    if package in sys.modules:
        return import_module(package)
    if full_name in sys.modules:
        return sys.modules[full_name]
    place = PathFinder.find_spec(package)
    inner = (
        PathFinder.find_spec(full_name, place.submodule_search_locations)
        if place is not None and place.submodule_search_locations
        else None
    )
    if inner is None or inner.loader is None or not inner.has_location:
        return import_module(package)
    module = module_from_spec(inner)
    sys.modules[full_name] = module
    try:
        inner.loader.exec_module(module)
    except BaseException:
        del sys.modules[full_name]
        raise
    return module
