"""The first steps with secrets: the user's own key, and the first `.sops.yaml` of a data root."""

import os
from collections.abc import Sequence
from pathlib import Path

from qafiles.edits.proposal import FileChange, Proposal
from qafiles.errors import DataRootError, UsageError
from qafiles.kinds import SECRET
from qafiles.loading.loader import load
from qafiles.scaffold.companions import sops_config_text
from qafiles.secrets.failures import NoKeyError
from qafiles.secrets.key_sources import key_of_command
from qafiles.snapshot import Snapshot
from qafiles.snapshot.key_owners import users_with
from qafiles.sops_files.access import recipients_in, shares_in
from qafiles.sops_files.age_keys import OwnKey, key_file, made_key, own_key, public_keys
from qafiles.sops_files.config import CONFIG_FILE
from qafiles.sops_files.recipients import is_age_recipient
from qafiles.sources.data_root import open_source


def own_or_made(*, allow_making: bool = True) -> OwnKey:
    """Return the user's age key: of a variable, a file or a command, else a new one in the file where SOPS looks for it.

    Raises NoKeyError where there is none and none can be made.
    """
    own = own_key()
    if own is not None:
        return own
    printed = key_of_command()
    if printed is not None:
        for public in public_keys(printed.reveal().decode(errors="replace")):
            return OwnKey(public, "what SOPS_AGE_KEY_CMD prints")
    place = key_file()
    if os.path.lexists(place):
        raise NoKeyError(
            f"{place} holds no age key that can be read; move it away, or name another in SOPS_AGE_KEY_FILE"
        )
    if not allow_making:
        raise NoKeyError(f"there is no age key in {place}; without --dry-run, one is made")
    made = made_key(place)
    if made is None:
        raise NoKeyError(
            f"there is no age key in {place}, and none could be made there: `pip install pyrage` lets this command make one, "
            f"and so does `age-keygen -o {place}`"
        )
    return made


def first_config(snapshot: Snapshot, recipients: Sequence[str]) -> Proposal:
    """Return the proposal that writes `.sops.yaml` for these age or SSH public keys; raises UsageError where there is one."""
    if snapshot.bytes_of(CONFIG_FILE) is not None:
        raise UsageError(
            f"{CONFIG_FILE} is there already; `qafiles secret recipients` lists who can decrypt, and a colleague lets you in with "
            "`qafiles secret recipients add KEY`: `qafiles secret key` prints yours"
        )
    for recipient in recipients:
        if not is_age_recipient(recipient):
            raise UsageError(f"`{recipient}` is no age or SSH public key; `qafiles secret key` prints yours")
    content = sops_config_text(recipients).encode()
    return Proposal(f"who can decrypt secrets: {CONFIG_FILE}", (FileChange(CONFIG_FILE, None, content),))


def standing(folder: str | Path, recipient: str) -> tuple[str, ...]:
    """Return sentences about what a key decrypts in the data root at or above a folder, and what to do for more."""
    line = f"qafiles secret recipients add {recipient}"
    try:
        snapshot = load(open_source(folder))
    except DataRootError:
        return (f"to read a team's secrets, send somebody who can decrypt this line to run: {line}",)
    secrets = snapshot.of_kind(SECRET)
    count = sum(("age", recipient) in recipients_in(shares_in(file.data)) for file in secrets)
    if snapshot.bytes_of(CONFIG_FILE) is None:
        return (f"there is no {CONFIG_FILE} yet: `qafiles secret init` writes it for this key",)
    if count == len(secrets) and secrets:
        return (f"it decrypts all {count} secrets here" if count > 1 else "it decrypts the secret here",)
    users = users_with(snapshot, recipient)
    return (
        f"it decrypts {count} of {len(secrets)} secrets here; to read more, send somebody who can decrypt this line to run:",
        f"  {line}",
        *(
            ()
            if users
            else ("so that it is known as yours, put it into `age_recipients` of your file in users/",)
        ),
    )
