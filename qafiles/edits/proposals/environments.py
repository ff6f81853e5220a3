"""What follows in qafiles.yaml: secrets of environments go with the plain one, and projects, secrets and users are named anew."""

from collections.abc import Iterable, Iterator, Mapping

from qafiles.diagnostics import Pointer
from qafiles.edits.proposals.people_in_settings import moved_people, places_without
from qafiles.edits.working_tree import content_of
from qafiles.errors import EditRefusedError
from qafiles.kinds import SECRET
from qafiles.layout import SETTINGS_FILE, Place, classify, name_part, path_for
from qafiles.parsing import Positions, parse
from qafiles.snapshot import EntityFile, Snapshot


def secrets_along(snapshot: Snapshot, secret: EntityFile, handle: str) -> dict[str, str]:
    """Return the new path of each secret that an environment means by a secret which gets another handle, by the old one."""
    project, _, name = handle.rpartition("/")
    return {
        meant.path: path_for(SECRET, f"{project}/{environment.secret_name(name)}")
        for environment in snapshot.settings.environments.values()
        if (wanted := environment.secret_name(secret.secret_name)) != secret.secret_name
        and (meant := snapshot.secret_named(str(secret.project), wanted)) is not None
    }


def settings_after_move(snapshot: Snapshot, moves: Mapping[str, str]) -> bytes | None:
    """Return the qafiles.yaml that names moved projects and users and renamed secrets anew; None where nothing changes in it.

    Raises EditRefusedError where it can't be written.
    """
    access = snapshot.settings.access
    if not (snapshot.settings.environments or access.rules or access.repository_admins or access.pgp_keys):
        return None
    from qafiles.yaml_text.changes import with_value  # noqa: PLC0415  # it imports PyYAML, and most data roots name nobody there

    places = [
        (snapshot.files[old], place)
        for old, new in moves.items()
        if old in snapshot.files and isinstance(place := classify(new), Place)
    ]
    projects = {file.handle: place.handle for file, place in places if file.kind == "project"}
    secrets = {file.secret_name: name_part(place.handle) for file, place in places if file.is_secret}
    staying = {file.secret_name for file in snapshot.of_kind(SECRET) if file.path not in moves}
    before = content = content_of(snapshot, SETTINGS_FILE)
    for pointer, handle in moved_routes(snapshot, projects):
        content = _with_key(content, pointer, handle)
    for environment in snapshot.settings.environments.values():
        pointer = ("environments", environment.name)
        for number, name in enumerate(environment.shared):
            if secrets.get(name, name) != name and name not in staying:
                content = with_value(content, (*pointer, "shared", number), secrets[name])
    users = {file.handle: place.handle for file, place in places if file.kind == "user"}
    for pointer, handle in moved_people(snapshot, users):
        is_key = pointer[1] == "pgp_keys"
        content = (_with_key if is_key else with_value)(content, pointer, handle)
    return content if content != before else None


def moved_routes(snapshot: Snapshot, projects: Mapping[str, str]) -> Iterator[tuple[Pointer, str]]:
    """Yield the keys in the environments of qafiles.yaml that name projects by a handle which becomes another, with that."""
    for environment in snapshot.settings.environments.values():
        for key in environment.routes:
            if projects.get(key, key) != key and key not in snapshot.by_id:
                yield ("environments", environment.name, "default_url_route", key), projects[key]


def _with_key(content: bytes, pointer: Pointer, new: str) -> bytes:
    """Return the bytes of a file with another key at a pointer, in the same quotes."""
    positions = Positions(content)
    span = positions.span(pointer, "key")
    text = content.decode("utf-8")
    lines = text.splitlines(keepends=True)
    line = lines[span.line - 1]
    start = span.column - 1 + (1 if span.line == 1 and text.startswith("\ufeff") else 0)
    end = start + span.end_column - span.column
    written, old = line[start:end], str(pointer[-1])
    lines[span.line - 1] = line[:start] + written.replace(old, new) + line[end:]
    after = "".join(lines).encode("utf-8")
    if after == content or parse(after).refusals:
        raise EditRefusedError(
            f"{SETTINGS_FILE}:{span.line}: `{old}` can't be changed to `{new}` here; write it plainly first. "
            "Nothing was written"
        )
    return after


def settings_without(snapshot: Snapshot, removed: Iterable[EntityFile]) -> bytes | None:
    """Return the qafiles.yaml in whose environments removed projects and secrets are not named; None where they are not.

    Raises EditRefusedError where it can't be written.
    """
    removed_files = [*removed]
    projects = {name for file in removed_files if file.kind == "project" for name in (file.handle, file.id)}
    paths = {file.path for file in removed_files}
    staying = {file.secret_name for file in snapshot.of_kind(SECRET) if file.path not in paths}
    secrets = {file.secret_name for file in removed_files if file.is_secret} - staying
    before = content = content_of(snapshot, SETTINGS_FILE)
    from qafiles.yaml_text.changes import without  # noqa: PLC0415  # as above

    for pointer in (*_named(snapshot, projects, secrets), *places_without(snapshot, removed_files)):
        content = without(content, pointer)
    return content if content != before else None


def _named(snapshot: Snapshot, projects: set[str | None], secrets: set[str]) -> Iterator[Pointer]:
    """Yield where environments name some projects and secrets, the last items of a list first, so that numbers hold."""
    for environment in snapshot.settings.environments.values():
        pointer: Pointer = ("environments", environment.name)
        keys = [key for key in environment.routes if key in projects]
        if keys and len(keys) == len(environment.routes):
            yield (*pointer, "default_url_route")
        else:
            yield from ((*pointer, "default_url_route", key) for key in keys)
        numbers = [number for number, name in enumerate(environment.shared) if name in secrets]
        if numbers and len(numbers) == len(environment.shared):
            yield (*pointer, "shared")
        else:
            yield from ((*pointer, "shared", number) for number in reversed(numbers))


def left_behind(snapshot: Snapshot, removed: Iterable[EntityFile]) -> tuple[str, ...]:
    """Return a sentence about the secrets that environments mean by removed ones, and that stay."""
    removed_files = [*removed]
    paths = {file.path for file in removed_files}
    left = [
        path
        for file in removed_files
        if file.is_secret
        for path in secrets_along(snapshot, file, file.handle)
        if path not in paths
    ]
    names = ", ".join(sorted(snapshot.files[path].handle for path in left))
    return (f"{names} stays, which an environment meant by it: `qafiles rm` takes it, too",) if left else ()
