"""Edits for people and programs: what was written, what would be, and why something was refused."""

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Any, Final

from qafiles.diagnostics import Diagnostic
from qafiles.edits.plan import Plan
from qafiles.edits.proposal import FileChange
from qafiles.edits.settings_globs import notes_on_globs
from qafiles.edits.writing.transaction import Outcome
from qafiles.errors import EditRefusedError
from qafiles.layout import Place, classify
from qafiles.render.document import as_record, dump, one_line
from qafiles.render.escape import escape

if TYPE_CHECKING:
    from qafiles.secrets.gains import Gain

VERSION: Final = 1
_ACTIONS: Final = {"add": "added", "change": "changed", "delete": "deleted", "move": "moved"}


def as_text(outcome: Outcome, *, terminal: bool = False) -> Iterator[str]:
    """Yield a line for each file that was written, or the differences that an edit tried out would make.

    On a terminal, what could steer it comes out as escapes; elsewhere `git apply` takes the differences.
    """
    plan = outcome.plan
    if not plan.changes:
        yield "nothing to change\n"
    for old, change in _files(plan):
        if outcome.written:
            yield _line(old, change)
        else:
            yield from _patch(plan, old, change, terminal=terminal)
    for diagnostic in plan.findings:
        yield finding(diagnostic)
    for note in notes_on_globs(plan):
        yield f"note: {escape(note)}\n"
    if outcome.commit is not None:
        yield f"committed {outcome.commit.name}\n"


def as_json(outcome: Outcome, gained: "Collection[Gain]" = ()) -> str:
    """Return an edit as one JSON document, with who came to read which secrets by it."""
    plan = outcome.plan
    changes = [
        {
            "action": _action(old, change),
            "path": change.path,
            "old_path": old if old != change.path else None,
            "diff": "".join(_patch(plan, old, change)),
        }
        for old, change in _files(plan)
    ]
    document: dict[str, Any] = {
        "version": VERSION,
        "title": plan.title,
        "written": outcome.written,
        "commit": outcome.commit.name if outcome.commit is not None else None,
        "changes": changes,
        "diagnostics": [as_record(diagnostic) for diagnostic in plan.findings],
        "notes": [*plan.proposal.notes, *notes_on_globs(plan)],
        "left": [as_record(diagnostic) for diagnostic in plan.proposal.left],
        "refused": None,
        "places": [],
        "gained": [
            {
                "recipient": gain.recipient[1],
                "type": gain.recipient[0],
                "who": gain.description,
                "secrets": gain.secrets,
            }
            for gain in gained
        ],
    }
    return dump(document, indent=2) + "\n"


def refusal_as_json(error: EditRefusedError) -> str:
    """Return a refused edit as a JSON document with the same keys."""
    document: dict[str, Any] = {
        "version": VERSION,
        "title": None,
        "written": False,
        "commit": None,
        "changes": [],
        "diagnostics": [as_record(diagnostic) for diagnostic in error.findings],
        "notes": [],
        "left": [],
        "refused": str(error),
        "places": [*error.places],
        "gained": [],
    }
    return dump(document, indent=2) + "\n"


def refusal_as_text(error: EditRefusedError) -> Iterator[str]:
    """Yield a line for each finding and each place that an edit was refused for."""
    for diagnostic in error.findings:
        yield finding(diagnostic)
    for place in error.places:
        yield escape(place) + "\n"


def finding(diagnostic: Diagnostic) -> str:
    """Return a diagnostic as one line."""
    place = f"{escape(diagnostic.path)}:{diagnostic.line}:{diagnostic.column}"
    return f"{place}: {diagnostic.severity}[{diagnostic.code}] {one_line(diagnostic)}\n"


def _files(plan: Plan) -> Iterator[tuple[str, FileChange]]:
    """Yield each file that changes with its old path; what is moved comes once, at its new path."""
    before = {change.path: change.before for change in plan.changes}
    moved = {*plan.proposal.moves.values()}
    for change in plan.changes:
        if change.path in moved and change.after is None:
            continue
        old = plan.proposal.moves.get(change.path, change.path)
        yield old, FileChange(change.path, before.get(old), change.after)


def _action(old: str, change: FileChange) -> str:
    if change.after is None:
        return "delete"
    if old != change.path:
        return "move"
    return "add" if change.before is None else "change"


def _line(old: str, change: FileChange) -> str:
    action = _ACTIONS[_action(old, change)]
    arrow = f"{escape(old)} -> " if old != change.path else ""
    return f"{action} {arrow}{escape(change.path)}\n"


def _patch(plan: Plan, old: str, change: FileChange, *, terminal: bool = False) -> Iterator[str]:
    from qafiles.render.patch import patch  # noqa: PLC0415  # what is written is not shown

    root = plan.loaded.source.root
    return patch(old, change, root=root, hidden=_is_hidden(old, change), terminal=terminal)


def _is_hidden(old: str, change: FileChange) -> bool:
    from qafiles.sops_files.masking import holds_secret  # noqa: PLC0415  # as above

    places = (classify(old), classify(change.path))
    if any(isinstance(place, Place) and place.is_secret for place in places):
        return True
    return any(text is not None and holds_secret(text) for text in (change.before, change.after))
