"""Entities as records: plain mappings for `list` and `show`, with references resolved to ids."""

import re
from collections.abc import Container, Iterable, Iterator, Mapping
from typing import Any, Final

from qafiles.errors import UsageError
from qafiles.kinds import CLEAR_FIELDS, HIDDEN_FIELDS, Kind
from qafiles.layout import name_part, nearest
from qafiles.references import REFERENCE_FIELDS
from qafiles.snapshot import EntityFile, Link, Snapshot
from qafiles.snapshot.unread import unread_reason

_BY_PATH: Final = frozenset({"handle", "path", "project", "organization"})
_CONDITION: Final = re.compile("!?=|~")

_HEAD = ("id", "kind", "handle", "path")


def record(
    snapshot: Snapshot,
    file: EntityFile,
    *,
    resolve: bool = False,
    derived: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return an entity as a record: id, kind, handle, path, then its fields as written, by-place fields included.

    A reference is the id of its target, or `{"id", "handle"}` with `resolve`; null when it dangles. Ciphertext is
    left out. What git's history gives stands under `derived`, where there is any, and `unread` says why a file can't be
    read in full.
    """
    targets = {
        link.reference.pointer: _target(link, resolve=resolve)
        for link in snapshot.outgoing(file)
        if not link.reference.placeholder
    }
    result: dict[str, Any] = {"id": file.id, "kind": file.kind, "handle": file.handle, "path": file.path}
    for name, parent in snapshot.place_of(file).items():
        result[name] = _named(parent, resolve=resolve)
    many = {field.name for field in REFERENCE_FIELDS[file.kind] if field.many}
    for name, value in _shown(file):
        if name in _HEAD:
            continue
        if name in many and isinstance(value, list):
            result[name] = [targets.get((name, index)) for index in range(len(value))]
        else:
            result[name] = targets.get((name,), value)
    if derived:
        result["derived"] = dict(derived)
    unread = unread_reason(snapshot, file)
    if unread is not None:
        result["unread"] = unread
    return result


def _shown(file: EntityFile) -> Iterator[tuple[str, Any]]:
    """Yield the fields that may be shown: of a secret only those that are known and no ciphertext."""
    for name, value in file.data.items():
        if not file.is_secret or name in CLEAR_FIELDS:
            yield name, value


def _target(link: Link, *, resolve: bool) -> Any:
    target = link.target if link.target is not None and link.target.kind == link.reference.target else None
    return _named(target, resolve=resolve)


def _named(file: EntityFile | None, *, resolve: bool) -> Any:
    if file is None:
        return None
    return {"id": file.id, "handle": file.handle} if resolve else file.id


def select(
    snapshot: Snapshot,
    kind: Kind,
    *,
    where: Iterable[str] = (),
    tags: Iterable[str] = (),
    grep: str | None = None,
) -> Iterator[EntityFile]:
    """Yield the entities of a kind that fit all conditions, sorted by path.

    `where` are `FIELD=VALUE`, where the value is compared as text and with references also by handle; `tags` are ids
    or handles; `grep` is text that a field or the handle contains, in whatever case. Raises UsageError.
    """
    conditions = [_condition(kind, text) for text in where]
    wanted_tags = [*tags]
    if wanted_tags and kind != "test_case":
        raise UsageError("--tag selects test cases; this kind has no tags")
    needle = grep.casefold() if grep is not None else None
    unknown = dict.fromkeys(wanted_tags, True)
    for file in snapshot.of_kind(kind):
        names = _tag_names(snapshot, file) if wanted_tags else set()
        for tag in wanted_tags:
            if tag in names:
                unknown[tag] = False
        if (
            all(tag in names for tag in wanted_tags)
            and all(value in _values(snapshot, file, name) for name, value in conditions)
            and (needle is None or _contains(file, needle))
        ):
            yield file
    missing = [tag for tag, absent in unknown.items() if absent and not _is_tag(snapshot, tag)]
    if missing:
        known = sorted({file.name_part for file in snapshot.of_kind("tag")})
        near = nearest(missing[0], known)
        raise UsageError(f"no tag is called `{missing[0]}`" + (f"; did you mean `{near}`?" if near else ""))


def undecided(
    snapshot: Snapshot, kind: Kind, where: Iterable[str], found: Container[str]
) -> Iterator[EntityFile]:
    """Yield the entities of a kind that can't be read and may meet conditions, without the paths that were found.

    What an entity's place says is known of them, too.
    """
    known = [text for text in where if _CONDITION.split(text, maxsplit=1)[0].strip() in _BY_PATH]
    for file in select(snapshot, kind, where=known):
        if file.path not in found and unread_reason(snapshot, file) is not None:
            yield file


def _is_tag(snapshot: Snapshot, text: str) -> bool:
    return any(text in {tag.id, tag.handle, tag.name_part} for tag in snapshot.of_kind("tag"))


def _condition(kind: Kind, text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise UsageError(f"`{text}` is no condition; write FIELD=VALUE")
    known = known_fields(kind)
    if name not in known and not name.startswith("x-"):
        near = nearest(name, [*known])
        hint = f"did you mean `{near}`?" if near else f"known are {', '.join(known)}"
        raise UsageError(f"`{name}` is no field of this kind; {hint}")
    return name, value


def known_fields(kind: Kind) -> tuple[str, ...]:
    """Return the names that a record of a kind may have: id, handle, path, project, organization and the fields."""
    from qafiles.models import MODELS  # noqa: PLC0415  # plain listing needs no models

    fields = [name for name in MODELS[kind].model_fields if name not in {"id", *HIDDEN_FIELDS}]
    return ("id", "handle", "path", "project", "organization", *fields)


def _values(snapshot: Snapshot, file: EntityFile, name: str) -> set[str]:
    """Return every text that a condition on a field may name: the value as written, and its target's names."""
    if name in {"id", "handle", "path"}:
        return {str(getattr(file, name))}
    if name in {"project", "organization"}:
        full = str(getattr(file, name))
        return {full, name_part(full)}
    value = file.data.get(name)
    found = {_text(item) for item in (value if isinstance(value, list) else [value]) if item is not None}
    targets = [
        link.target for link in snapshot.outgoing(file) if link.reference.field == name and link.target
    ]
    parent = snapshot.place_of(file).get(name)
    for target in [*targets, *([parent] if parent else [])]:
        found |= {str(target.id), target.handle, target.name_part}
        if target.project and file.project == target.project:
            found.add(target.handle.removeprefix(f"{target.project}/"))
    return found


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _tag_names(snapshot: Snapshot, file: EntityFile) -> set[str]:
    names = set()
    for link in snapshot.outgoing(file):
        if link.reference.field == "tags" and link.target is not None:
            names |= {str(link.target.id), link.target.handle, link.target.name_part}
    return names


def _contains(file: EntityFile, needle: str) -> bool:
    return needle in file.handle.casefold() or any(
        needle in text.casefold() for _, value in _shown(file) for text in _texts(value)
    )


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield str(key)
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif value is not None:
        yield _text(value)


def title(file: EntityFile) -> str:
    """Return what a person calls an entity: its name, or the first line of a test case's description."""
    for field in ("name", "secret_name"):
        value = file.get(field)
        if isinstance(value, str) and value.strip():
            return value.strip()
    value = file.get("test_description")
    if isinstance(value, str) and value.strip():
        return value.strip().splitlines()[0].strip()
    return file.name_part
