"""Handles that a command line gives for something that is to be made or moved."""

import re
from typing import Final

from qafiles.errors import UsageError
from qafiles.kinds import KIND_FACTS, Kind
from qafiles.layout import LABELS, PROJECT_KINDS, SUITE_KINDS, name_problem, path_for
from qafiles.snapshot import Snapshot

_SECRET_NAME: Final = re.compile(r"[A-Z][A-Z0-9_]*")


def full_handle(
    snapshot: Snapshot, kind: Kind, text: str, project: str | None = None, organization: str | None = None
) -> str:
    """Return the handle of a kind that a text means; in a project or an organization, the text may leave its handle out.

    Raises UsageError for a text that is no handle of the kind, or whose new part is no name.
    """
    handle = text.removesuffix("/")
    if kind in PROJECT_KINDS:
        parts = handle.split("/")
        full = len(parts) > 2 and ("project", "/".join(parts[:2])) in snapshot.by_handle
        if not full and project is not None and (len(parts) == 1 or kind in SUITE_KINDS):
            handle = f"{project}/{handle}"
    elif organization is not None and "/" not in handle:
        handle = f"{organization}/{handle}"
    try:
        path_for(kind, handle)
    except ValueError:
        raise UsageError(
            f"`{text}` is no handle of a {LABELS[kind]}; write it like `{KIND_FACTS[kind].example}`"
        ) from None
    return handle


def refuse_bad_names(snapshot: Snapshot, handle: str, own_id: str | None = None) -> None:
    """Raise UsageError when a part of a new handle can't be a name."""
    for part in handle.split("/"):
        problem = name_problem(part)
        if problem is None and snapshot.is_id(part) and part != own_id:
            problem = f"`{part}` is shaped like an id, and references would take it for one"
        if problem is not None:
            raise UsageError(f"`{handle}` can't be a handle: {problem}")


def is_secret_name(text: str) -> bool:
    """Return whether a text can be the name of a secret, which is also that of a variable."""
    return _SECRET_NAME.fullmatch(text) is not None


def refuse_bad_secret_name(text: str) -> None:
    """Raise UsageError for what can't be the name of a secret."""
    if not is_secret_name(text):
        raise UsageError(f"`{text}` is no name of a secret: capitals, digits and `_`, as in ADMIN_PASSWORD")
