"""Whose a key was: the users who named it in some commit, also those who are no users any more."""

from collections.abc import Iterable, Mapping

from qafiles.history.history import History
from qafiles.history.state import State
from qafiles.history.state_data import data_of
from qafiles.layout import Place, classify
from qafiles.sops_files.recipients import Recipient, age_keys


def users_of_keys(history: History, recipients: Iterable[Recipient]) -> Mapping[Recipient, str]:
    """Return for each recipient that a user named in some commit who that was: `tom (Tom)`, several with commas between.

    A user is called as in the last commit with the key. Recipients that nobody named are not among them.
    """
    keys = {key for kind, key in recipients if kind == "age"}
    states = [state for own in history.states.values() for state in own if _is_user(state)] if keys else []
    data = data_of(history, states)
    names: dict[Recipient, dict[str, str]] = {}
    for state in states:
        user = data.get(state.blob) if state.blob is not None else None
        for key in keys.intersection(age_keys(user.get("age_recipients"))) if user is not None else ():
            handle = _handle(state)
            names.setdefault(("age", key), {})[state.id] = f"{handle} ({(user or {}).get('name')})"
    return {recipient: ", ".join(own.values()) for recipient, own in names.items()}


def _is_user(state: State) -> bool:
    place = classify(state.path) if state.path is not None else None
    return isinstance(place, Place) and place.kind == "user"


def _handle(state: State) -> str:
    place = classify(state.path) if state.path is not None else None
    return place.handle if isinstance(place, Place) else state.id
