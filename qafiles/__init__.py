"""Test management in git: load a data root, look entities up, and read what is wrong with it.

`load` gives a `Snapshot`: entities by kind, id and handle, their relations in both directions, and diagnostics.
`validate` gives the diagnostics alone. Nothing here writes to the repository.
"""

import sys

if sys.argv[:1] == ["-m"] and not sys.flags.safe_path and {"qafiles", "-mqafiles"} & {*sys.orig_argv}:
    # `python -m qafiles` looks for modules in the current folder first, which may be a repository of a stranger with a
    # `click.py`: https://docs.python.org/3/using/cmdline.html#cmdoption-P
    del sys.path[0]

from qafiles.version import __version__  # not from the current folder

TYPE_CHECKING = False  # that of `typing`, whose import takes as long as Python's start
if TYPE_CHECKING:
    from typing import Any

    from qafiles.diagnostics import Diagnostic
    from qafiles.edits.edit import edit
    from qafiles.errors import QafilesError
    from qafiles.history import History, blame, entity_log, history_of
    from qafiles.snapshot import EntityFile, Snapshot
    from qafiles.snapshot.relations import relations
    from qafiles.snapshot.selection import select
    from qafiles.sources import MemorySource
    from qafiles.validation import load, validate

__all__ = [
    "Diagnostic",
    "EntityFile",
    "History",
    "MemorySource",
    "QafilesError",
    "Snapshot",
    "__version__",
    "blame",
    "edit",
    "entity_log",
    "history_of",
    "load",
    "relations",
    "select",
    "validate",
]

_HOMES = {
    "Diagnostic": "qafiles.diagnostics",
    "EntityFile": "qafiles.snapshot",
    "History": "qafiles.history",
    "MemorySource": "qafiles.sources",
    "QafilesError": "qafiles.errors",
    "Snapshot": "qafiles.snapshot",
    "blame": "qafiles.history",
    "edit": "qafiles.edits.edit",
    "entity_log": "qafiles.history",
    "history_of": "qafiles.history",
    "load": "qafiles.validation",
    "relations": "qafiles.snapshot.relations",
    "select": "qafiles.snapshot.selection",
    "validate": "qafiles.validation",
}


def __getattr__(name: str) -> "Any":
    """Return a public name, imported when it is first used, so that `import qafiles` costs nothing."""
    if name not in _HOMES:
        raise AttributeError(f"module 'qafiles' has no attribute {name!r}")
    import importlib  # noqa: PLC0415  # not needed when a sub-module is imported by its own name

    return getattr(importlib.import_module(_HOMES[name]), name)
