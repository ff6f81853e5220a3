"""The fields of a file as they are kept: a few at hand, all of them as bytes that are read when somebody asks for more."""

import marshal
from collections.abc import ItemsView, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from qafiles.cache.file_bodies import Body, body_of
from qafiles.declared_fields import ORIGIN, DeclaredFields
from qafiles.kinds import Kind, ReferenceField
from qafiles.snapshot.shared_keys import with_shared_keys

_AT_HAND: Final[Mapping[Kind, tuple[str, ...]]] = MappingProxyType(
    {
        "organization": ("logo",),
        "project": ("default_url_route",),
        "secret_value": ("secret_name",),
        "test_case": ("allowed_domains", "url_route"),
        "test_traversal": ("version",),
        "user": ("age_recipients", "email"),
    }
)
"""Fields for which rules ask every file of a kind, references apart."""

_LENGTH_OF_NONE: Final = len(marshal.dumps({}))
"""How long the bytes of no fields are, which are not always the same: https://docs.python.org/3/library/marshal.html#marshal.version"""

_NOTHING_AT_HAND: Final[Mapping[str, int]] = MappingProxyType({})


def fields_at_hand(kind: Kind, declared: DeclaredFields) -> Mapping[str, int]:
    """Return the fields of a kind that are kept at hand, each with its number among them: references, and what rules compare."""
    references = (field.name for field in declared.references(kind))
    return {
        name: number for number, name in enumerate((*references, "name", ORIGIN, *_AT_HAND.get(kind, ())))
    }


class EntityFields(Mapping[str, Any]):
    """The top-level fields of a file, in their order.

    In place of a million values, which take ten times the memory of the file, the bytes of `marshal` are kept, and the
    values are made of them when somebody asks for a field that is not at hand.
    """

    __slots__ = ("_at_hand", "_fields", "_numbers", "_packed")

    def __init__(self, packed: bytes, at_hand: tuple[Any, ...], numbers: Mapping[str, int]) -> None:
        """Keep what `packed` has made: with no fields at hand, `numbers` are not looked at."""
        self._packed = packed
        self._at_hand = at_hand
        self._numbers = numbers if at_hand else _NOTHING_AT_HAND
        self._fields: dict[str, Any] | None = None

    def _all(self) -> dict[str, Any]:
        fields = self._fields
        if fields is None:
            fields = self._fields = with_shared_keys(marshal.loads(self._packed))  # noqa: S302  # our own
        return fields

    def __getitem__(self, name: str) -> Any:
        number = self._numbers.get(name)
        if number is None:
            return self._all()[name]
        value = self._at_hand[number]
        if value is None:
            raise KeyError(name)
        return value

    def get(self, name: str, default: Any = None) -> Any:
        """Return the value of a field, or the default where it is absent."""
        number = self._numbers.get(name)
        if number is None:
            return self._all().get(name, default)
        value = self._at_hand[number]
        return default if value is None else value

    def __contains__(self, name: object) -> bool:
        number = self._numbers.get(name) if isinstance(name, str) else None
        return name in self._all() if number is None else self._at_hand[number] is not None

    def read(self) -> Mapping[str, Any]:
        """Return the fields without keeping them: for who looks once at each of many files."""
        return self._fields if self._fields is not None else marshal.loads(self._packed)  # noqa: S302  # our own

    def value(self, name: str) -> Any:
        """Return one field, None where it is absent, without keeping the others."""
        number = self._numbers.get(name)
        return self.read().get(name) if number is None else self._at_hand[number]

    def __bool__(self) -> bool:
        return len(self._packed) > _LENGTH_OF_NONE

    def items(self) -> ItemsView[str, Any]:
        """Return all names and values, in their order."""
        return self._all().items()

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())

    def __repr__(self) -> str:
        return repr(self._all())

    def may_hold(self, texts: Iterable[bytes]) -> bool:
        """Return whether a value may hold one of some texts: as bytes they stand there as they are."""
        held = self.held
        for text in texts:  # noqa: SIM110  # any() would take twice as long
            if text in held:
                return True
        return False

    @property
    def held(self) -> bytes:
        """Bytes in which all names and values stand, texts as they are, perhaps with more."""
        return self._packed

    @property
    def at_hand(self) -> tuple[Any, ...]:
        """The values at hand by their numbers, references first, None for one that is absent; empty where there are none."""
        return self._at_hand


class KeptFields(EntityFields):
    """Those of a file of which an earlier run kept a body, which is read when somebody asks for a field; `title` is the entity's."""

    __slots__ = ("_body", "_numbers_then", "title")

    def __init__(self, body: Body, numbers: Mapping[str, int], title: str | None) -> None:
        """Take the body, of which the first values are what `packed` has made."""
        self._body = body
        self._numbers_then = numbers
        self._fields = None
        self.title = title

    def __getattr__(self, name: str) -> Any:
        """Return what is not there yet, after the body was read, of which only what is at hand is kept a second time."""
        if name not in EntityFields.__slots__:
            raise AttributeError(name)
        fields, at_hand, *_ = marshal.loads(body_of(self._body))  # noqa: S302  # our own
        if name == "_packed":
            return fields
        self._at_hand = at_hand
        self._numbers = self._numbers_then if at_hand else _NOTHING_AT_HAND
        return getattr(self, name)

    @property
    def held(self) -> bytes:
        """The body, in which the fields stand beside what else was read of the file."""
        return body_of(self._body)


def may_name_secrets(data: Mapping[str, Any]) -> bool:
    """Return whether a text of a file may name a secret as `{{ secret.NAME }}`; where it is not known, it may."""
    # A single byte is found in a tenth of the time, and hardly any other text holds it.
    return b"}" in data.held if isinstance(data, EntityFields) else True


def values_of(data: Mapping[str, Any], fields: Sequence[ReferenceField]) -> Iterable[Any]:
    """Return the values of the fields of a file that refer to others, in their order, perhaps with more after them."""
    if isinstance(data, EntityFields) and data.at_hand:
        return data.at_hand
    return [data.get(field.name) for field in fields]


def packed(fields: dict[str, Any], numbers: Mapping[str, int]) -> tuple[bytes, tuple[Any, ...]]:
    """Return the fields as bytes, and those at hand by their numbers: None for one that is absent, nothing where one is null."""
    at_hand = tuple(map(fields.get, numbers))
    # What is null would be taken for absent.
    if None in at_hand and None in fields.values():
        at_hand = ()
    return marshal.dumps(fields), at_hand
