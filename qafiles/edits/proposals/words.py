"""The words of a command line that changes entities: which entities, and what is assigned to them."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from qafiles.errors import UsageError

if TYPE_CHECKING:
    from qafiles.declared_fields import DeclaredFields
    from qafiles.edits.proposals.assignments import Assignment
    from qafiles.kinds import Kind


class Group(NamedTuple):
    """Entities as they were named, and what changes in each of them: their kind and the declared fields type the values.

    `notes` are sentences on what may belong with them and can't be read.
    """

    entities: tuple[str, ...]
    assigned: "Callable[[Kind, DeclaredFields], Sequence[Assignment]]"
    notes: tuple[str, ...] = ()


class Words(NamedTuple):
    """Entities and the assignments behind them, as a command line has them."""

    entities: tuple[str, ...]
    fields: tuple[str, ...]


def grouped(words: Sequence[str]) -> tuple[Words, ...]:
    """Return `ENTITY… FIELD=VALUE… ENTITY… FIELD=VALUE…` in groups, each of entities and what is assigned to all of them.

    No name of an entity holds a `=`. Raises UsageError for entities with no assignment behind them, and the reverse.
    """
    groups: list[tuple[list[str], list[str]]] = []
    for word in words:
        if is_assignment(word):
            if not groups:
                raise UsageError(
                    f"`{word[:80]}` has no ENTITY in front; write `qafiles set ENTITY FIELD=VALUE`"
                )
            groups[-1][1].append(word)
        elif groups and not groups[-1][1]:
            groups[-1][0].append(word)
        else:
            groups.append(([word], []))
    if groups and not groups[-1][1]:
        word = words[-1]
        if len(words) == 1:
            raise UsageError(
                f"nothing is assigned to `{word[:80]}`; write `qafiles set {word[:80]} FIELD=VALUE`"
            )
        raise UsageError(
            f"`{word[:80]}` is no assignment; write FIELD=VALUE, FIELD+=ITEM or FIELD-=ITEM, with quotes around a value "
            "that has blanks, and entities in front of what is assigned to them"
        )
    return tuple(Words((*entities,), (*fields,)) for entities, fields in groups)


def is_assignment(text: str) -> bool:
    """Return whether an argument assigns something; no name of an entity holds a `=`."""
    return "=" in text
