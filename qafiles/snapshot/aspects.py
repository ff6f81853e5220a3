"""What differs between two states of entity files, in the words in which rules say what they read."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from typing import Final, NamedTuple

from qafiles.kinds import Kind
from qafiles.references import PLACEHOLDER_FIELDS
from qafiles.snapshot.entity_file import EntityFile
from qafiles.snapshot.unread_fields import referring_fields, unread_fields

ALL: Final = "*"
"""Stands for every kind, and for every aspect: those of a file that came or went."""

PATHS: Final = "paths"
"""Which files of a kind there are."""
ID: Final = "id"
"""The id of a file."""
BYTES: Final = "bytes"
"""The bytes of a file."""
KEYS: Final = "keys"
"""Which fields a file has, in which order."""
BROKEN: Final = "broken"
"""Which fields of a file have errors."""
VALID: Final = "valid"
"""Whether a file has no errors."""
LEGIBLE: Final = "legible"
"""Whether a file can be read as YAML."""
UNREAD: Final = "unread"
"""Which fields of a file may refer to something that nobody can read."""
REFERENCES: Final = "references"
"""The fields that refer to others, texts apart."""
PLACEHOLDERS: Final = "placeholders"
"""The secrets that texts name."""
MARKED_TEXTS: Final = "marked-texts"
"""The texts that may name a secret in whatever form."""
FIELD: Final = "/"
"""What the name of any other field stands behind."""


class Aspect(NamedTuple):
    """Something that a file of a kind says or is."""

    kind: Kind
    what: str


class State(NamedTuple):
    """A file at one time, None where there was none, and whether it could be read as YAML."""

    file: EntityFile | None
    is_legible: bool = True


def changed_aspects(states: Iterable[tuple[State, State]]) -> frozenset[Aspect]:
    """Return what differs between the earlier and the present states of some files, each of the same path."""
    changed: set[Aspect] = set()
    for before, after in states:
        file = after.file or before.file
        if file is not None:
            changed.update(Aspect(file.kind, what) for what in _changed(before, after))
    return frozenset(changed)


def meets(reads: Iterable[Aspect], changed: AbstractSet[Aspect]) -> bool:
    """Return whether something has changed of what is read."""
    return any(
        ALL in {kind, other.kind} or kind == other.kind
        for kind, what in reads
        for other in changed
        if (ALL in {what, other.what} or what == other.what)
    )


def _changed(before: State, after: State) -> Iterable[str]:
    old, new = before.file, after.file
    if old is None or new is None:
        return (ALL,)
    return [BYTES, *_of_file(old, new), *_of_legibility(before, after), *_of_fields(old, new)]


def _of_file(old: EntityFile, new: EntityFile) -> Iterable[str]:
    if old.id != new.id:
        yield ID
    if old.valid != new.valid:
        yield VALID
    if old.broken != new.broken:
        yield BROKEN


def _of_legibility(before: State, after: State) -> Iterable[str]:
    if before.is_legible != after.is_legible:
        yield LEGIBLE
    if _unread(before) != _unread(after):
        yield UNREAD


def _unread(state: State) -> frozenset[str]:
    file, is_legible = state
    if file is None or file.valid:
        return frozenset()
    return unread_fields(file, is_legible=is_legible) & referring_fields(file)


def _of_fields(old: EntityFile, new: EntityFile) -> Iterable[str]:
    """Yield which fields differ, in their values, their types or whether they are broken, and what else follows from it."""
    if [*old.data] != [*new.data]:
        yield KEYS
    references = {field.name for field in new.reference_fields} | {
        field.name for field in old.reference_fields
    }
    texts = PLACEHOLDER_FIELDS.get(new.kind, ())
    names = dict.fromkeys((*old.data, *new.data, *old.broken, *new.broken))
    different = [name for name in names if _written(old, name) != _written(new, name)]
    yield from (REFERENCES if name in references else FIELD + name for name in different)
    if not {*texts}.isdisjoint(different):
        if [*old.placeholders()] != [*new.placeholders()]:
            yield PLACEHOLDERS
        if [*old.marked_texts()] != [*new.marked_texts()]:
            yield MARKED_TEXTS


def _written(file: EntityFile, name: str) -> tuple[str | None, bool]:
    """Return a field so that different values differ: 1, 1.0 and True are equal."""
    return repr(file.data[name]) if name in file.data else None, name in file.broken
