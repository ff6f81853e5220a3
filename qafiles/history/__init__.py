"""History by id: who changed which entity when, and what it looked like, through renames, moves and merges."""

from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from qafiles.history.blamed_values import BlamedValue, blame
    from qafiles.history.derivation import Derived, derived, derived_of, derived_values
    from qafiles.history.history import History, history_of
    from qafiles.history.lacking_states import unread_states
    from qafiles.history.logged import LogEntry, entity_log, entity_logs
    from qafiles.history.naming import find_id, find_in
    from qafiles.history.shared_ids import settled
    from qafiles.history.state import State

__all__ = [
    "BlamedValue",
    "Derived",
    "History",
    "LogEntry",
    "State",
    "blame",
    "derived",
    "derived_of",
    "derived_values",
    "entity_log",
    "entity_logs",
    "find_id",
    "find_in",
    "history_of",
    "settled",
    "unread_states",
]

_HOMES: Final = MappingProxyType(
    {
        "BlamedValue": "blamed_values",
        "Derived": "derivation",
        "History": "history",
        "LogEntry": "logged",
        "State": "state",
        "blame": "blamed_values",
        "derived": "derivation",
        "derived_of": "derivation",
        "derived_values": "derivation",
        "entity_log": "logged",
        "entity_logs": "logged",
        "find_id": "naming",
        "find_in": "naming",
        "history_of": "history",
        "settled": "shared_ids",
        "unread_states": "lacking_states",
    }
)


def __getattr__(name: str) -> Any:
    """Return a public name, imported when it is first used: to show an entity takes no comparison of states."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
