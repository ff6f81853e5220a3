"""Renaming an entity: its file or folder gets the new name, and every reference by handle follows."""

from collections.abc import Iterator
from dataclasses import dataclass

from qafiles.diagnostics import Span
from qafiles.edits.proposals.environments import moved_routes
from qafiles.edits.proposals.followers import followers
from qafiles.layout import FOLDER_KINDS, LABELS, SETTINGS_FILE, TOP_KINDS, name_problem, path_for
from qafiles.lsp.completion import is_text
from qafiles.lsp.lookups import Texts, inner, span_of
from qafiles.lsp.navigation import Spot
from qafiles.references import Reference
from qafiles.snapshot import EntityFile, Snapshot


class RenameRefusedError(Exception):
    """A rename that would break something; the message says what."""


@dataclass(frozen=True, slots=True)
class TextEdit:
    """A text to be put in the place of a span of a file."""

    path: str
    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Renaming:
    """The edits of a rename, at the old paths, the path of a file or folder that changes afterwards, and what does the same."""

    edits: tuple[TextEdit, ...]
    old_path: str
    new_path: str
    command: str


def name_of(spot: Spot | None) -> str:
    """Return the name that a rename would change; raises RenameRefusedError where there is nothing to rename."""
    if spot is None:
        raise RenameRefusedError(
            "there is no entity here: rename it on its `id:` line, or on a reference to it"
        )
    if spot.target is None:
        value = spot.reference.value if spot.reference is not None else ""
        raise RenameRefusedError(f"nothing is called `{value}`")
    if spot.target.is_secret:
        raise RenameRefusedError(
            "a secret's name is under the seal of its encryption; with a key, "
            f"`{_command(spot.target, spot.target.handle[: -len(spot.target.name_part)] + 'NEW_NAME')}` renames it"
        )
    return spot.target.name_part


def rename(snapshot: Snapshot, spot: Spot | None, name: str, texts: Texts) -> Renaming:
    """Return what gives the entity at a place the new last part of its handle; raises RenameRefusedError."""
    old = name_of(spot)
    assert spot is not None  # noqa: S101  # name_of has raised
    assert spot.target is not None  # noqa: S101  # as above
    target = spot.target
    name = name.strip()
    _check_name(snapshot, target, name)
    old_handle = target.handle
    new_handle = old_handle[: len(old_handle) - len(old)] + name
    command = _command(target, new_handle)
    if name == old:
        return Renaming((), target.path, target.path, command)
    old_path, new_path = _paths(target, old, name)
    if new_path.casefold() != old_path.casefold() and _is_taken(snapshot, new_path):
        raise RenameRefusedError(f"there is a {LABELS[target.kind]} `{new_handle}` already")
    edits = (*_edits(snapshot, target, new_handle, texts), *_route_edits(snapshot, target, new_handle, texts))
    return Renaming(edits, old_path, new_path, command)


def _command(target: EntityFile, handle: str) -> str:
    """Return what gives an entity a handle on the command line; the kind says which of two with one handle is meant."""
    return f"qafiles mv {target.kind}:{target.handle} {handle}"


def _is_taken(snapshot: Snapshot, path: str) -> bool:
    """Return whether a file or folder is there already, in whatever case."""
    wanted = path.casefold()
    return any(
        entry.casefold() == wanted or entry.casefold().startswith(f"{wanted}/") for entry in snapshot.entries
    )


def _check_name(snapshot: Snapshot, target: EntityFile, name: str) -> None:
    if "/" in name:
        raise RenameRefusedError(
            "write the last part of the handle alone; `qafiles mv` moves between folders"
        )
    problem = name_problem(name)
    if problem is None and snapshot.is_id(name) and name != target.id:
        problem = f"`{name}` is shaped like an id, and references would take it for one"
    if problem is not None:
        raise RenameRefusedError(problem)
    if not snapshot.exists(target.path):
        raise RenameRefusedError(f"there is no file {target.path}")


def _paths(target: EntityFile, old: str, name: str) -> tuple[str, str]:
    """Return the path that changes and what it becomes: a folder for what has one, else the file."""
    if target.kind in FOLDER_KINDS:
        folder = target.path.rpartition("/")[0]
        return folder, folder[: len(folder) - len(old)] + name
    stem = target.path.removesuffix(".yaml")
    return target.path, f"{stem[: len(stem) - len(old)]}{name}.yaml"


def _edits(snapshot: Snapshot, target: EntityFile, new_handle: str, texts: Texts) -> Iterator[TextEdit]:
    """Yield an edit for each reference by handle to the entity, or to what lies in its folder."""
    for reference, value in _followers(snapshot, target, new_handle):
        document = texts.document(reference.path)
        span = span_of(document, reference)
        written = document.slice(span)
        if written == reference.value:
            # The part that stays is left alone, so that the edit is as small as the change.
            start, end = _changed(reference.value, value)
            tail_length = len(reference.value) - end
            quoted = (
                start == 0
                and tail_length == 0
                and not is_text(value)
                and not _is_quoted(document.line(span.line), span)
            )
            text = f"'{value}'" if quoted else value[start : len(value) - tail_length]
            yield TextEdit(
                reference.path,
                span._replace(column=span.column + start, end_column=span.column + end),
                text,
            )
        else:
            yield TextEdit(reference.path, span, value)


def _route_edits(snapshot: Snapshot, target: EntityFile, new_handle: str, texts: Texts) -> Iterator[TextEdit]:
    """Yield an edit for each key in the environments of qafiles.yaml that names the project, or one in the folder."""
    inside = target.handle + "/" if target.kind in FOLDER_KINDS else None
    projects = {
        project.handle: new_handle + project.handle[len(target.handle) :]
        for project in snapshot.of_kind("project")
        if project is target or (inside and project.handle.startswith(inside))
    }
    for pointer, handle in moved_routes(snapshot, projects):
        document = texts.document(SETTINGS_FILE)
        span = inner(document, document.positions.span(pointer, "key"))
        start, end = _changed(document.slice(span), handle)
        tail = span.end_column - span.column - end
        part = span._replace(column=span.column + start, end_column=span.column + end)
        yield TextEdit(SETTINGS_FILE, part, handle[start : len(handle) - tail])


def _changed(old: str, new: str) -> tuple[int, int]:
    """Return the range of the old handle whose parts differ from the new one's."""
    before, after = old.split("/"), new.split("/")
    index = next(i for i, (one, other) in enumerate(zip(before, after, strict=True)) if one != other)
    start = sum(len(part) + 1 for part in before[:index])
    return start, start + len(before[index])


def _is_quoted(line: str, span: Span) -> bool:
    return span.column > 1 and line[span.column - 2] in "'\""


def _followers(snapshot: Snapshot, target: EntityFile, new_handle: str) -> Iterator[tuple[Reference, str]]:
    """Yield the references whose text has to change, with the new text."""
    inside = target.handle + "/" if target.kind in FOLDER_KINDS else None
    moves = {
        file.path: path_for(file.kind, new_handle + file.handle[len(target.handle) :])
        for file in snapshot.files.values()
        if file is target or (inside and file.kind not in TOP_KINDS and file.handle.startswith(inside))
    }
    for follower in followers(snapshot, moves):
        if not follower.in_comment:
            yield follower.reference, follower.new
