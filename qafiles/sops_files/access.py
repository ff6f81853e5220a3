"""Who can read a file of SOPS, alone or with others, and who gains or loses that between two states of it."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from qafiles.parsing import MAX_SECRET_SIZE, parse
from qafiles.sops_files.recipients import Recipient, Shares, in_stanza, shares_in_stanza

NOBODY: Final[Shares] = ((), 1)
_NEVER: Final = 1_000_000


def shares_in(data: Any) -> Shares:
    """Return the groups of keys in the data of a secret's file, those of nobody where it names none."""
    stanza = data.get("sops") if isinstance(data, Mapping) else None
    return shares_in_stanza(stanza) if isinstance(stanza, Mapping) else NOBODY


def has_illegible_recipient(data: Any) -> bool:
    """Return whether the data of a secret's file has an entry for somebody that names no key."""
    stanza = data.get("sops") if isinstance(data, Mapping) else None
    return isinstance(stanza, Mapping) and any(recipient is None for recipient, _ in in_stanza(stanza))


def can_read(recipients: Collection[Recipient], shares: Shares) -> bool:
    """Return whether some keys together decrypt without the help of others."""
    groups, threshold = shares
    return bool(groups) and sum(not set(group).isdisjoint(recipients) for group in groups) >= threshold


def shares_of(content: bytes | None) -> Shares:
    """Return the groups of keys in the text of a secret's file, those of nobody where it can't be read."""
    return shares_in(parse(content, MAX_SECRET_SIZE).data) if content is not None else NOBODY


def recipients_in(shares: Shares) -> frozenset[Recipient]:
    """Return all the recipients of some groups of keys."""
    return frozenset(recipient for group in shares[0] for recipient in group)


def gained(before: Shares, after: Shares) -> tuple[Recipient, ...]:
    """Return, sorted, who can read after a change and could not before, or only with the help of more others."""
    return tuple(_gained(before, after))


def lost(before: Shares, after: Shares) -> tuple[Recipient, ...]:
    """Return, sorted, who could read before a change and can't after it, or only with the help of more others."""
    return tuple(_gained(after, before))


def gained_by_rule(
    file: Shares, now: Shares, before: Shares | None, after: Shares | None
) -> tuple[Recipient, ...]:
    """Return, sorted, who will read a file once it is encrypted anew: by the rule of `.sops.yaml` that is for it after a change.

    `file` and `now` are the groups of keys in the file before and after, `before` and `after` those of the rules, None without one.
    """
    if after is None or after in {now, before if before is not None else NOBODY}:
        return ()
    known = {*gained(file, now)} | recipients_in(file)
    return tuple(key for key in gained(before if before is not None else file, after) if key not in known)


def _gained(before: Shares, after: Shares) -> Iterator[Recipient]:
    for recipient in sorted(recipients_in(after)):
        if _others_needed(recipient, after) < _others_needed(recipient, before):
            yield recipient


def _others_needed(recipient: Recipient, shares: Shares) -> int:
    """Return of how many more groups a key is needed beside one's own, more than there can be for who has none."""
    groups, threshold = shares
    own = sum(recipient in group for group in groups)
    return max(threshold - own, 0) if own else _NEVER
