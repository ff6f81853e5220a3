"""What checking secrets with a key came to, as lines and as JSON."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from qafiles.render.document import dump
from qafiles.render.escape import escape

if TYPE_CHECKING:
    from qafiles.secrets.checking import Verdict


def as_text(verdicts: "Sequence[Verdict]") -> Iterator[str]:
    """Yield a line for each secret that failed, and one with the numbers."""
    failed = [verdict for verdict in verdicts if verdict.failure is not None]
    for verdict in failed:
        yield escape(str(verdict.failure)) + "\n"
    unread = sum(verdict.unread for verdict in failed)
    count = "1 secret" if len(verdicts) == 1 else f"{len(verdicts)} secrets"
    more = f", {unread} not read" if unread else ""
    yield f"{count} checked, {len(failed) - unread} failed{more}\n"


def as_json(verdicts: "Sequence[Verdict]") -> Iterator[str]:
    """Yield an array of objects; `failure` is null where nothing is wrong, `unread` true where no key could tell."""
    rows = [
        {
            "name": verdict.missing or (verdict.file.name_part if verdict.file else None),
            "project": verdict.file.project if verdict.file else None,
            "path": verdict.file.path if verdict.file else verdict.path,
            "version": None if verdict.missing or not verdict.file else verdict.file.data.get("version"),
            "failure": verdict.failure,
            "unread": verdict.unread,
        }
        for verdict in verdicts
    ]
    yield dump(rows, indent=2) + "\n"
