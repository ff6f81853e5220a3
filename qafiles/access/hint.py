"""A hint before an edit: whether the person whom git would name as the author may make it. It keeps nobody from anything."""

from collections.abc import Iterable

from qafiles.access.entity_data import NO_FILE, data_of
from qafiles.access.matrix import Operation, verdict, who_may
from qafiles.access.operations import path_changes, reading
from qafiles.access.policy import email_claim, policy_of
from qafiles.access.target import spelling
from qafiles.errors import GitError
from qafiles.git import GitRepository, TreeEntry
from qafiles.git.changes_between import RawChange
from qafiles.snapshot import Snapshot

FileBytes = tuple[str, bytes | None, bytes | None]
"""A path, and its bytes before and after; None where there was or is no file."""


def hint(snapshot: Snapshot, repository: GitRepository | None, changes: Iterable[FileBytes]) -> str | None:
    """Return a sentence that says what the author of the next commit may not do of some changes, None where nothing is known.

    The author is whom git would name, known by the e-mail address of a user.
    """
    if repository is None or not snapshot.of_kind("member"):
        return None
    policy = policy_of(snapshot)
    handle = policy.who(email_claim(_author_email(repository)))
    if handle is None:
        return None
    raw, data = [], {}
    for number, (path, before, after) in enumerate(changes):
        names = (f"before-{number}", f"after-{number}")
        for name, content in zip(names, (before, after), strict=True):
            data[name] = data_of(content) if content is not None else NO_FILE
        old, new = (
            TreeEntry(path, "100644", name) if content is not None else None
            for name, content in zip(names, (before, after), strict=True)
        )
        raw.append(RawChange(path, old, new))
    how = reading([policy], spelling(snapshot.entries), raw)
    for change in path_changes(raw, data, how):
        for operation in change.operations:
            answer = verdict(policy, handle, operation)
            if not answer.is_allowed:
                able = who_may(policy, operation)
                who = f"; {able} may" if able else ""
                return f"{handle} may not {operation.name} {_named(operation)}: {answer.why}{who}"
    return None


def _named(operation: Operation) -> str:
    return operation.target.handle or operation.target.path


def _author_email(repository: GitRepository) -> str:
    """Return the address that git would write into the next commit; empty where it knows none."""
    try:
        out = repository.run("var", "GIT_AUTHOR_IDENT").decode("utf-8", "replace")
    except GitError:
        return ""
    return out.rpartition("<")[2].partition(">")[0]
