"""Ids that several files have, as after `cp`: what an edit takes such an id to mean."""

from collections.abc import Mapping

from qafiles.errors import EditRefusedError, UnknownEntityError
from qafiles.references import Reference
from qafiles.rules.duplicate_id import duplicates
from qafiles.snapshot import EntityFile, Snapshot
from qafiles.snapshot.shared_ids import shared_id_problem
from qafiles.snapshot.unread import entity_named

Shared = Mapping[str, tuple[EntityFile, ...]]
"""The files of each id that more than one of them has."""


def shared_ids(snapshot: Snapshot) -> Shared:
    """Return the ids that several files have, with those files, sorted by path."""
    return snapshot.shared_ids


def originals(snapshot: Snapshot) -> Mapping[str, EntityFile | None]:
    """Return the original of each id that several files have, None where git can't tell which one it is."""
    return {d.id: d.original if d.certain else None for d in duplicates(snapshot)}


def named(snapshot: Snapshot, argument: str, *, shortened: bool = True) -> EntityFile:
    """Return the entity that an argument names to an edit, by the last parts of its handle only where `shortened`.

    Raises UnknownEntityError as `Snapshot.find` does, and for an id that several files have.
    """
    file = entity_named(snapshot, argument, shortened=shortened)
    id_ = file.id or ""
    holders = () if argument == file.handle or not id_.startswith(argument) else shared_ids(snapshot).get(id_)
    if holders:
        raise UnknownEntityError(shared_id_problem(argument, [other.path for other in holders]))
    return file


def meant(
    snapshot: Snapshot, reference: Reference, known: Mapping[str, EntityFile | None]
) -> EntityFile | None:
    """Return the file that a reference names; of an id that several have the original, None where it is not known."""
    file = snapshot.resolve(reference)
    return known.get(reference.value, file) if file is not None and file.id == reference.value else file


def same_entity(snapshot: Snapshot, like: EntityFile) -> EntityFile | None:
    """Return the file that has the id of another snapshot's file now, None where none has.

    Raises EditRefusedError where several have it, and neither its path nor git tells which one is meant.
    """
    if like.id is None or like.id not in snapshot.by_id:
        return None
    holders = shared_ids(snapshot).get(like.id)
    if holders is None:
        return snapshot.by_id[like.id]
    at_path = snapshot.files.get(like.path)
    original = at_path if at_path in holders else originals(snapshot)[like.id]
    if original is None:
        paths = " and ".join(other.path for other in holders)
        raise EditRefusedError(
            f"{paths} have the same id; give the copy an id of its own with `qafiles fix`. Nothing was written"
        )
    return original
