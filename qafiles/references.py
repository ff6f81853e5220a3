"""References: the fields that name other entities, and the secrets that texts name."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from qafiles.diagnostics import Pointer
from qafiles.kinds import KIND_FACTS, SECRET, Kind, ReferenceField
from qafiles.layout import organization_of, path_for, project_of

BY_PLACE: Final = frozenset({"organization_id", "project_id"})
"""Fields that the folder implies."""

_PARENTS: Final[Mapping[Kind, tuple[ReferenceField, ...]]] = MappingProxyType(
    {kind: tuple(f for f in facts.references if f.name in BY_PLACE) for kind, facts in KIND_FACTS.items()}
)

REFERENCE_LISTS: Final = frozenset(
    field.name for facts in KIND_FACTS.values() for field in facts.references if field.many
)
"""Fields of the kinds that hold lists of references, which are sets: another order says nothing else."""

PLACEHOLDER_FIELDS: Final[Mapping[Kind, tuple[str, ...]]] = MappingProxyType(
    {kind: facts.placeholders for kind, facts in KIND_FACTS.items() if facts.placeholders}
)
"""Fields whose texts may name secrets as `{{ secret.NAME }}`."""

SHARED_KINDS: Final = frozenset(
    kind for kind in PLACEHOLDER_FIELDS if KIND_FACTS[kind].within != "project" and kind != "project"
)
"""Kinds outside of projects whose texts may name secrets: those of every project that refers to the entity."""

_new = tuple.__new__  # a NamedTuple's own constructor takes more than twice as long

SUSPECT_MARKS: Final = ("{{", "<secret>", "${", "%")
"""What a text holds that names a secret in this form or that of another program."""

PLACEHOLDER = re.compile(r"\{\{[ \t]*secret\.([A-Za-z0-9_]+)[ \t]*\}\}")


class Reference(NamedTuple):
    """One reference as written: where it stands, what it says, and which kind it must name.

    `within` is the text of a `{{ secret.NAME }}` inside the value, of which it is the occurrence with this number, from
    0; its `value` is a secret_name and no handle. Other references have an empty `within`.
    """

    path: str
    pointer: Pointer
    value: str
    target: Kind
    within: str = ""
    occurrence: int = 0

    @property
    def placeholder(self) -> bool:
        """Whether this is a `{{ secret.NAME }}` in a text."""
        return bool(self.within)

    @property
    def field(self) -> str:
        """The top-level field in which the reference stands."""
        return str(self.pointer[0])


def parents(kind: Kind, handle: str) -> Mapping[str, tuple[Kind, str]]:
    """Return the kind and handle of what an entity of this kind and handle lies in, by the field that may name it."""
    owners = {"organization": organization_of(kind, handle), "project": project_of(kind, handle)}
    return {
        field.name: (field.target, owner)
        for field in _PARENTS[kind]
        if (owner := owners.get(field.target)) is not None
    }


def handles_meant(value: str, project: str | None) -> tuple[str, ...]:
    """Return the handles that a reference by handle may mean, in the order in which they are tried: its own project's first."""
    return (value,) if project is None else (f"{project}/{value}", value)


def paths_meant(kind: Kind, value: str, project: str | None) -> Iterator[str]:
    """Yield the paths of the handles that a reference may mean, in their order."""
    for handle in handles_meant(value, project):
        with suppress(ValueError):
            yield path_for(kind, handle)


def references_in(
    path: str, data: Mapping[str, Any], fields: Iterable[ReferenceField]
) -> Iterator[Reference]:
    """Yield the references of an entity in the order of its fields; what is no text is passed over."""
    for name, target, many in fields:
        value = data.get(name)
        if value is None:
            continue
        if many:
            if value.__class__ is list:
                for index, item in enumerate(value):
                    if item.__class__ is str:
                        yield _new(Reference, (path, (name, index), item, target, "", 0))
        elif value.__class__ is str:
            yield _new(Reference, (path, (name,), value, target, "", 0))


def placeholders_in(path: str, kind: Kind, data: Mapping[str, Any]) -> Iterator[Reference]:
    """Yield the secrets that the texts of an entity name, in the order of its fields."""
    for name in PLACEHOLDER_FIELDS.get(kind, ()):
        value = data.get(name)
        if value is None or (value.__class__ is str and "{{" not in value):
            continue
        for pointer, text in texts_in(value, (name,)):
            seen: Counter[str] = Counter()
            for match in PLACEHOLDER.finditer(text):
                yield Reference(path, pointer, match[1], SECRET, match[0], seen[match[0]])
                seen[match[0]] += 1


def texts_in(value: Any, pointer: Pointer, marks: tuple[str, ...] = ("{{",)) -> Iterator[tuple[Pointer, str]]:
    """Yield every text inside a value that contains one of the marks, with its pointer; keys are not texts."""
    if isinstance(value, str):
        if any(mark in value for mark in marks):
            yield pointer, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from texts_in(item, (*pointer, key), marks)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from texts_in(item, (*pointer, index), marks)
