"""Fields of one entity in two states: which are the same data, and what changed in the others."""

from collections.abc import Mapping
from typing import Any, Final, Literal, NamedTuple

from qafiles.kinds import CLEAR_FIELDS, HIDDEN_FIELDS, SECRET, Kind
from qafiles.parsing.values import ABSENT, Part, leftovers, parts, same
from qafiles.references import BY_PLACE, REFERENCE_LISTS

PROSE: Final = frozenset({"test_description", "extra_rules", "content"})

Form = Literal["value", "items", "prose", "mapping", "secret"]


class FieldChange(NamedTuple):
    """A field with another value; `old` and `new` are as written, ABSENT where the field is not there.

    `removed` and `added` are what to show: the values, or the items of a list. They are empty in the forms `prose` and
    `mapping`, whose parts are compared when they are shown, and in `secret`, of which nothing may be shown. A list with
    other items in neither has another order.
    """

    name: str
    form: Form
    old: Any
    new: Any
    removed: tuple[Any, ...] = ()
    added: tuple[Any, ...] = ()

    def __repr__(self) -> str:
        """Return what may be shown, without the values of secrets."""
        return f"FieldChange({self.name!r}, {self.form!r}, removed={self.removed!r}, added={self.added!r})"

    @property
    def parts(self) -> tuple[Part, ...]:
        """The changes inside of a mapping."""
        return tuple(parts(self.old, self.new, (self.name,))) if self.form == "mapping" else ()


def same_field(name: str, old: Any, new: Any) -> bool:
    """Return whether a top-level field is the same data in two states; lists of references are sets."""
    return same(_canonical(name, old), _canonical(name, new))


def canonical(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return data that is the same for two states of a file which say the same.

    Lists of references are sorted. What the folder says already is left out, but from secrets, which are signed with it.
    """
    return {
        name: _canonical(name, value)
        for name, value in data.items()
        if name not in BY_PLACE or "secret_value" in data
    }


def _canonical(name: str, value: Any) -> Any:
    is_set = name in REFERENCE_LISTS and isinstance(value, list) and all(isinstance(i, str) for i in value)
    return sorted(value) if is_set else value


def field_change(kind: Kind, name: str, old: Any, new: Any) -> FieldChange:
    """Return the change of a field of an entity; values are as written, and nothing of a ciphertext is to be shown."""
    if kind == SECRET and name not in CLEAR_FIELDS:
        return FieldChange(name, "secret", old, new)
    if name in PROSE and isinstance(old, str) and isinstance(new, str):
        return FieldChange(name, "prose", old, new)
    return value_change(name, old, new)


def value_change(name: str, old: Any, new: Any) -> FieldChange:
    """Return the change of a field that is no prose and no secret."""
    if isinstance(old, dict) and isinstance(new, dict):
        return FieldChange(name, "mapping", old, new)
    if isinstance(old, list) or isinstance(new, list):
        removed, added = leftovers(items_of(old), items_of(new))
        # That a list is empty and not absent, or null, is no other order.
        if removed or added or (isinstance(old, list) and isinstance(new, list)):
            return FieldChange(name, "items", old, new, tuple(removed), tuple(added))
    return FieldChange(name, "value", old, new, _shown(old), _shown(new))


def items_of(value: Any) -> list[Any]:
    """Return the items of a list, none where it is absent; another value is one item."""
    if isinstance(value, list):
        return value
    return [] if value is ABSENT or value is None else [value]


def _shown(value: Any) -> tuple[Any, ...]:
    return () if value is ABSENT else (value,)


SecretNote = Literal["value changed", "re-encrypted"]


def secret_note(changed: set[str]) -> SecretNote | None:
    """Return what happened to the ciphertext of a secret whose fields with these names changed; None when nothing did."""
    if not changed & HIDDEN_FIELDS:
        return None
    return "value changed" if {"version", "secret_value"} <= changed else "re-encrypted"
