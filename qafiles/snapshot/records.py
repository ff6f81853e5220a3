"""Entities as records: plain mappings for `list` and `show`, with references resolved to ids."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from qafiles.declared_fields import NOTHING_DECLARED, ORIGIN, DeclaredFields
from qafiles.kinds import CLEAR_FIELDS, HIDDEN_FIELDS, Kind, ReferenceField
from qafiles.snapshot import EntityFile, Snapshot
from qafiles.snapshot.entity_fields import EntityFields
from qafiles.snapshot.environments import KINDS_WITH_URL, effective_url, secrets_meant
from qafiles.snapshot.unread import unread_reason

if TYPE_CHECKING:
    from qafiles.models.environments import Environment

_HEAD = ("id", "kind", "handle", "path")
_HEAD_AND_PLACES = frozenset({*_HEAD, "title", "project", "organization"})
"""What is known of a file that is not looked into."""


def record(  # noqa: PLR0913  # what a caller does not name stays as it is
    snapshot: Snapshot,
    file: EntityFile,
    *,
    resolve: bool = False,
    derived: Mapping[str, Any] | None = None,
    environment: "Environment | None" = None,
    only: Iterable[str] | None = None,
) -> dict[str, Any]:
    """Return an entity as a record: id, kind, handle, path, then its fields as written, by-place fields included.

    A reference is the id of its target, or `{"id", "handle"}` with `resolve`; null when it dangles. Ciphertext is
    left out. What git's history gives stands under `derived`, where there is any, and `unread` says why a file can't be
    read in full. With an environment, `environment` says at which URL a project or a test case begins there, and which
    secret each NAME in the file means there, null for one that is missing. With dotted paths as `only`, fields to which none
    of them leads may be left out.
    """
    result: dict[str, Any] = {"id": file.id, "kind": file.kind, "handle": file.handle, "path": file.path}
    for name, parent in snapshot.place_of(file).items():
        result[name] = _named(parent, resolve=resolve)
    # No valid file has fields of these names.
    is_in_head = only is not None and file.valid and _HEAD_AND_PLACES.issuperset(only)
    fields = {} if is_in_head else shown_fields(file)
    result |= _fields(snapshot, file, fields, resolve=resolve)
    if derived:
        result["derived"] = dict(derived)
    if environment is not None:
        result["environment"] = _in_environment(snapshot, file, environment)
    unread = unread_reason(snapshot, file)
    if unread is not None:
        result["unread"] = unread
    return result


def _fields(
    snapshot: Snapshot, file: EntityFile, fields: Mapping[str, Any], *, resolve: bool
) -> dict[str, Any]:
    """Return the fields of a file as they stand in a record."""
    result: dict[str, Any] = {}
    own = tuple(file.declared.of(file.kind))
    for name, reference in _in_order(tuple(fields), own, file.reference_fields):
        value = fields[name]
        if reference is None:
            result[name] = value
        elif reference.many and isinstance(value, list):
            result[name] = [
                _target(snapshot, file, reference.target, item, resolve=resolve) for item in value
            ]
        elif isinstance(value, str) and not reference.many:
            result[name] = _target(snapshot, file, reference.target, value, resolve=resolve)
        else:
            result[name] = value
    return result


@lru_cache(maxsize=1024)
def _in_order(
    names: tuple[str, ...], declared: tuple[str, ...], references: tuple[ReferenceField, ...]
) -> Sequence[tuple[str, ReferenceField | None]]:
    """Return the fields of a record behind its head, each with what it refers to.

    They stand as they are written, the declared ones behind them in the order of qafiles.yaml, and keys of one's own after those.
    """
    places = {name: number for number, name in enumerate(declared)}
    plain = [name for name in names if not name.startswith("x-") or name == ORIGIN] if places else names
    own = sorted({*names}.difference(plain), key=lambda name: (places.get(name, len(places)), name))
    referring = {field.name: field for field in references}
    return [(name, referring.get(name)) for name in (*plain, *own) if name not in _HEAD]


def _in_environment(snapshot: Snapshot, file: EntityFile, environment: "Environment") -> dict[str, Any]:
    result: dict[str, Any] = {"name": environment.name}
    if file.kind in KINDS_WITH_URL:
        result["url"] = effective_url(snapshot, file, environment)
    meant = secrets_meant(snapshot, file, environment)
    return {**result, "secrets": meant} if meant else result


def shown_fields(file: EntityFile) -> Mapping[str, Any]:
    """Return the fields that may be shown: of a secret only those that are known and no ciphertext."""
    fields = _data(file)
    return {name: fields[name] for name in fields if name in CLEAR_FIELDS} if file.is_secret else fields


def shown_field(file: EntityFile, name: str) -> Any:
    """Return one of the fields that may be shown, None where it is absent or may not."""
    if file.is_secret and name not in CLEAR_FIELDS:
        return None
    return file.data.value(name) if isinstance(file.data, EntityFields) else file.data.get(name)


def own_names(file: EntityFile) -> list[str]:
    """Return the names of a file's fields that begin with `x-`."""
    return [name for name in _data(file) if name.startswith("x-")] if file.may_hold((b"x-",)) else []


def _data(file: EntityFile) -> Mapping[str, Any]:
    """Return what a file says, without keeping it where it has to be unpacked: there may be many files."""
    return file.data.read() if isinstance(file.data, EntityFields) else file.data


def _target(snapshot: Snapshot, file: EntityFile, kind: Kind, value: object, *, resolve: bool) -> Any:
    target = snapshot.meant(kind, value, file.project) if isinstance(value, str) else None
    return _named(target if target is not None and target.kind == kind else None, resolve=resolve)


def _named(file: EntityFile | None, *, resolve: bool) -> Any:
    if file is None:
        return None
    return {"id": file.id, "handle": file.handle} if resolve else file.id


def known_fields(kind: Kind, declared: DeclaredFields = NOTHING_DECLARED) -> tuple[str, ...]:
    """Return the names that a record of a kind may have: id, handle, path, project, organization, the fields and the declared ones."""
    from qafiles.models.stored import field_names  # noqa: PLC0415  # plain listing needs none

    fields = [name for name in field_names(kind) if name not in {"id", *HIDDEN_FIELDS}]
    return ("id", "handle", "path", "project", "organization", *fields, *declared.of(kind))
