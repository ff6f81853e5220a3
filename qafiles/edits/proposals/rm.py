"""Removing: an entity goes only when nothing is left that refers to it."""

from collections.abc import Container, Iterable, Iterator
from typing import Final, Literal

from qafiles.edits.proposal import FileChange, Proposal
from qafiles.edits.proposals.environments import left_behind, settings_without
from qafiles.edits.proposals.people_in_settings import lines_naming
from qafiles.edits.proposals.shared_ids import Shared, named, shared_ids
from qafiles.edits.working_tree import content_of
from qafiles.errors import EditRefusedError
from qafiles.kinds import KIND_FACTS, SECRET
from qafiles.layout import FOLDER_KINDS, LABELS, SETTINGS_FILE
from qafiles.models.stored import required_fields
from qafiles.references import BY_PLACE, Reference
from qafiles.snapshot import EntityFile, Link, Snapshot
from qafiles.snapshot.relations import lines_of_references
from qafiles.snapshot.unread import notes_on_users
from qafiles.sops_files.access import recipients_in, shares_in
from qafiles.sops_files.recipients import age_keys
from qafiles.yaml_text.changes import without

Referring = Literal["refuse", "detach", "cascade"]
"""What becomes of references to what is removed."""

REQUIRED: Final = frozenset(
    (kind, field.name)
    for kind, facts in KIND_FACTS.items()
    for field in facts.references
    if field.name not in BY_PLACE and field.name in required_fields(kind)
)
"""The references of the kinds without which an entity is none, and that its place does not imply."""

_SHOWN: Final = 20


def remove(snapshot: Snapshot, argument: str, referring: Referring = "refuse") -> Proposal:
    """Return the proposal that removes an entity.

    `detach` takes references out of fields that may do without; `cascade` does so, too, and removes the entities that
    may not, and those that lie in the folder of a project or an organization. A secret that a text names stays in any
    case, since nobody but its author can rewrite prose. Raises UnknownEntityError, and EditRefusedError with the place
    of each reference that is in the way, and for a user who still decrypts secrets.
    """
    file = named(snapshot, argument, shortened=False)
    removed_paths = _with_folder(snapshot, file)
    entities = [snapshot.files[path] for path in removed_paths if path in snapshot.files]
    if len(entities) > 1 and referring != "cascade":
        raise EditRefusedError(
            f"{LABELS[file.kind]} {file.handle} holds {len(entities) - 1} "
            f"{'entity' if len(entities) == 2 else 'entities'}; `--cascade` removes them with it. Nothing was written"
        )
    _refuse_readers(snapshot, entities)
    loose: dict[Reference, EntityFile] = {}
    pending, shared = entities, shared_ids(snapshot)
    while pending:
        target = pending.pop()
        for link in _incoming(snapshot, target, shared, removed_paths):
            source, reference = link.source, link.reference
            if source.path in removed_paths:
                continue
            if referring == "cascade" and _is_required(source, reference.field):
                removed_paths[source.path] = None
                pending.append(source)
            else:
                loose[reference] = target
    loose = {reference: target for reference, target in loose.items() if reference.path not in removed_paths}
    removed = [snapshot.files[path] for path in removed_paths if path in snapshot.files]
    settings_lines = lines_naming(snapshot, removed) if referring == "refuse" else []
    _refuse_unremovable(snapshot, file, loose, referring, settings_lines)
    changes = [FileChange(path, content_of(snapshot, path), None) for path in removed_paths]
    changes += _detached(snapshot, loose)
    settings = settings_without(snapshot, removed) if referring != "refuse" else None
    if settings is not None:
        changes.append(FileChange(SETTINGS_FILE, content_of(snapshot, SETTINGS_FILE), settings))
    title = f"remove {LABELS[file.kind]} {file.handle}"
    notes = (
        *notes_on_users(snapshot, removed, "a reference there would dangle"),
        *left_behind(snapshot, removed),
    )
    return Proposal(title, tuple(changes), discarded=frozenset(removed_paths), notes=notes)


def _refuse_readers(snapshot: Snapshot, entities: Iterable[EntityFile]) -> None:
    """Raise EditRefusedError for a user who still decrypts secrets, and whose keys nobody would know any more."""
    for user in entities:
        keys = (
            {("age", key) for key in age_keys(user.get("age_recipients"))} if user.kind == "user" else set()
        )
        secrets = [
            file.handle for file in snapshot.of_kind(SECRET) if keys & recipients_in(shares_in(file.data))
        ]
        if secrets:
            more = f" and {len(secrets) - 1} more" if len(secrets) > 1 else ""
            raise EditRefusedError(
                f"user {user.handle} still decrypts {secrets[0]}{more}: first `qafiles secret recipients remove "
                f"{user.handle}`, which keeps them from reading what is written later. Nothing was written"
            )


def _with_folder(snapshot: Snapshot, file: EntityFile) -> dict[str, None]:
    """Return the paths that go with an entity: for a project, an organization and the like all in its folder."""
    if file.kind not in FOLDER_KINDS:
        return {file.path: None}
    folder = file.path.rpartition("/")[0] + "/"
    return {path: None for path in snapshot.entries if path.startswith(folder) and snapshot.exists(path)}


def _is_required(file: EntityFile, field: str) -> bool:
    """Return whether an entity is none without a reference."""
    declared = file.declared.of(file.kind).get(field)
    return (file.kind, field) in REQUIRED if declared is None else declared.required


def _incoming(
    snapshot: Snapshot, target: EntityFile, shared: Shared, removed_paths: Container[str]
) -> Iterator[Link]:
    """Yield the references that lose their target: not those by an id that a file has which stays."""
    holders = shared.get(target.id or "", (target,))
    stays = any(holder.path not in removed_paths for holder in holders)
    for holder in holders:
        for link in snapshot.incoming(holder):
            by_id = not link.reference.placeholder and snapshot.is_id(link.reference.value)
            if not stays if by_id else holder is target:
                yield link


def _refuse_unremovable(
    snapshot: Snapshot,
    file: EntityFile,
    loose: dict[Reference, EntityFile],
    referring: Referring,
    settings_lines: list[str],
) -> None:
    """Raise EditRefusedError when references are left that may not, or can't, be taken away, or lines of the settings."""
    stuck = [
        reference
        for reference in loose
        if referring == "refuse"
        or reference.placeholder
        or _is_required(snapshot.files[reference.path], reference.field)
    ]
    if not stuck and not settings_lines:
        return
    lines = lines_of_references(snapshot, stuck)
    places = [f"{r.path}:{lines[r]}: {r.field}" for r in sorted(stuck, key=lambda r: (r.path, lines[r]))]
    places += settings_lines
    more = [f"and {len(places) - _SHOWN} more"] if len(places) > _SHOWN else []
    if any(reference.placeholder for reference in stuck):
        advice = "rewrite the texts that name it first"
    elif referring == "refuse":
        advice = (
            "`--detach` takes optional references away, `--cascade` removes entities that can't do without"
        )
    else:
        advice = "`--cascade` removes the entities that can't do without it"
    raise EditRefusedError(
        f"{LABELS[file.kind]} {file.handle} is in use; {advice}. Nothing was written",
        places=(*places[:_SHOWN], *more),
    )


def _detached(snapshot: Snapshot, loose: Iterable[Reference]) -> list[FileChange]:
    """Return the changes that take references away, the last items of a list first, so that numbers hold."""
    by_path: dict[str, list[Reference]] = {}
    for reference in loose:
        if reference.field not in BY_PLACE:
            by_path.setdefault(reference.path, []).append(reference)
    changes = []
    for path, references in by_path.items():
        before = content = content_of(snapshot, path)
        fields: dict[str, list[Reference]] = {}
        for reference in references:
            fields.setdefault(reference.field, []).append(reference)
        try:
            for name, of_field in fields.items():
                value = snapshot.files[path].data.get(name)
                if not isinstance(value, list) or len(of_field) == len(value):
                    content = without(content, (name,))
                    continue
                for reference in sorted(of_field, key=lambda r: r.pointer, reverse=True):
                    content = without(content, reference.pointer)
        except EditRefusedError as error:
            raise EditRefusedError(f"{path}: {error}. Nothing was written") from error
        changes.append(FileChange(path, before, content))
    return changes
