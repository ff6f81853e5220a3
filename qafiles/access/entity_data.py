"""What the files of a change say, as far as it decides: ids, fields, keys and recipients, read from git in one batch."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any, Final

from qafiles.access.policy import Claim, key_claim, recipients_of
from qafiles.git import GitRepository
from qafiles.git.completeness import how_to_get_objects
from qafiles.git.process import MissingObjectsError
from qafiles.parsing import MAX_SECRET_SIZE, parse
from qafiles.sops_files.recipients import in_stanza


class EntityData:
    """The fields of one file; None where it can't be read."""

    def __init__(self, fields: Mapping[str, Any] | None) -> None:
        """Take them."""
        self.fields: Final = fields

    @property
    def id(self) -> str | None:
        """The id, where it is a text."""
        name = self.fields.get("id") if self.fields is not None else None
        return name if isinstance(name, str) else None

    @cached_property
    def recipients(self) -> frozenset[str] | None:
        """The keys that decrypt a secret; None where nobody can tell."""
        stanza = self.fields.get("sops") if self.fields is not None else None
        if not isinstance(stanza, dict):
            return None
        named = [recipient for recipient, _ in in_stanza(stanza)]
        return (
            None if None in named else frozenset(recipient[1] for recipient in named if recipient is not None)
        )

    @cached_property
    def own_recipients(self) -> frozenset[str] | None:
        """The keys that decrypt for a user; None where nobody can tell."""
        return frozenset(recipients_of(self.fields)) if self.fields is not None else None

    @cached_property
    def keys(self) -> frozenset[Claim] | None:
        """The signing keys of a user; None where nobody can tell."""
        listed = self.fields.get("signing_keys", []) if self.fields is not None else None
        if not isinstance(listed, list) or not all(isinstance(key, str) for key in listed):
            return None
        return frozenset(claim for key in listed if (claim := key_claim(key)) is not None)


UNREADABLE = EntityData(None)
NO_FILE = EntityData({})


def read_entities(
    repository: GitRepository, blobs: Iterable[str], optional: Iterable[str] = ()
) -> Mapping[str, EntityData]:
    """Return what blobs say, by their names. Raises MissingObjectsError for one that git lacks and that is not optional."""
    may_lack = frozenset(optional)
    names = [*dict.fromkeys([*blobs, *may_lack])]
    data: dict[str, EntityData] = {}
    contents = repository.blobs(names, MAX_SECRET_SIZE + 1)
    for name, content in zip(names, contents, strict=True):
        if content is None and name not in may_lack:
            raise MissingObjectsError(
                f"git lacks the content of a changed file ({name[:12]}), so that nobody knows what changed: "
                f"{how_to_get_objects(repository)}"
            )
        data[name] = data_of(content) if content is not None else UNREADABLE
    return data


def data_of(content: bytes) -> EntityData:
    """Return what the bytes of a file say; nothing that can be relied on where they hold what other readers may read otherwise."""
    parsed = parse(content, MAX_SECRET_SIZE)
    # Of a key that stands twice, one reader takes the first value and another the last.
    return EntityData(parsed.data) if isinstance(parsed.data, dict) and not parsed.refusals else UNREADABLE


def changed_fields(before: EntityData, after: EntityData) -> frozenset[str] | None:
    """Return the top-level fields whose data differ, of what there was not or is no more all; None where nobody can tell."""
    old, new = before.fields, after.fields
    if old is None or new is None:
        return None
    return frozenset(str(name) for name in {*old, *new} if not _same(old, new, name))


def _same(old: Mapping[str, Any], new: Mapping[str, Any], name: str) -> bool:
    # 1, 1.0 and true are different data, which Python calls equal.
    return name in old and name in new and repr(old[name]) == repr(new[name])
