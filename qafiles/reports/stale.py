"""Stale: test cases whose text changed after their newest traversal, and what nobody has touched for long."""

from typing import TYPE_CHECKING

from qafiles.git.dates import day, seconds
from qafiles.git.log import LoggedCommit
from qafiles.history import History
from qafiles.history.shared_ids import own_state
from qafiles.kinds import Kind
from qafiles.layout import LABELS
from qafiles.reports.authors import days_between
from qafiles.reports.field_authors import commits_of_fields
from qafiles.reports.report import Cell, Column, EntityRef, Figure, Report, Table, ref
from qafiles.reports.request import Request
from qafiles.reports.traces import Traces
from qafiles.snapshot import EntityFile
from qafiles.snapshot.titles import title

if TYPE_CHECKING:
    from datetime import date

_TEXT = ("test_description", "extra_rules")
AGING: tuple[Kind, ...] = ("test_case", "document", "test_traversal")
"""The kinds whose entities grow old."""


def build(request: Request) -> Report:
    """Return what is stale among what is selected, by the author dates of git. Raises GitError without history.

    A traversal is as new as the commit that last changed its data. Written dates count for nothing here.
    """
    outdated = _outdated(request)
    untouched, known = _untouched(request)
    kinds = request.counted(AGING)
    by_path = {name: _paths(table) for name, table in (("outdated", outdated), ("untouched", untouched))}
    counts = (
        (request.snapshot, file, (1, *(file.path in paths for paths in by_path.values())))
        for kind in kinds
        for file in request.selection.of_kind(kind)
    )
    numbers = (
        Column("entities", "entities", "number"),
        *(Column(name, name, "number") for name in by_path),
    )
    newest = max((row[3] for row in untouched.rows if isinstance(row[3], int)), default=None)
    return request.report(
        (
            Figure("outdated", "test cases changed after their newest traversal", len(outdated.rows)),
            Figure("untouched", f"untouched for {request.days} days or more", len(untouched.rows)),
            Figure("entities", "test cases, documents and traversals in history", known),
            Figure("oldest", "days since the one untouched longest", newest),
        ),
        (*request.by_table("Stale entities", numbers, counts), outdated, untouched),
        notes=request.history_notes(),
        dated=True,
    )


def _paths(table: Table) -> set[str]:
    return {cell.path for row in table.rows if isinstance(cell := row[0], EntityRef)}


def _updated(history: History, file: EntityFile) -> LoggedCommit | None:
    """Return the commit that an entity's data comes from, None where it is not committed."""
    state = own_state(history, file)
    return state.updated if state is not None else None


def _outdated(request: Request) -> Table:
    history, traces = request.history, Traces(request)
    newest: dict[str, tuple[EntityFile, EntityFile, LoggedCommit]] = {}
    for case in request.selection.of_kind("test_case"):
        recorded_traversals = [
            (commit, traversal)
            for traversal in traces.traversals(case)
            if (commit := _updated(history, traversal)) is not None
        ]
        own = _updated(history, case)
        if not recorded_traversals or own is None or case.id is None:
            continue
        if traces.doubtful(case, "test_traversal"):
            continue  # the newest may be one that can't be read
        commit, traversal = max(recorded_traversals, key=lambda item: seconds(item[0].authored))
        # Only a test case that changed later at all can have a text that did.
        if seconds(own.authored) > seconds(commit.authored):
            newest[case.id] = (case, traversal, commit)
    declared = request.columns_of("test_case")
    texts = commits_of_fields(history, dict.fromkeys(newest, _TEXT))
    rows: list[tuple[Cell, ...]] = []
    for id_, (case, traversal, commit) in newest.items():
        changed = max((texts[id_, name] for name in _TEXT), key=lambda commit: seconds(commit.authored))
        if seconds(changed.authored) > seconds(commit.authored):
            on, recorded = day(changed.authored), day(commit.authored)
            rows.append(
                (
                    ref(case),
                    title(case),
                    on,
                    request.authors.name(changed),
                    ref(traversal),
                    recorded,
                    days_between(recorded, on),
                    *declared.cells(case),
                )
            )
    return Table(
        "outdated",
        "Test cases whose text changed after their newest traversal",
        (
            Column("test_case", "test case"),
            Column("title", "title"),
            Column("changed", "text changed"),
            Column("author", "by"),
            Column("traversal", "newest traversal"),
            Column("traversed", "recorded"),
            Column("days", "days between", "number"),
            *declared.columns,
        ),
        tuple(rows),
        "no text is newer than its newest traversal",
    )


def _untouched(request: Request) -> tuple[Table, int]:
    untouched: list[tuple[int, EntityFile, date | None, str]] = []
    known = 0
    for kind in AGING:
        for file in request.selection.of_kind(kind):
            commit = _updated(request.history, file)
            if commit is None:
                continue
            known += 1
            on = day(commit.authored)
            age = days_between(on, request.today)
            if age is not None and age >= request.days:
                untouched.append((age, file, on, request.authors.name(commit)))
    untouched.sort(key=lambda item: (-item[0], item[1].path))
    own = request.columns_of(*AGING)
    table = Table(
        "untouched",
        f"Untouched for {request.days} days or more",
        (
            Column("entity", "entity"),
            Column("kind", "kind"),
            Column("touched", "last touched"),
            Column("days", "days", "number"),
            Column("author", "by"),
            Column("title", "title"),
            *own.columns,
        ),
        tuple(
            (ref(file), LABELS[file.kind], on, age, by, title(file), *own.cells(file))
            for age, file, on, by in untouched
        ),
        "all was touched since",
    )
    return table, known
