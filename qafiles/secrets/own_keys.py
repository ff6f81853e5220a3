"""The user's own keys among the recipients of a secret."""

from qafiles.snapshot import EntityFile
from qafiles.sops_files.access import can_read_alone, recipients_in, shares_in
from qafiles.sops_files.age_keys import own_recipients
from qafiles.sops_files.recipients import Recipient


def own_key_in(file: EntityFile) -> Recipient | None:
    """Return a recipient of a file whose private key is at hand and needs no other one, None where there is none."""
    shares = shares_in(file.data)
    own = own_recipients()
    return next(
        (
            recipient
            for recipient in sorted(recipients_in(shares))
            if recipient[0] == "age" and recipient[1] in own and can_read_alone(recipient, shares)
        ),
        None,
    )
