"""Moving and renaming: files go to new paths, and every reference follows."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

from qafiles.edits.proposal import FileChange, Proposal
from qafiles.edits.proposals.environments import secrets_along, settings_after_move
from qafiles.edits.proposals.followers import Follower, followers
from qafiles.edits.proposals.handles import full_handle, refuse_bad_names, refuse_bad_secret_name
from qafiles.edits.proposals.shared_ids import named
from qafiles.edits.working_tree import content_of, is_free
from qafiles.errors import EditRefusedError, UnknownEntityError, UsageError
from qafiles.kinds import Kind
from qafiles.layout import (
    FOLDER_KINDS,
    LABELS,
    PROJECT_FOLDERS,
    SETTINGS_FILE,
    SUITE_KINDS,
    Place,
    classify,
    name_part,
    path_for,
)
from qafiles.snapshot import EntityFile, Snapshot
from qafiles.snapshot.unread import notes_on_users
from qafiles.yaml_text.plain_changes import with_plain_texts

Reseal = Callable[[Snapshot, EntityFile, str, Mapping[str, str]], bytes | None]
"""What encrypts a secret anew for a new path and with other fields; None where its old bytes are right there, too."""


def move(snapshot: Snapshot, argument: str, handle: str, reseal: Reseal | None = None) -> Proposal:
    """Return the proposal that gives an entity, or a suite of them, another handle, with all that lies in its folder.

    A suite is named with a `/` at its end. With a secret go those that environments mean by it, and qafiles.yaml follows. The name and the project of a secret are under the seal of its encryption, which
    `reseal` renews (`qafiles.secrets.synchronizing.resealed`). Raises UnknownEntityError, UsageError for a handle that
    can't be and for a secret without `reseal`, EditRefusedError where something is in the way, and what `reseal` raises.
    """
    if argument.endswith("/"):
        kind, old = _suite(snapshot, argument)
        project = "/".join(old.split("/")[:2])
        new = full_handle(snapshot, kind, handle, project)
        refuse_bad_names(snapshot, new)
        folders = tuple(path_for(kind, f"{name}/x").removesuffix("x.yaml") for name in (old, new))
        return _moved(snapshot, f"move suite {old} to {new}", _below(snapshot, *folders))
    file = named(snapshot, argument)
    if file.is_secret and reseal is None:
        raise UsageError(
            f"{file.handle} is a secret, whose name is under the seal of its encryption: moving it needs a key, "
            "and nothing was given that uses one"
        )
    organization = file.organization if file.kind != "organization" else None
    new = full_handle(snapshot, file.kind, handle, file.project, organization)
    refuse_bad_names(snapshot, new, file.id)
    if file.is_secret:
        refuse_bad_secret_name(name_part(new))
    path = path_for(file.kind, new)
    if path == file.path:
        return Proposal(f"leave {LABELS[file.kind]} {file.handle} where it is", ())
    moves = {file.path: path}
    if file.kind in FOLDER_KINDS:
        moves = _below(snapshot, *(f"{place.rpartition('/')[0]}/" for place in (file.path, path)))
    if file.is_secret:
        moves |= secrets_along(snapshot, file, new)
    anew = _resealed(snapshot, moves, reseal) if reseal is not None else {}
    return _moved(snapshot, f"move {LABELS[file.kind]} {file.handle} to {new}", moves, anew)


def _resealed(snapshot: Snapshot, moves: Mapping[str, str], reseal: Reseal) -> dict[str, bytes]:
    """Return the new bytes of those secrets that can't keep their old ones at their new path, by the old path."""
    result = {}
    for old, new in moves.items():
        file, place = snapshot.files.get(old), classify(new)
        if file is None or not file.is_secret or not isinstance(place, Place):
            continue
        project, _, name = place.handle.rpartition("/")
        changes = {}
        if name != file.name_part:
            changes["secret_name"] = name
        owner = snapshot.by_handle.get(("project", project))
        # A project that moves with its secrets keeps its id.
        if project != file.project and owner is not None and owner.path not in moves:
            changes["project_id"] = owner.id or ""
        content = reseal(snapshot, file, new, changes)
        if content is not None:
            result[old] = content
    return result


def _suite(snapshot: Snapshot, argument: str) -> tuple[Kind, str]:
    """Return the kind and the handle of a suite, which is a folder and no entity."""
    text = argument.removeprefix("./").rstrip("/")
    label, colon, rest = text.partition(":")
    wanted = [kind for kind in SUITE_KINDS if colon and kind == label.replace("-", "_")]
    handle = rest if wanted else text
    suites = sorted(
        {
            (file.kind, parts)
            for file in snapshot.files.values()
            if file.kind in (wanted or SUITE_KINDS)
            for parts in [_suite_of(file, handle)]
            if parts is not None
        }
    )
    if len(suites) == 1:
        return suites[0]
    if suites:
        listed = ", ".join(f"`{kind}:{name}/`" for kind, name in suites)
        raise UnknownEntityError(f"`{argument}` names more than one suite: {listed}")
    raise UnknownEntityError(
        f"no suite is called `{argument}`; a suite is a folder below {', '.join(_SUITE_FOLDERS)} of a project"
    )


_SUITE_FOLDERS: Final = tuple(f"{name}/" for name, kind in PROJECT_FOLDERS.items() if kind in SUITE_KINDS)


def _suite_of(file: EntityFile, text: str) -> str | None:
    """Return the handle of the suite that a text names, by handle or by path, if a file lies in it."""
    if text.count("/") >= 2 and file.handle.startswith(f"{text}/"):
        return text
    if file.path.startswith(f"{text}/") and text.count("/") >= 5:
        depth = file.path.removeprefix(f"{text}/").count("/") + 1
        return file.handle.rsplit("/", depth)[0]
    return None


def _below(snapshot: Snapshot, old: str, new: str) -> dict[str, str]:
    """Return the new path of each file below a folder; raises EditRefusedError when the new folder is there already."""
    if new.startswith(old):
        raise UsageError(f"{old} can't be moved into itself")
    taken = next((path for path in snapshot.entries if path.startswith(new) and snapshot.exists(path)), None)
    if taken is not None:
        raise EditRefusedError(f"{new} is there already, with {taken}; nothing was written")
    return {
        path: new + path.removeprefix(old)
        for path in snapshot.entries
        if path.startswith(old) and snapshot.exists(path)
    }


def _moved(
    snapshot: Snapshot, title: str, moves: Mapping[str, str], anew: Mapping[str, bytes] = MappingProxyType({})
) -> Proposal:
    """Return the proposal that moves files and changes what refers to them; `anew` are new bytes by old path."""
    for path in moves.values():
        if not is_free(snapshot, path):
            raise EditRefusedError(f"{path} is there already; nothing was written")
    rewritten = {**_rewritten(snapshot, moves, anew), **anew}
    settings = settings_after_move(snapshot, moves)
    if settings is not None:
        rewritten[SETTINGS_FILE] = settings
    changes = []
    for old, new in moves.items():
        content = content_of(snapshot, old)
        changes += [FileChange(old, content, None), FileChange(new, None, rewritten.get(old, content))]
    changes += [
        FileChange(path, content_of(snapshot, path), content)
        for path, content in rewritten.items()
        if path not in moves
    ]
    files = [snapshot.files[path] for path in moves if path in snapshot.files]
    notes = notes_on_users(snapshot, files, "a reference there does not follow")
    return Proposal(
        title, tuple(changes), MappingProxyType({new: old for old, new in moves.items()}), notes=notes
    )


def _rewritten(snapshot: Snapshot, moves: Mapping[str, str], anew: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the new bytes of each file in which a reference follows, by its path before the move; without those in `anew`."""
    by_path: dict[str, list[Follower]] = {}
    for follower in followers(snapshot, moves):
        if follower.reference.path not in anew:
            by_path.setdefault(follower.reference.path, []).append(follower)
    return {
        path: content
        for path, items in by_path.items()
        for before in [content_of(snapshot, path)]
        if (content := _with_followers(path, before, items)) != before
    }


def _with_followers(path: str, content: bytes, items: list[Follower]) -> bytes:
    changes = [
        (item.reference.pointer, item.reference.within, item.reference.occurrence, item.new)
        for item in items
        if not item.in_comment
    ]
    named = [item for item in items if item.in_comment and item.old.encode() in content]
    if not changes and not named:
        return content
    plain = with_plain_texts(content, changes) if not named else None
    if plain is not None:
        return plain
    from qafiles.yaml_text.texts import with_texts  # noqa: PLC0415  # it imports PyYAML, and most references are plainly written

    try:
        changes += _comment_changes(content, named)
        return with_texts(content, changes) if changes else content
    except EditRefusedError as error:
        raise EditRefusedError(f"{path}: {error}. Nothing was written", error.findings) from error


def _comment_changes(
    content: bytes, named: list[Follower]
) -> Iterator[tuple[tuple[str | int, ...], str, int, str]]:
    """Yield the changes of those comments in a file that name what is moved, of some that may be there."""
    from qafiles.yaml_text.document import Document  # noqa: PLC0415  # as above
    from qafiles.yaml_text.texts import comment_in  # noqa: PLC0415  # as above

    document = Document(content) if named else None
    for item in named:
        pointer = item.reference.pointer
        written = comment_in(document, pointer, whole=True) if document is not None else None
        if written is not None and written.lstrip("#").strip() == item.old:
            yield pointer, written, 0, written.removesuffix(item.old) + item.new
