"""Activity: who changed how much, month by month and project by project."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Final, Literal, NamedTuple

from qafiles.git.dates import day, day_text
from qafiles.git.log import LoggedCommit
from qafiles.history.lacking_states import unread_states
from qafiles.layout import KINDS, Place, classify, project_of
from qafiles.reports.grouping import Grouping, groups_of, key_of
from qafiles.reports.last_files import last_files
from qafiles.reports.report import Cell, Column, Figure, Item, Report, Table
from qafiles.reports.request import Request

_MONTHS: Final = 1200
"""Months between which empty ones are listed, too; dates further apart are a clock's mistake."""

_ACTS: Final = ("created", "changed", "removed")


class _Change(NamedTuple):
    """One entity changed by one commit."""

    commit: LoggedCommit
    on: date | None
    author: str
    project: str | None
    act: Literal["created", "changed", "removed"]
    id_: str


def build(request: Request) -> Report:
    """Return how much changed when, by whom and where, by the author dates of git. Raises GitError without history.

    A commit counts where it changed a selected entity itself, as a merge does only where it resolved something. Churn is
    the number of entities that commits created, changed (also renamed, moved and formatted) and removed.
    """
    changes = [*_changes(request)]
    days = [change.on for change in changes if change.on is not None]
    first = min(days, default=None)
    return request.report(
        (
            Figure("commits", "commits", _commits(changes)),
            Figure("authors", "authors", len({change.author for change in changes})),
            *(Figure(act, f"entities {act}", sum(c.act == act for c in changes)) for act in _ACTS),
            Figure("first", "first commit", first),
            Figure("last", "last commit", max(days, default=None)),
        ),
        (*_by(request, changes), _months(changes), _authors(changes), _projects(changes)),
        notes=(*request.history_notes(), *_undated(changes)),
    )


def _undated(changes: Iterable[_Change]) -> Iterator[str]:
    """Yield a sentence about commits without a day that could be the first or the last."""
    count = _commits(change for change in changes if change.on is None)
    if count:
        what = "1 commit has" if count == 1 else f"{count} commits have"
        yield f"{what} no date before the year 10000 that git can read; the months hold them, the first and last days do not"


def _changes(request: Request) -> Iterator[_Change]:
    selection, history = request.selection, request.history
    unread = unread_states(history, (state for states in history.states.values() for state in states))
    for id_, states in history.states.items():
        for state in states:
            if not state.is_change:
                continue
            before = next((p.path for p in state.parents if p is not None and p.path is not None), None)
            path = state.path or before
            if path is None or not selection.holds(path, id_):
                continue
            act: Literal["created", "changed", "removed"] = (
                "removed" if state.path is None else "created" if before is None else "changed"
            )
            if not unread.isdisjoint((state, *state.parents)):
                act = "changed"
            elif act == "created" and state.commit.name in history.shallow | history.vague:
                continue  # it was there; what was before is not in this clone
            place = classify(path)
            project = project_of(place.kind, place.handle) if isinstance(place, Place) else None
            commit = state.commit
            yield _Change(commit, day(commit.authored), request.authors.name(commit), project, act, id_)


def _by(request: Request, changes: Sequence[_Change]) -> tuple[Table, ...]:
    """Return the table of what changed by the values that entities have now, and of removed ones had at last."""
    if request.by is None:
        return ()
    kinds, groups = request.counted(KINDS), dict[str, tuple[Item | None, list[_Change]]]()
    files = last_files(request.snapshot, request.history, {change.id_ for change in changes})
    for change in changes:
        file = files.get(change.id_)
        if file is None or file.kind in kinds:
            for group in groups_of(request.snapshot, file, request.by):
                groups.setdefault(key_of(group), (group, []))[1].append(change)
    numbers = (
        Column("commits", "commits", "number"),
        Column("authors", "authors", "number"),
        *_ACT_COLUMNS,
    )
    rows = (
        (group, (_commits(own), len({change.author for change in own}), *_counted(own)))
        for group, own in groups.values()
    )
    return (Grouping(request.snapshot, request.by, "Changes", numbers).made(rows),)


def _commits(changes: Iterable[_Change]) -> int:
    return len({change.commit.name for change in changes})


def _counted(changes: Sequence[_Change]) -> tuple[int, ...]:
    return tuple(sum(change.act == act for change in changes) for act in _ACTS)


_ACT_COLUMNS: Final = tuple(Column(act, act, "number") for act in _ACTS)


def _months(changes: Iterable[_Change]) -> Table:
    groups: dict[int, list[_Change]] = defaultdict(list)
    undated: dict[str, list[_Change]] = defaultdict(list)
    for change in changes:
        if change.on is not None:
            groups[change.on.year * 12 + change.on.month - 1].append(change)
        else:
            undated[day_text(change.commit.authored).rpartition("-")[0] or "no date"].append(change)
    months = sorted(groups)
    if months and months[-1] - months[0] <= _MONTHS:
        months = [*range(months[0], months[-1] + 1)]
    rows = [(f"{month // 12:04}-{month % 12 + 1:02}", groups[month]) for month in months]
    return Table(
        "months",
        "Months",
        (
            Column("month", "month"),
            Column("commits", "commits", "number"),
            Column("authors", "authors", "number"),
            *_ACT_COLUMNS,
        ),
        tuple(
            (month, _commits(own), len({change.author for change in own}), *_counted(own))
            for month, own in [*rows, *sorted(undated.items())]
        ),
        "no commit is about an entity",
    )


def _authors(changes: Iterable[_Change]) -> Table:
    groups: dict[str, list[_Change]] = defaultdict(list)
    for change in changes:
        groups[change.author].append(change)
    rows: list[tuple[Cell, ...]] = []
    for author, own in groups.items():
        days = [change.on for change in own if change.on is not None]
        rows.append((author, _commits(own), *_counted(own), min(days, default=None), max(days, default=None)))
    return Table(
        "authors",
        "Authors",
        (
            Column("author", "author"),
            Column("commits", "commits", "number"),
            *_ACT_COLUMNS,
            Column("first", "first"),
            Column("last", "last"),
        ),
        tuple(sorted(rows, key=lambda row: (-_number(row[1]), str(row[0])))),
        "no commit is about an entity",
    )


def _number(cell: Cell) -> int:
    return cell if isinstance(cell, int) else 0


def _projects(changes: Iterable[_Change]) -> Table:
    groups: dict[str, list[_Change]] = defaultdict(list)
    for change in changes:
        groups[change.project or ""].append(change)
    return Table(
        "projects",
        "Projects",
        (
            Column("project", "project"),
            Column("commits", "commits", "number"),
            Column("authors", "authors", "number"),
            *_ACT_COLUMNS,
            Column("last", "last"),
        ),
        tuple(
            (
                project or None,
                _commits(own),
                len({change.author for change in own}),
                *_counted(own),
                max((change.on for change in own if change.on is not None), default=None),
            )
            for project, own in sorted(groups.items())
        ),
        "no commit is about an entity",
    )
