"""References that follow what is moved: those by handle in their own form, and the comment that names an id's handle."""

from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from qafiles.edits.proposals.shared_ids import meant, originals
from qafiles.errors import EditRefusedError
from qafiles.layout import Place, classify, name_part, project_of
from qafiles.references import BY_PLACE, Reference, parents
from qafiles.snapshot import EntityFile, Snapshot


class Follower(NamedTuple):
    """A reference whose text, or the comment behind it, has to change: what stands there, and what will."""

    reference: Reference
    old: str
    new: str
    in_comment: bool = False


def followers(snapshot: Snapshot, moves: Mapping[str, str]) -> Iterator[Follower]:
    """Yield what has to change so that every reference means what it means now; `moves` maps old paths to new ones.

    Of a reference by id, the old handle is looked for in the comment behind it. The places are those before the move.
    """
    places = {old: place for old, new in moves.items() if isinstance(place := classify(new), Place)}
    known = originals(snapshot)
    for file in _concerned(snapshot, [snapshot.files[path] for path in places if path in snapshot.files]):
        new_place = places.get(file.path)
        project = project_of(new_place.kind, new_place.handle) if new_place else file.project
        for reference in file.references():
            if reference.placeholder:
                if (new_text := _placeholder(snapshot, reference, file, project, places)) is not None:
                    yield Follower(reference, reference.within, new_text)
                continue
            target = meant(snapshot, reference, known)
            if target is None or (new_place is None and target.path not in places):
                continue
            handle = places[target.path].handle if target.path in places else target.handle
            if reference.field in BY_PLACE and new_place is not None:
                parent = _parent(snapshot, new_place, reference.field, places)
                if parent is not None and parent[0] is not target:
                    there, handle = parent
                    if snapshot.is_id(reference.value):
                        if there.id is not None:
                            yield Follower(reference, reference.value, there.id)
                        yield from _comments(reference, file, target, handle, project)
                        continue
            if snapshot.is_id(reference.value):
                yield from _comments(reference, file, target, handle, project)
                continue
            new = _written(reference.value, file, target, handle, project)
            if (
                new == handle
                and target.id is not None
                and (target.kind, f"{project}/{new}") in snapshot.by_handle
            ):
                new = target.id  # in that project, the handle is that of another entity
            if new != reference.value:
                yield Follower(reference, reference.value, new)


def _concerned(snapshot: Snapshot, moved: Collection[EntityFile]) -> Iterator[EntityFile]:
    """Yield the files that move and those that may refer to one of them, sorted by path."""
    by_path = {file.path: file for file in (*moved, *snapshot.naming(moved))}
    return (by_path[path] for path in sorted(by_path))


def _placeholder(
    snapshot: Snapshot,
    reference: Reference,
    file: EntityFile,
    project: str | None,
    places: Mapping[str, Place],
) -> str | None:
    """Return a `{{ secret.NAME }}` with the new name of its secret; None where it stays as it is.

    Raises EditRefusedError for a name in a browser config of several projects, which means a secret of each.
    """
    users = (file.project,) if file.project is not None else snapshot.projects_using(file)
    renamed = {
        user: places[secret.path].handle.rpartition("/")
        for user in users
        for secret in [snapshot.secret_named(str(user), reference.value)]
        if secret is not None
        and secret.path in places
        and name_part(places[secret.path].handle) != secret.name_part
    }
    if not renamed:
        return None
    if len(users) > 1:
        raise EditRefusedError(
            f"{file.path} names `{reference.within}` for {len(users)} projects ({', '.join(map(str, users))}): give the "
            "project whose secret is to be renamed a browser config of its own first. Nothing was written"
        )
    ((there, _, name),) = renamed.values()
    now = project if file.project is not None else _moved_to(snapshot, str(users[0]), places)
    return reference.within.replace(f"secret.{reference.value}", f"secret.{name}") if now == there else None


def _moved_to(snapshot: Snapshot, project: str, places: Mapping[str, Place]) -> str:
    """Return the handle that a project has after the move."""
    owner = snapshot.by_handle.get(("project", project))
    return places[owner.path].handle if owner is not None and owner.path in places else project


def _written(value: str, file: EntityFile, target: EntityFile, handle: str, project: str | None) -> str:
    """Return a handle in the form that a reference had: without the project where that was left out and still can be."""
    short = file.project is not None and f"{file.project}/{value}" == target.handle
    if short and project is not None and handle.startswith(f"{project}/"):
        return handle.removeprefix(f"{project}/")
    return handle


def _comments(
    reference: Reference, file: EntityFile, target: EntityFile, handle: str, project: str | None
) -> Iterator[Follower]:
    """Yield the change of a comment that names the handle of an id, in either form."""
    short = target.handle.removeprefix(f"{file.project}/") if file.project else target.handle
    for old in dict.fromkeys((short, target.handle)):
        new = _written(old, file, target, handle, project)
        if new != old:
            yield Follower(reference, old, new, in_comment=True)


def _parent(
    snapshot: Snapshot, place: Place, field: str, places: Mapping[str, Place]
) -> tuple[EntityFile, str] | None:
    """Return the entity whose folder a place lies in after the move, and its handle then."""
    parent = parents(place.kind, place.handle).get(field)
    if parent is None:
        return None
    for path, new in places.items():
        if (new.kind, new.handle) == parent:
            return snapshot.files[path], new.handle
    parent_file = snapshot.by_handle.get(parent)
    return None if parent_file is None else (parent_file, parent[1])
