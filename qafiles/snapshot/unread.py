"""What a snapshot could not read, in sentences: which files, why, and the command that gets them."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from qafiles.codes import NAMES
from qafiles.diagnostics import Diagnostic, LeftOut
from qafiles.errors import UnknownEntityError, UnreadEntityError
from qafiles.git.completeness import how_to_get_objects
from qafiles.kinds import Kind
from qafiles.layout import LABELS, SETTINGS_FILE, is_id
from qafiles.references import PLACEHOLDER_FIELDS
from qafiles.snapshot.entity_file import EntityFile
from qafiles.snapshot.snapshot import Snapshot
from qafiles.snapshot.unread_fields import may_refer as fields_may_refer
from qafiles.sources import NESTED, Source, Unreadable
from qafiles.sources.git_objects import MISSING
from qafiles.sources.repositories import repository_of
from qafiles.sources.tree_entries import TreeEntries

_OF_PATHS: Final = frozenset({"QF101", "QF102"})
"""Codes that say what a path is, whose messages quote nothing."""

_ERRORS: Final = "has errors"
"""What is said of one file that can be read in part."""


def left_out(snapshot: Snapshot, files: Iterable[EntityFile] | None = None) -> LeftOut:
    """Return what an answer from a snapshot is made without; of `files` alone, where the answer needs no others."""
    paths = None if files is None else {file.path for file in files}
    wanted = {path: item for path, item in problems(snapshot).items() if paths is None or path in paths}
    missing = [path for path, item in wanted.items() if is_missing(item)]
    sentences = [
        *snapshot.source.unchecked,
        *([missing_sentence(snapshot.source, missing)] if missing else []),
    ]
    groups: dict[tuple[str, str], list[str]] = {}
    for path, item in wanted.items():
        if not is_missing(item):
            groups.setdefault(_reason(snapshot, item), []).append(path)
    sentences += [
        f"{_counted(paths)} {'have errors' if verb == _ERRORS and len(paths) > 1 else verb}: {_named(paths)} ({why})"
        for (verb, why), paths in groups.items()
    ]
    if paths is None:
        sentences += nested(snapshot)
    return LeftOut(tuple(sentences), bool(missing)) + snapshot.lacking


def left_out_around(snapshot: Snapshot, file: EntityFile) -> LeftOut:
    """Return what an answer about one entity is made without: of its own file, and ids of those that it names."""
    links = snapshot.outgoing(file)
    named = [*(link.target for link in links), *snapshot.place_of(file).values()]
    # An id that names another file, or nothing, may be that of a file that can't be read.
    kinds = {link.reference.target for link in links if is_id(link.reference.value)}
    others = [other for other in incomplete(snapshot) if other.id is None and other.kind in kinds]
    return left_out(snapshot, [file, *(other for other in named if other and other.id is None), *others])


def left_out_of_references(snapshot: Snapshot, file: EntityFile) -> LeftOut:
    """Return what the references of an entity, in both directions, are told without."""
    users = [
        other
        for other in incomplete(snapshot)
        if may_refer(snapshot, other, file.kind)
        or (file.is_secret and other.kind in PLACEHOLDER_FIELDS)
        or (other.kind == file.kind and is_nameless(other))
    ]
    # What lies in another repository may refer to anything.
    return left_out_around(snapshot, file) + left_out(snapshot, users) + LeftOut(nested(snapshot))


def notes_on_users(snapshot: Snapshot, files: Sequence[EntityFile], then: str) -> tuple[str, ...]:
    """Return a sentence on files that may refer to some of these and can't be read, none where there is no such.

    `then` says what becomes of such a reference.
    """
    own = {file.path for file in files}
    paths = [
        path
        for path in problems(snapshot)
        if path not in own and path != SETTINGS_FILE and _may_use_any(snapshot, path, files)
    ]
    if not paths:
        return nested(snapshot)
    what = f"{LABELS[files[0].kind]} {files[0].handle}" if files else "what changes"
    return (
        (
            f"{_counted(paths)} can't be read in full and may refer to {what}: {_named(paths)}; {then} "
            "(`qafiles validate` says why)"
        ),
        *nested(snapshot),
    )


def _may_use_any(snapshot: Snapshot, path: str, files: Sequence[EntityFile]) -> bool:
    """Return whether what can't be read at a path may refer to one of some files; a folder may hold anything."""
    other = snapshot.files.get(path)
    if other is None:
        return True
    fields, references = snapshot.unread_fields(other), other.reference_fields
    return any(fields_may_refer(other.kind, other.project, fields, references, file) for file in files)


def entity_named(snapshot: Snapshot, argument: str, *, shortened: bool = True) -> EntityFile:
    """Return the entity that an argument names.

    Raises UnknownEntityError as `Snapshot.find` does, which names the files that may have the name and can't be read, and
    UnreadEntityError where git lacks one of them.
    """
    try:
        return snapshot.find(argument, shortened=shortened)
    except UnknownEntityError as error:
        hidden = [file for file in incomplete(snapshot) if file.id is None]
        if not hidden or "no entity is called" not in str(error):
            raise
        without = left_out(snapshot, hidden)
        kind = UnreadEntityError if without.is_missing else UnknownEntityError
        raise kind(f"{error} ({'; '.join(without.sentences)})") from None


def nested(snapshot: Snapshot) -> tuple[str, ...]:
    """Return a sentence on other repositories that lie among the entities, none where there is no such."""
    paths = nested_paths(snapshot)
    return (nested_sentence(paths),) if paths else ()


def nested_paths(snapshot: Snapshot) -> list[str]:
    """Return the paths of other repositories that lie among the entities."""
    if isinstance(snapshot.entries, TreeEntries):
        return []
    return [entry.path.rstrip("/") for entry in snapshot.entries.values() if entry.refused == NESTED]


def nested_sentence(paths: list[str]) -> str:
    """Return a sentence on other repositories, which nobody looks into."""
    return f"not looked into: {_named(paths)} ({NESTED.message})"


def problems(snapshot: Snapshot) -> dict[str, Diagnostic]:
    """Return the first reason for which each file can't be read as it is, or in full, by path."""
    reason_by_path: dict[str, Diagnostic] = {}
    for item in snapshot.diagnostics:
        file = snapshot.files.get(item.path)
        reason = item.code.startswith(("QF1", "QF2"))
        if is_missing(item) or (
            reason and (item.path == SETTINGS_FILE or (not file.valid if file else item.code in _OF_PATHS))
        ):
            known = reason_by_path.get(item.path)
            if known is None or (known.code.startswith("QF2") and item.code.startswith("QF1")):
                reason_by_path[item.path] = item
    return reason_by_path


def is_missing(item: Diagnostic | Unreadable) -> bool:
    """Return whether a file can't be read since git lacks its content."""
    return item.message == MISSING.message


def missing_sentence(source: Source, paths: list[str]) -> str:
    """Return a sentence on files whose content git lacks, and what gets it."""
    repository = repository_of(source)
    how = how_to_get_objects(repository) if repository is not None else "read it from a whole clone"
    return f"git lacks the content of {_counted(paths)}: {_named(paths)}; {how}"


def refused_sentence(paths: list[str]) -> str:
    """Return a sentence on files that can't be read for what stands in them or what they are."""
    return f"{_counted(paths)} can't be read in full: {_named(paths)}; `qafiles validate` says why"


def unread_reason(snapshot: Snapshot, file: EntityFile) -> str | None:
    """Return why nothing, or not all, of a file can be read; None where all can."""
    if file.valid:
        return None
    item = problems(snapshot).get(file.path)
    if item is None or item.code.startswith("QF1") or not file.data:
        return _why(item) if item is not None else "the file has errors"
    return None


def may_concern(snapshot: Snapshot, file: EntityFile, kind: Kind) -> bool:
    """Return whether a file may refer to an entity of a kind, or be referred to by one, in what can't be read."""
    if may_refer(snapshot, file, kind) or snapshot.may_be_used(file, kind):
        return True
    if is_nameless(file):
        return True
    lost = any(
        link.target is None and link.reference.target == kind and is_id(link.reference.value)
        for link in snapshot.outgoing(file)
    )
    return lost and any(other.id is None for other in snapshot.of_kind(kind))


def may_refer(snapshot: Snapshot, file: EntityFile, kind: Kind) -> bool:
    """Return whether what can't be read of a file may refer to an entity of a kind."""
    fields = snapshot.unread_fields(file)
    return any(field.target == kind and field.name in fields for field in file.reference_fields)


def is_unused(snapshot: Snapshot, file: EntityFile) -> bool:
    """Return whether nothing refers to an entity, and nothing can that can't be read."""
    return not (snapshot.incoming(file) or snapshot.may_be_used(file) or is_nameless(file))


def is_nameless(file: EntityFile) -> bool:
    """Return whether others may name an entity by an id that nobody can read."""
    return file.id is None and not file.data


def _reason(snapshot: Snapshot, item: Diagnostic) -> tuple[str, str]:
    """Return what to say of a file, and why: files of which the same is said are counted together."""
    file = snapshot.files.get(item.path)
    if item.code in _OF_PATHS:
        return "can't be read", item.message
    verb = _ERRORS if file is not None and file.data else "can't be read"
    return verb, "`qafiles validate` says why"


def _why(item: Diagnostic) -> str:
    # The messages of other rules quote the file, which may be that of a secret.
    return item.message if item.code in _OF_PATHS else f"{item.code} {NAMES[item.code]}"


def _counted(paths: list[str]) -> str:
    return "1 file" if len(paths) == 1 else f"{len(paths)} files"


def _named(paths: list[str]) -> str:
    return paths[0] + (f" and {len(paths) - 1} more" if len(paths) > 1 else "")


def incomplete(snapshot: Snapshot) -> Iterator[EntityFile]:
    """Yield the files that can't be read, or not in full."""
    return (snapshot.files[path] for path in problems(snapshot) if path in snapshot.files)
