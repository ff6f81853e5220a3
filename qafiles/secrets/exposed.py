"""Values that somebody has read who is no recipient any more, and that have not changed since: from git's history, without a key."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qafiles.git.log import LoggedCommit
from qafiles.history.former_users import users_of_keys
from qafiles.history.history import History
from qafiles.history.state_data import Data, data_of
from qafiles.kinds import SECRET
from qafiles.snapshot import EntityFile, Snapshot
from qafiles.snapshot.key_owners import described
from qafiles.sops_files.access import lost, shares_in
from qafiles.sops_files.recipients import Recipient

if TYPE_CHECKING:
    from qafiles.history.state import State


@dataclass(frozen=True, slots=True)
class FormerReader:
    """A recipient who could read a value: whose key it is, whole and with its comment, and the last commit that let them."""

    recipient: Recipient
    description: str
    commit: LoggedCommit


@dataclass(frozen=True, slots=True)
class Exposed:
    """A secret whose value must be changed at its source, and who could read it in its present version, sorted by key."""

    file: EntityFile
    readers: tuple[FormerReader, ...]


def exposed(snapshot: Snapshot, history: History) -> tuple[Exposed, ...]:
    """Return the secrets of a snapshot whose value somebody could read who can't read the file as it is now, sorted by path.

    A value is the same as long as the version is. Blobs that git lacks are noted in the history.
    """
    files = [file for file in snapshot.of_kind(SECRET) if file.id is not None]
    states = {file.path: history.states.get(str(file.id), ()) for file in files}
    data = data_of(history, [state for own in states.values() for state in own])
    former = {file.path: _former(file, states[file.path], data) for file in files}
    recipients = {recipient for own in former.values() for recipient in own}
    names = described(snapshot, recipients, users_of_keys(history, recipients))
    return tuple(
        Exposed(
            file,
            tuple(
                FormerReader(recipient, names[recipient], commit)
                for recipient, commit in sorted(former[file.path].items(), key=lambda item: item[0])
            ),
        )
        for file in files
        if former[file.path]
    )


def _former(
    file: EntityFile, states: "Sequence[State]", data: Mapping[str, Data | None]
) -> dict[Recipient, LoggedCommit]:
    """Return who could read the present version of a secret and can't any more, with the last commit in which they could."""
    now, version = shares_in(file.data), file.data.get("version")
    commits: dict[Recipient, LoggedCommit] = {}
    for state in states:
        old = data.get(state.blob) if state.blob is not None else None
        if old is None or old.get("version") != version:
            continue
        for recipient in lost(shares_in(old), now):
            commits[recipient] = state.commit
    return commits
