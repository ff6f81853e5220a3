"""What can be told of secrets without a key."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from qafiles.kinds import SECRET
from qafiles.parsing import MAX_SECRET_SIZE, parse
from qafiles.secrets.reading import label
from qafiles.snapshot import EntityFile, Snapshot
from qafiles.snapshot.environments import users_of_secrets
from qafiles.sops_files.recipients import in_stanza


@dataclass(frozen=True, slots=True)
class Listed:
    """A secret: its age in days since its value changed, who can decrypt it by their labels, what refers to it by handle.

    `keys` are the names of all keys that decrypt it, whole and sorted.
    """

    file: EntityFile
    age: int | None
    recipients: tuple[str, ...]
    used_by: tuple[str, ...]
    keys: tuple[str, ...] = ()


def listed(snapshot: Snapshot, now: datetime | None = None) -> tuple[Listed, ...]:
    """Return the secrets of a snapshot, sorted by path."""
    users = users_of_secrets(snapshot)
    moment = now or datetime.now(UTC)
    return tuple(
        _listed(snapshot, file, moment, users.get(file.path, ())) for file in snapshot.of_kind(SECRET)
    )


def _listed(snapshot: Snapshot, file: EntityFile, now: datetime, users: Sequence[EntityFile]) -> Listed:
    stanza = parse(snapshot.bytes_of(file.path) or b"", MAX_SECRET_SIZE).data
    stanza = stanza.get("sops") if isinstance(stanza, dict) else None
    named = in_stanza(stanza) if isinstance(stanza, dict) else []
    # One for each that the file names: of two that look alike, none is hidden.
    recipients = sorted(label(snapshot, recipient) if recipient else "illegible" for recipient, _ in named)
    keys = tuple(sorted(recipient[1] for recipient, _ in named if recipient))
    used_by = sorted({user.handle for user in users})
    return Listed(file, _days(file.data.get("updated_at"), now), tuple(recipients), tuple(used_by), keys)


def _days(text: object, now: datetime) -> int | None:
    try:
        return (now - datetime.fromisoformat(str(text))).days
    except (ValueError, TypeError):
        return None
