"""Changes: what differs between two states, per project, and by whom; made for release notes."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from qafiles.diff import Diff, EntityChange, FieldChange, diff
from qafiles.diff.changes import WHATS
from qafiles.git.dates import day
from qafiles.git.log import LoggedCommit, between
from qafiles.history import History, entity_logs
from qafiles.layout import KINDS, LABELS
from qafiles.reports.filters import Selection
from qafiles.reports.report import Cell, Column, Figure, Report, Table, ref
from qafiles.reports.request import Request
from qafiles.schema.shown import dotted
from qafiles.snapshot import Snapshot
from qafiles.snapshot.titles import title

_UNCOMMITTED: Final = "not committed"


_WHAT_COLUMNS: Final = tuple(Column(what, what, "number") for what in WHATS)


def build(request: Request) -> Report:
    """Return what differs between `request.before` and the state, for what is selected in either of them.

    An entity is known by its id. Who changed it are the authors of the commits in between that changed it themselves,
    without those that only merged. Raises GitError without history.
    """
    history, before = request.history, request.before
    assert before is not None  # noqa: S101  # `make_report` asks for it
    whole = bool(request.filters or request.by)
    earlier = (request.earlier if whole else before) or before
    difference = diff(earlier, request.snapshot if whole else request.snapshot.source)
    was_selected = Selection(earlier, request.filters).paths if isinstance(earlier, Snapshot) else frozenset()
    changes = [
        change
        for change in difference.changes
        # What only went along with its project is no news of its own.
        if not change.is_only_carried and _selected(request, was_selected, change)
    ]
    start = earlier.source.revision if isinstance(earlier, Snapshot) else earlier.revision
    new = _between(history, start)
    logs = entity_logs(history, [change.file.id for change in changes if change.file.id is not None])
    commits = {
        change.file.path: [
            entry.commit
            for entry in reversed(logs.get(change.file.id or "", ()))
            # Who only wrote the same in another way changed nothing.
            if entry.commit.name in new and entry.what != ("reformatted",)
        ]
        for change in changes
    }
    counts = Counter(change.what for change in changes)
    kinds = request.counted(KINDS)
    by = request.by_table(
        "Changes",
        _WHAT_COLUMNS,
        (
            (_state(request, change), change.file, [change.what == what for what in WHATS])
            for change in changes
            if change.kind in kinds
        ),
    )
    authors = _authors(request, commits)
    return request.report(
        (
            *(Figure(what, what, counts[what]) for what in WHATS),
            Figure("authors", "authors", len(authors.rows)),
        ),
        (*by, _changes(request, changes, commits), _projects(changes), authors, _settings(difference)),
        notes=request.history_notes(),
        more=difference.left_out,
    )


def _selected(request: Request, was_selected: frozenset[str], change: EntityChange) -> bool:
    if not request.filters:
        return True
    sides = ((request.selection.paths, change.after), (was_selected, change.before))
    return any(file is not None and file.path in paths for paths, file in sides)


def _state(request: Request, change: EntityChange) -> Snapshot | None:
    """Return the state in which the entity of a change is to be looked at."""
    return request.snapshot if change.after is not None else request.earlier


def _between(history: History, start: str | None) -> frozenset[str]:
    """Return the commits that came after the earlier state."""
    if history.repository is None or history.revision is None:
        return frozenset()
    if start is None:
        return frozenset(commit.name for commit in history.commits)
    return between(history.repository, start, history.revision)


def _changes(
    request: Request, changes: Sequence[EntityChange], commits: Mapping[str, Sequence[LoggedCommit]]
) -> Table:
    rows: list[tuple[Cell, ...]] = []
    declared = request.columns_of(*KINDS)
    for change in sorted(changes, key=_order):
        own = commits[change.file.path]
        days = [on for commit in own if (on := day(commit.authored)) is not None]
        was = change.before.handle if change.before and change.before.handle != change.file.handle else None
        authors = tuple(dict.fromkeys(request.authors.name(commit) for commit in own)) or (_UNCOMMITTED,)
        rows.append(
            (
                change.file.project,
                change.what,
                LABELS[change.kind],
                ref(change.file),
                title(change.file),
                was,
                _fields(change),
                authors,
                max(days, default=None),
                *declared.cells(change.file),
            )
        )
    return Table(
        "changes",
        "Changes",
        (
            Column("project", "project"),
            Column("what", "what"),
            Column("kind", "kind"),
            Column("entity", "entity"),
            Column("title", "title"),
            Column("was", "was"),
            Column("fields", "fields"),
            Column("authors", "by"),
            Column("date", "date"),
            *declared.columns,
        ),
        tuple(rows),
        "nothing differs",
    )


def _order(change: EntityChange) -> tuple[str, int, str]:
    return change.file.project or "", WHATS.index(change.what), change.file.path


def _fields(change: EntityChange) -> tuple[str, ...]:
    """Return the fields that differ of an entity that is neither new nor gone; of a secret what became of its value."""
    if change.what in {"added", "removed"} or change.illegible:
        return ()
    names = [field.name for field in change.fields if field.form != "secret"]
    return (*names, *([change.secret] if change.secret else []))


def _projects(changes: Sequence[EntityChange]) -> Table:
    counts = Counter((change.file.project or "", change.what) for change in changes)
    return Table(
        "projects",
        "Projects",
        (Column("project", "project"), *_WHAT_COLUMNS),
        tuple(
            (project or None, *(counts[project, what] for what in WHATS))
            for project in sorted({project for project, _ in counts})
        ),
        "nothing differs",
    )


def _authors(request: Request, commits: Mapping[str, Sequence[LoggedCommit]]) -> Table:
    made: dict[str, set[str]] = {}
    touched: dict[str, set[str]] = {}
    for path, own in commits.items():
        for commit in own:
            name = request.authors.name(commit)
            made.setdefault(name, set()).add(commit.name)
            touched.setdefault(name, set()).add(path)
    names = sorted(made, key=lambda name: (-len(touched[name]), name))
    return Table(
        "authors",
        "Authors",
        (
            Column("author", "author"),
            Column("entities", "entities", "number"),
            Column("commits", "commits", "number"),
        ),
        tuple((name, len(touched[name]), len(made[name])) for name in names),
        "nothing that differs is committed",
    )


def _setting_names(field: FieldChange) -> tuple[str, ...]:
    """Return the name of a setting, or of each custom field whose declaration differs."""
    pointers = [part.pointer[:3] for part in field.parts] if field.name == "fields" else []
    return tuple(dict.fromkeys(map(dotted, pointers))) or (field.name,)


def _settings(difference: Diff) -> Table:
    return Table(
        "settings",
        "Settings in qafiles.yaml",
        (Column("setting", "setting"),),
        tuple((name,) for field in difference.settings for name in _setting_names(field)),
        "no setting differs",
    )
