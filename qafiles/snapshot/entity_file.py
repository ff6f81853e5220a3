"""One entity as its file says it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple, Self

from qafiles.declared_fields import NOTHING_DECLARED, DeclaredFields
from qafiles.diagnostics import EntityName, Pointer, RuleFinding
from qafiles.kinds import SECRET, Kind, ReferenceField
from qafiles.layout import KINDS, name_part, organization_of, project_of
from qafiles.references import (
    PLACEHOLDER_FIELDS,
    SUSPECT_MARKS,
    Reference,
    placeholders_in,
    references_in,
    texts_in,
)
from qafiles.snapshot.entity_fields import EntityFields
from qafiles.sources import Content

_MARKS: Final = (b"{{",)
_SUSPECT_MARKS: Final = tuple(mark.encode() for mark in SUSPECT_MARKS)
_NO_FIELDS: Final[frozenset[str]] = frozenset()
_COMPARED: Final = 7
"""Fields that tell files apart."""


_new = tuple.__new__


class _Fields(NamedTuple):
    """What an entity file is made of: a tuple is made in a fifth of the time that a frozen dataclass takes."""

    path: str
    kind: Kind
    handle: str
    id: str | None
    data: Mapping[str, Any]
    valid: bool
    broken: frozenset[str]
    declared: DeclaredFields
    findings: tuple[RuleFinding, ...] | None
    project: str | None


class EntityFile(_Fields):
    """One entity as its file says it: plain data, which may be incomplete where the file has errors.

    `broken` holds the top-level fields that have errors; `valid` is whether the file has none of its own. `project` is
    the handle of the project that the entity belongs to, or None. `declared` are the custom fields of its data root.
    `findings` are those of the rules that look at one file alone, None where none of them has looked at it.
    """

    __slots__ = ()

    def __new__(  # noqa: PLR0913, PLR0917  # one parameter for each fact
        cls,
        path: str,
        kind: Kind,
        handle: str,
        id: str | None,  # noqa: A002  # as the field is called
        data: Mapping[str, Any],
        valid: bool = True,  # noqa: FBT001, FBT002  # as a field
        broken: frozenset[str] = _NO_FIELDS,
        declared: DeclaredFields = NOTHING_DECLARED,
        findings: tuple[RuleFinding, ...] | None = None,
    ) -> Self:
        """Return the entity at a place."""
        # Rules ask for the project some hundred thousand times in a large data root.
        project = project_of(kind, handle)
        return _new(cls, (path, kind, handle, id, data, valid, broken, declared, findings, project))

    def __eq__(self, other: object) -> bool:
        """Return whether two files say the same at the same place, whatever was declared and found."""
        return isinstance(other, EntityFile) and self[:_COMPARED] == other[:_COMPARED]

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = None  # type: ignore[assignment]  # what a file says has none

    def __repr__(self) -> str:
        return f"EntityFile({self.path!r}, {self.kind!r}, {self.handle!r}, {self.id!r})"

    @property
    def name(self) -> EntityName:
        """The kind, id and handle."""
        return EntityName(self.kind, self.id, self.handle)

    @property
    def reference_fields(self) -> tuple[ReferenceField, ...]:
        """The fields that refer to other entities: those of the kind, then the declared ones."""
        return self.declared.references(self.kind)

    def references(self) -> Iterator[Reference]:
        """Yield the references that the file makes, as they are written, placeholders included."""
        yield from self.plain_references()
        yield from self.placeholders()

    def plain_references(self) -> Iterator[Reference]:
        """Yield the references that the fields of the file make."""
        return references_in(self.path, self.data, self.reference_fields)

    def placeholders(self) -> Iterator[Reference]:
        """Yield the secrets that the texts of the file name."""
        return placeholders_in(self.path, self.kind, self.data) if self.may_hold(_MARKS) else iter(())

    def references_of(self, field: str) -> Iterator[Reference]:
        """Yield the references that one top-level field makes, placeholders included."""
        fields = [reference for reference in self.reference_fields if reference.name == field]
        yield from references_in(self.path, self.data, fields)
        if field in PLACEHOLDER_FIELDS.get(self.kind, ()):
            yield from (reference for reference in self.placeholders() if reference.field == field)

    def marked_texts(self) -> Iterator[tuple[Pointer, str]]:
        """Yield the texts that may name a secret in whatever form, in fields where that counts, with their pointers."""
        if self.may_hold(_SUSPECT_MARKS):
            for name in PLACEHOLDER_FIELDS.get(self.kind, ()):
                yield from texts_in(self.data.get(name), (name,), SUSPECT_MARKS)

    def may_hold(self, texts: Iterable[bytes]) -> bool:
        """Return whether a value of the file may hold one of some texts, in UTF-8; where it is not known, it may."""
        return self.data.may_hold(texts) if isinstance(self.data, EntityFields) else True

    @property
    def is_secret(self) -> bool:
        """Whether SOPS encrypts the file."""
        return self.kind == SECRET

    @property
    def name_part(self) -> str:
        """The last part of the handle, which is the name of the file or folder."""
        return name_part(self.handle)

    @property
    def secret_name(self) -> str:
        """The name by which texts refer to a secret."""
        return str(self.get("secret_name") or self.name_part)

    @property
    def organization(self) -> str | None:
        """The handle of the organization that the entity belongs to, or None."""
        return organization_of(self.kind, self.handle)

    def get(self, name: str) -> Any:
        """Return the value of a top-level field, or None where it is absent or has an error."""
        return None if name in self.broken else self.data.get(name)


FilesByKind = Mapping[Kind, Sequence[EntityFile]]
"""Files by kind; every kind is there."""

Examine = Callable[[Sequence[tuple[EntityFile, Content]]], Sequence[tuple[RuleFinding, ...]]]
"""Tells what the rules that look at one file alone find in each of some files, which have been read."""


def by_kind(files: Iterable[EntityFile]) -> dict[Kind, list[EntityFile]]:
    """Return the files of each kind, in their order."""
    groups: dict[Kind, list[EntityFile]] = {kind: [] for kind in KINDS}
    for file in files:
        groups[file.kind].append(file)
    return groups
