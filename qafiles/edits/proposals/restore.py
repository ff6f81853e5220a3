"""Restoring: what an entity's file held at a revision, back at its place."""

from qafiles.edits.proposal import FileChange, Proposal
from qafiles.edits.proposals.line_ends import checked_out, with_line_ends_of
from qafiles.edits.proposals.shared_ids import named, same_entity, shared_ids
from qafiles.edits.working_tree import content_of, is_free, working_tree
from qafiles.errors import EditRefusedError, UnknownEntityError, UnreadEntityError
from qafiles.history.history import history_of
from qafiles.layout import LABELS
from qafiles.snapshot import EntityFile, Snapshot
from qafiles.snapshot.unread import left_out


def restore(snapshot: Snapshot, past: Snapshot, argument: str) -> Proposal:
    """Return the proposal that gives an entity the text that it had in a past snapshot.

    The name is looked up there, and as it is now if nothing had it then. An entity that still exists keeps its place,
    also when it was renamed since; one that was deleted comes back to the place that it had. Raises
    UnknownEntityError, UnreadEntityError where git lacks the bytes, and EditRefusedError when the place is taken or they can't be
    read. Line ends are those of the working tree.
    """
    then = _then(snapshot, past, argument)
    now = same_entity(snapshot, then) if then.id is not None else snapshot.files.get(then.path)
    now = now or _illegible_now(snapshot, then)
    content = past.bytes_of(then.path)
    if content is None:
        without = left_out(past, [then])
        why = "; ".join(without.sentences) or f"{then.path} can't be read at that revision"
        kind = UnreadEntityError if without.is_missing else EditRefusedError
        raise kind(f"{why}; nothing was written")
    title = f"restore {LABELS[then.kind]} {then.handle}"
    if now is not None:
        if now.kind != then.kind:
            raise EditRefusedError(
                f"{then.id} was a {LABELS[then.kind]} and is a {LABELS[now.kind]} now, {now.path}; nothing was written"
            )
        present = content_of(snapshot, now.path)
        change = FileChange(now.path, present, with_line_ends_of(content, present))
        return Proposal(title, (change,), discarded=frozenset({now.path}))
    if not is_free(snapshot, then.path):
        raise EditRefusedError(
            f"{then.path} is another entity now; move that away first with `qafiles mv`. Nothing was written"
        )
    written = checked_out(working_tree(snapshot.source), then.path, content)
    return Proposal(title, (FileChange(then.path, None, written),))


def _then(snapshot: Snapshot, past: Snapshot, argument: str) -> EntityFile:
    try:
        return named(past, argument)
    except UnknownEntityError as error:
        try:
            now = named(snapshot, argument)
        except UnknownEntityError:
            raise error from None
        # Of files with the same id, one that was elsewhere then may be a copy.
        copied = now.id in shared_ids(snapshot) and now.path not in past.files
        id_ = now.id or _id_by_history(snapshot, now.path)
        file = same_entity(past, now._replace(id=id_)) if not copied else None
        if file is None:
            raise _not_there(past, now) from None
        return file


def _not_there(past: Snapshot, now: EntityFile) -> UnknownEntityError:
    """Return the error that an entity was not in the past, or may have been in a file that git lacks."""
    problem = f"{now.handle} was not there at that revision"
    without = left_out(past, [file for file in past.of_kind(now.kind) if file.id is None])
    if without.is_missing:
        return UnreadEntityError(f"{problem}, as far as it can be read: {'; '.join(without.sentences)}")
    return UnknownEntityError(f"{problem} ({'; '.join(without.sentences)})" if without.sentences else problem)


def _illegible_now(snapshot: Snapshot, then: EntityFile) -> EntityFile | None:
    """Return the file that was an entity's in the past or in the last commit, and whose id nobody can read now."""
    at_path = snapshot.files.get(then.path)
    if at_path is None and then.id is not None:
        last = history_of(snapshot).last.get(then.id)
        at_path = snapshot.files.get(last.path) if last is not None and last.path is not None else None
    return at_path if at_path is not None and at_path.id is None else None


def _id_by_history(snapshot: Snapshot, path: str) -> str | None:
    """Return the id that the file at a path had in the last commit."""
    return next((id_ for id_, state in history_of(snapshot).last.items() if state.path == path), None)
