"""Fields that can't be read, which may refer to anything."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet

from qafiles.kinds import Kind, ReferenceField
from qafiles.references import PLACEHOLDER_FIELDS
from qafiles.snapshot.entity_file import EntityFile


def referring_fields(file: EntityFile) -> frozenset[str]:
    """Return the fields of a file's kind that may refer to something."""
    references = (field.name for field in file.reference_fields)
    return frozenset((*references, *PLACEHOLDER_FIELDS.get(file.kind, ())))


def unread_fields(file: EntityFile, *, is_legible: bool) -> frozenset[str]:
    """Return the fields of a file that can't be read, all that may refer where nothing can."""
    if file.valid or (file.data and is_legible):
        return file.broken
    return referring_fields(file)


def may_refer(
    kind: Kind,
    project: str | None,
    unread: AbstractSet[str],
    references: Iterable[ReferenceField],
    file: EntityFile,
) -> bool:
    """Return whether unread fields of an entity, of this kind and project and with these references, may refer to a file."""
    return (project is None or file.project in {None, project}) and (
        any(field.target == file.kind and field.name in unread for field in references)
        or (file.is_secret and not unread.isdisjoint(PLACEHOLDER_FIELDS.get(kind, ())))
    )
