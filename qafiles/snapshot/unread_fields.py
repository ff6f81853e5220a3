"""Fields that can't be read, which may refer to anything."""

from collections.abc import Set as AbstractSet

from qafiles.kinds import Kind
from qafiles.references import PLACEHOLDER_FIELDS, REFERENCE_FIELDS
from qafiles.snapshot.entity_file import EntityFile


def referring_fields(kind: Kind) -> frozenset[str]:
    """Return the fields of a kind that may refer to something."""
    references = (field.name for field in REFERENCE_FIELDS[kind])
    return frozenset((*references, *PLACEHOLDER_FIELDS.get(kind, ())))


def may_refer(kind: Kind, project: str | None, fields: AbstractSet[str], file: EntityFile) -> bool:
    """Return whether fields of an entity, of this kind and project, may refer to a file."""
    return (project is None or file.project in {None, project}) and (
        any(field.target == file.kind and field.name in fields for field in REFERENCE_FIELDS[kind])
        or (file.is_secret and not fields.isdisjoint(PLACEHOLDER_FIELDS.get(kind, ())))
    )
