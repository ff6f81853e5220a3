"""History by id: who changed which entity when, and what it looked like, through renames, moves and merges."""

from qafiles.history.blame import BlamedValue, blame
from qafiles.history.derived import Derived, derived, derived_of, derived_values
from qafiles.history.entity_log import LogEntry, entity_log, entity_logs
from qafiles.history.history import History, history_of
from qafiles.history.naming import find_id, find_in
from qafiles.history.shared_ids import settled
from qafiles.history.state import State
from qafiles.history.unread_states import unread_states

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
