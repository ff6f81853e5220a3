"""Custom fields: the `x-` keys that a data root declares for its kinds, and the fields of a kind that refer to others."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from qafiles.diagnostics import Pointer
from qafiles.kinds import KIND_FACTS, Kind, ReferenceField

ORIGIN: Final = "x-source"
"""The one `x-` key that is a field of every kind but secrets: where an entity came from."""


class DeclaredField(NamedTuple):
    """One declared field of a kind.

    `schema` is the JSON Schema of its values, draft 2020-12, with the types written out and objects closed; what a value
    is and what it is for stand there as `description` and `examples`. `target` is the kind that the value, or each item of
    it where it is a list (`many`), names by id or handle; None for other fields.
    """

    kind: Kind
    name: str
    schema: Mapping[str, Any]
    required: bool = False
    target: Kind | None = None
    many: bool = False

    @property
    def type(self) -> str | None:
        """The JSON type of the values; None where they may have several."""
        stated = self.schema.get("type")
        return stated if isinstance(stated, str) else None

    @property
    def choices(self) -> tuple[str | float | bool, ...]:
        """The values, or the items of a list, that are allowed, in their order; none where others are, too."""
        inner = self.schema.get("items", self.schema)
        return (*inner.get("enum", ()), *([inner["const"]] if "const" in inner else ()))

    @property
    def description(self) -> str:
        """What the field is for, as declared; empty where nobody said."""
        return str(self.schema.get("description", ""))


class Fault(NamedTuple):
    """Why a declaration means nothing: its place in qafiles.yaml, what is wrong there, and what to do."""

    pointer: Pointer
    message: str
    hint: str
    at_key: bool = False


PlainFields = tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]
"""The values of each field and of each fault."""


class DeclaredFields:
    """The declared fields of a data root, immutable; equal to others that declare the same.

    `faults` are what is wrong with further declarations, which count for nothing.
    """

    def __init__(self, fields: Iterable[DeclaredField] = (), faults: Iterable[Fault] = ()) -> None:
        self.faults: Final = tuple(faults)
        by_kind: dict[Kind, dict[str, DeclaredField]] = {kind: {} for kind in KIND_FACTS}
        for item in fields:
            by_kind[item.kind][item.name] = item
        self._by_kind: Final = {kind: MappingProxyType(known) for kind, known in by_kind.items()}

    @classmethod
    def from_plain(cls, plain: PlainFields) -> "DeclaredFields":
        """Return the fields that `to_plain` has told of; raises KeyError, TypeError or ValueError for what is none."""
        fields, faults = plain
        return cls((DeclaredField(*values) for values in fields), (Fault(*values) for values in faults))

    def to_plain(self) -> PlainFields:
        """Return the fields as values that `marshal` knows."""
        fields = [(*field,) for known in self._by_kind.values() for field in known.values()]
        return fields, [(*fault,) for fault in self.faults]

    def of(self, kind: Kind) -> Mapping[str, DeclaredField]:
        """Return the declared fields of a kind by name, in the order of qafiles.yaml."""
        return self._by_kind[kind]

    def references(self, kind: Kind) -> tuple[ReferenceField, ...]:
        """Return every field of a kind that refers to other entities: those of the model, then the declared ones."""
        return self._references[kind]

    @cached_property
    def _references(self) -> Mapping[Kind, tuple[ReferenceField, ...]]:
        return {
            kind: KIND_FACTS[kind].references
            + tuple(ReferenceField(f.name, f.target, f.many) for f in known.values() if f.target is not None)
            for kind, known in self._by_kind.items()
        }

    @cached_property
    def text(self) -> str:
        """What is declared as one line of JSON, equal for equal declarations; empty where nothing is."""
        if not self:
            return ""
        import json  # noqa: PLC0415  # most data roots declare none

        declarations = [
            [f.kind, f.name, f.required, f.target, f.many, dict(f.schema)]
            for known in self._by_kind.values()
            for f in known.values()
        ]
        return json.dumps(declarations, sort_keys=True, ensure_ascii=False)

    def __eq__(self, other: object) -> bool:
        return self.text == other.text if isinstance(other, DeclaredFields) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.text)

    def __bool__(self) -> bool:
        return any(self._by_kind.values())

    def __repr__(self) -> str:
        names = [f"{kind}.{name}" for kind, known in self._by_kind.items() for name in known]
        return f"DeclaredFields({', '.join(names)})"


NOTHING_DECLARED: Final = DeclaredFields()
