"""The user's own keys among the recipients of a secret."""

from qafiles.secrets.gnupg import DAMAGED, OPENS, state_of_message
from qafiles.secrets.key_sources import key_of_command
from qafiles.snapshot import EntityFile
from qafiles.sops_files.access import can_read, recipients_in, shares_in
from qafiles.sops_files.age_keys import own_recipients
from qafiles.sops_files.recipients import Recipient, in_stanza


def own_key_in(file: EntityFile) -> Recipient | None:
    """Return a recipient of a file that SOPS did not decrypt, whose private key is at hand, and open; None where there is none.

    With the others that are, it needs no further one: where SOPS decrypts nothing all the same, the file is damaged.
    """
    shares = shares_in(file.data)
    printed = key_of_command()
    own = own_recipients(printed=printed.reveal().decode(errors="replace") if printed is not None else "")
    at_hand = {("age", key) for key in own} & recipients_in(shares)
    states = _states_of_messages(file)
    opened = {recipient for recipient, state in states.items() if state in {OPENS, DAMAGED}}
    suspects = sorted(at_hand | {recipient for recipient in opened if states[recipient] == DAMAGED})
    return suspects[0] if suspects and can_read(at_hand | opened, shares) else None


def _states_of_messages(file: EntityFile) -> dict[Recipient, str]:
    """Return what GnuPG makes of the data key for each of its keys."""
    stanza = file.data.get("sops")
    groups = [stanza, *(stanza.get("key_groups") or ())] if isinstance(stanza, dict) else []
    messages: dict[Recipient, str] = {}
    for group in groups:
        for entry in group.get("pgp") or () if isinstance(group, dict) else ():
            for recipient, _ in in_stanza({"pgp": [entry]}):
                if recipient is not None and isinstance(entry.get("enc"), str):
                    messages[recipient] = state_of_message(recipient[1], entry["enc"])
    return messages
