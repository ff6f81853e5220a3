"""Whose a key is: the users who name it, and the comment behind it in `.sops.yaml`."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from qafiles.errors import EditRefusedError
from qafiles.parsing import parse
from qafiles.snapshot.entity_file import EntityFile
from qafiles.snapshot.snapshot import Snapshot
from qafiles.sops_files.config import CONFIG_FILE, named_keys, read_config
from qafiles.sops_files.recipients import Recipient, age_keys

NOBODY: Final[Mapping[Recipient, str]] = MappingProxyType({})


def recipients_of(user: EntityFile) -> tuple[Recipient, ...]:
    """Return the recipients that a user's `age_recipients` name, each once."""
    return tuple(("age", key) for key in age_keys(user.get("age_recipients")))


def owners(users: Iterable[EntityFile]) -> Mapping[Recipient, tuple[EntityFile, ...]]:
    """Return the users who name each key, each handle once: more than one only by mistake, or by malice."""
    result: dict[Recipient, tuple[EntityFile, ...]] = {}
    for user in users:
        for recipient in recipients_of(user):
            known = result.get(recipient, ())
            if user.handle not in {other.handle for other in known}:
                result[recipient] = (*known, user)
    return result


def users_with(snapshot: Snapshot, key: str) -> tuple[EntityFile, ...]:
    """Return the users whose `age_recipients` hold a key, sorted by path."""
    return owners(snapshot.of_kind("user")).get(("age", key), ())


def described(
    snapshot: Snapshot, recipients: Iterable[Recipient], former: Mapping[Recipient, str] = NOBODY
) -> dict[Recipient, str]:
    """Return for each recipient whose key it is, the whole key, and the comment behind it in `.sops.yaml`.

    `former` are users who named a key that no user names any more.
    """
    return described_by(snapshot.of_kind("user"), snapshot.bytes_of(CONFIG_FILE) or b"", recipients, former)


def described_by(
    users: Iterable[EntityFile],
    config: bytes,
    recipients: Iterable[Recipient],
    former: Mapping[Recipient, str] = NOBODY,
) -> dict[Recipient, str]:
    """Return the same of some users and the text of a `.sops.yaml`."""
    comments, by_key = comments_on_keys(config), owners(users)
    result = {}
    for recipient in recipients:
        names = ", ".join(f"{user.handle} ({user.get('name')})" for user in by_key.get(recipient, ()))
        comment = f"  # {comments[recipient]}" if comments.get(recipient) else ""
        once = f"once of {former[recipient]}" if recipient in former else "a key of no user"
        result[recipient] = f"{names or once}: {recipient[1]}{comment}"
    return result


def comments_on_keys(content: bytes) -> dict[Recipient, str]:
    """Return the comment behind each key that a `.sops.yaml` names and that has one."""
    parsed = parse(content)
    if parsed.refusals or b"#" not in content:
        return {}
    from qafiles.yaml_text.texts import comment_behind  # noqa: PLC0415  # what writes YAML is slow to import

    comments: dict[Recipient, str] = {}
    for rule in read_config(parsed.data).rules:
        place = parsed.data["creation_rules"][rule.pointer[-1]]
        for kind, _, key, pointer in named_keys(place, rule.pointer):
            try:
                comment = comment_behind(content, pointer)
            except EditRefusedError:
                comment = None
            if key is not None and comment:
                comments.setdefault((kind, key), comment)
    return comments
