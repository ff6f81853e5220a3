"""Who can decrypt against who is a member, both ways."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from qafiles.kinds import SECRET
from qafiles.reports.keys import Reader, members, readers
from qafiles.snapshot import EntityFile, Snapshot


class Decryption(NamedTuple):
    """What somebody can decrypt of the secrets of an organization, by handle, and what not.

    `user` is None for a key that no user names, whom `who` calls by it; `role` is None for no member.
    """

    organization: str
    who: str
    user: str | None
    role: str | None
    decrypts: tuple[str, ...]
    lacks: tuple[str, ...]

    @property
    def what(self) -> str:
        """What is to be said of it: who is no member, or a guest, and can decrypt, or is a member and can't."""
        if self.role is None:
            return "not a member"
        if self.role == "guest":
            return "a guest who can decrypt" if self.decrypts else ""
        return "lacks some" if self.lacks else ""


def decryption(snapshot: Snapshot) -> Iterator[Decryption]:
    """Yield each member, and each other key that decrypts, of each organization that has secrets."""
    secrets = snapshot.of_kind(SECRET)
    can_read = readers(snapshot, secrets)
    roles = members(snapshot)
    for organization in dict.fromkeys(str(file.organization) for file in secrets):
        own = [file for file in secrets if file.organization == organization]
        by_who = _by_who(own, can_read)
        everybody = dict.fromkeys([*(handle for name, handle in roles if name == organization), *by_who])
        for who in sorted(everybody):
            decrypted = by_who.get(who, {})
            user = next((reader.user for reader in decrypted.values() if reader.user is not None), None)
            is_user = user is not None or (organization, who) in roles
            yield Decryption(
                organization,
                who,
                who if is_user else None,
                roles.get((organization, who)) if is_user else None,
                tuple(file.handle for file in own if file.path in decrypted),
                tuple(file.handle for file in own if file.path not in decrypted),
            )


def _by_who(
    secrets: list[EntityFile], can_read: Mapping[str, tuple[Reader, ...]]
) -> dict[str, dict[str, Reader]]:
    """Return the readers of each secret, by what they are called and its path."""
    by_who: dict[str, dict[str, Reader]] = {}
    for file in secrets:
        for reader in can_read.get(file.path, ()):
            by_who.setdefault(reader.label, {})[file.path] = reader
    return by_who
