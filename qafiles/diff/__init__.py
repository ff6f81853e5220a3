"""Two states of a data root compared in the words of QA, and what became of entities that are gone."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from qafiles.diff.changes import Diff, EntityChange
    from qafiles.diff.comparison import diff
    from qafiles.parsing.values import ABSENT
    from qafiles.snapshot.field_changes import FieldChange

__all__ = ["ABSENT", "Diff", "EntityChange", "FieldChange", "diff"]

_HOMES = {
    "ABSENT": "qafiles.parsing.values",
    "Diff": "qafiles.diff.changes",
    "EntityChange": "qafiles.diff.changes",
    "FieldChange": "qafiles.snapshot.field_changes",
    "diff": "qafiles.diff.comparison",
}


def __getattr__(name: str) -> Any:
    """Return a public name, imported when it is first used: the pages of rules are printed without all this."""
    if name not in _HOMES:
        raise AttributeError(f"module 'qafiles.diff' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
