"""Recipients by what people call them on the command line: a key, the beginning of one, or a user."""

from qafiles.errors import UnknownEntityError, UsageError
from qafiles.snapshot import Snapshot
from qafiles.snapshot.key_owners import recipients_of, users_with
from qafiles.sops_files.recipients import NAMED, Recipient


def named_recipients(
    snapshot: Snapshot, name: str, known: set[Recipient] | None = None
) -> tuple[Recipient, ...]:
    """Return the recipients that a text names: a key, the beginning of a known one, or a user's `age_recipients`.

    Raises UsageError for neither, for a user without any, and for one whose key another user claims, too.
    """
    for kind, named in NAMED.items():
        key = named(name.strip()) if kind != "hckms" or not name.startswith("user:") else None
        if key is not None:
            return ((kind, key),)
    beginning = [item for item in known or () if len(name) >= 8 and item[1].startswith(name)]
    if len(beginning) == 1:
        return (beginning[0],)
    try:
        user = snapshot.find(name if name.startswith("user:") else f"user:{name}")
    except UnknownEntityError:
        raise UsageError(
            f"`{name}` is no user and no recipient; a recipient is an age or SSH public key, a PGP fingerprint of 40 digits "
            "or the name of a key in a service"
        ) from None
    own_keys = recipients_of(user)
    if not own_keys:
        raise UsageError(f"{user.path} names no `age_recipients`; add the user's public key there first")
    for _, key in own_keys:
        others = [other.path for other in users_with(snapshot, key) if other.id != user.id]
        if others:
            raise UsageError(
                f"{user.path} and {others[0]} claim the same key (QF317), {key}: name the key that you mean"
            )
    return own_keys
