"""Who can decrypt the secrets of a snapshot: the recipients in each file, and the users whose keys they are."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from qafiles.parsing import MAX_SECRET_SIZE, parse
from qafiles.snapshot import EntityFile, Snapshot
from qafiles.sops_files.recipients import age_keys, in_stanza


class Reader(NamedTuple):
    """A key that decrypts a secret: its type, what to call it, the user who has it, None where no user names it, and itself."""

    form: str
    label: str
    user: EntityFile | None
    key: str | None = None


def readers(snapshot: Snapshot, secrets: Iterable[EntityFile]) -> Mapping[str, tuple[Reader, ...]]:
    """Return who can decrypt each secret, by its path; each key once, in the order of labels.

    The recipients are those that the files name in clear text. What a file names illegibly is called so.
    """
    owners = {
        key: user
        for user in reversed(snapshot.of_kind("user"))
        for key in age_keys(user.get("age_recipients"))
    }
    files = [file for file in secrets if file.path in snapshot.entries]
    contents = snapshot.source.read([snapshot.entries[file.path] for file in files])
    readers_by_path = {}
    for file, content in zip(files, contents, strict=True):
        data = parse(content, MAX_SECRET_SIZE).data if isinstance(content, bytes) else None
        stanza = data.get("sops") if isinstance(data, dict) else None
        named = in_stanza(stanza) if isinstance(stanza, dict) else []
        own = [_reader(recipient, owners) for recipient in dict.fromkeys(recipient for recipient, _ in named)]
        readers_by_path[file.path] = tuple(sorted(own, key=lambda reader: (reader.label, reader.form)))
    return readers_by_path


def _reader(recipient: tuple[str, str] | None, owners: Mapping[str, EntityFile]) -> Reader:
    if recipient is None:
        return Reader("illegible", "illegible", None)
    form, key = recipient
    user = owners.get(key)
    if user is not None:
        return Reader(form, user.handle, user, key)
    # The end tells keys apart: age keys all begin alike.
    return Reader(form, key if len(key) <= 40 else f"{key[:16]}…{key[-8:]}", None, key)


def members(snapshot: Snapshot) -> Mapping[tuple[str, str], str]:
    """Return the role of each member, by the handles of organization and user; a role that is no text is empty."""
    roles = {}
    for file in snapshot.of_kind("member"):
        user = user_of(snapshot, file)
        if user is not None and file.organization is not None:
            role = file.get("role")
            roles[file.organization, user.handle] = role if isinstance(role, str) else ""
    return roles


def user_of(snapshot: Snapshot, member: EntityFile) -> EntityFile | None:
    """Return the user that a member is, None where the reference dangles."""
    links = snapshot.outgoing(member)
    return next((link.target for link in links if link.target and link.target.kind == "user"), None)
