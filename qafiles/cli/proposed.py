"""What `set`, `new` and `mv` propose for what their command lines say."""

import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qafiles.declared_fields import DeclaredFields
    from qafiles.edits.proposal import Proposal
    from qafiles.edits.proposals.assignments import Assignment
    from qafiles.edits.proposals.words import Group
    from qafiles.kinds import Kind
    from qafiles.snapshot import EntityFile, Snapshot

    Propose = Callable[[Snapshot], Proposal]

OF_NEW = ("qafiles.edits.proposals.assignments", "qafiles.edits.proposals.new")
OF_MV = ("qafiles.edits.proposals.mv",)
OF_SET = ("qafiles.edits.proposals.several",)
"""The modules that a proposal needs once the data root is loaded, for each of these commands."""


def new_entity(kind: "Kind", handle: str, fields: Sequence[str], original: str | None = None) -> "Propose":
    """Return what proposes an entity with fields, each written as FIELD=VALUE, or a copy of another one."""
    from functools import cache

    read = cache(read_value)

    def propose(snapshot: "Snapshot") -> "Proposal":
        from qafiles.edits.proposals.assignments import assignments
        from qafiles.edits.proposals.new import create

        assigned = assignments(kind, tuple(fields), read, snapshot.settings.fields)
        return create(snapshot, kind, handle, assigned, original=original)

    return propose


def other_handle(entity: str, handle: str) -> "Propose":
    """Return what proposes another handle for an entity."""

    def propose(snapshot: "Snapshot") -> "Proposal":
        from qafiles.edits.proposals.mv import move

        return move(snapshot, entity, handle, _resealed)

    return propose


def _resealed(
    snapshot: "Snapshot", file: "EntityFile", path: str, changes: Mapping[str, str]
) -> bytes | None:
    from qafiles.secrets.synchronizing import resealed  # most entities are no secrets

    return resealed(snapshot, file, path, changes)


def other_fields(groups: "Callable[[Snapshot], Sequence[Group]]") -> "Propose":
    """Return what proposes other values of fields for groups of entities."""

    def propose(snapshot: "Snapshot") -> "Proposal":
        from qafiles.edits.proposals.several import set_several

        return set_several(snapshot, groups(snapshot))

    return propose


def named_groups(words: tuple[str, ...]) -> "Callable[[Snapshot], Sequence[Group]]":
    """Return the groups of words: entities, and behind them what is assigned to those. Raises UsageError."""
    from functools import cache, partial

    from qafiles.edits.proposals.words import Group, grouped

    read = cache(read_value)
    groups = [
        Group(group.entities, partial(typed, texts=group.fields, read=read)) for group in grouped(words)
    ]
    return lambda _: groups


def typed(
    kind: "Kind", declared: "DeclaredFields", *, texts: tuple[str, ...], read: Callable[[str], str]
) -> "Sequence[Assignment]":
    """Return what texts assign to fields of a kind. Raises UsageError."""
    from qafiles.edits.proposals.assignments import assignments

    return assignments(kind, texts, read, declared)


def read_value(name: str) -> str:
    """Return the text that `FIELD=@NAME` stands for: of a file, or of stdin for `-`."""
    from qafiles.errors import UsageError

    try:
        content = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise UsageError(f"{name} is no UTF-8 text") from None
    except OSError as error:
        raise UsageError(f"{name} can't be read: {error.strerror}; `@@` begins a text with an @") from error
