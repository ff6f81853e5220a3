"""Inventory: how many entities of each kind there are, per organization, project and suite."""

from collections import Counter

from qafiles.kinds import KIND_FACTS, SECRET, Kind
from qafiles.layout import KINDS, MEMBER_KINDS, PROJECT_KINDS, SUITE_KINDS
from qafiles.reports.filters import suite_of
from qafiles.reports.report import Column, Figure, Report, Table, ref
from qafiles.reports.request import Request
from qafiles.snapshot.titles import title

_FIRST: tuple[Kind, ...] = ("test_case", "document", "tag", "test_traversal", SECRET)
_IN_PROJECT: tuple[Kind, ...] = (
    *_FIRST,
    *(kind for kind in KINDS if kind in PROJECT_KINDS and kind not in _FIRST),
)
_IN_SUITE: tuple[Kind, ...] = tuple(kind for kind in KINDS if kind in SUITE_KINDS)


def plural(kind: Kind) -> str:
    """Return what people call the entities of a kind."""
    return KIND_FACTS[kind].plural.lower()


def _columns(kinds: tuple[Kind, ...]) -> tuple[Column, ...]:
    return tuple(Column(f"{kind}s", plural(kind), "number") for kind in kinds)


def build(request: Request) -> Report:
    """Return the inventory of what is selected; files with errors count, as they do for `qafiles list`."""
    kinds = request.counted(KINDS)
    counts = (
        (request.snapshot, file, [own == kind for own in kinds])
        for kind in kinds
        for file in request.selection.of_kind(kind)
    )
    return request.report(
        tuple(Figure(f"{kind}s", plural(kind), len(request.selection.of_kind(kind))) for kind in KINDS),
        (
            *request.by_table("Entities", _columns(kinds), counts),
            _projects(request),
            _organizations(request),
            _suites(request),
        ),
    )


def _projects(request: Request) -> Table:
    own = request.columns_of("project")
    counts = Counter((file.project, kind) for kind in _IN_PROJECT for file in request.selection.of_kind(kind))
    return Table(
        "projects",
        "Projects",
        (Column("project", "project"), Column("name", "name"), *_columns(_IN_PROJECT), *own.columns),
        tuple(
            (ref(file), title(file), *(counts[file.handle, kind] for kind in _IN_PROJECT), *own.cells(file))
            for file in request.selection.of_kind("project")
        ),
        "there is no project",
    )


def _organizations(request: Request) -> Table:
    kinds: tuple[Kind, ...] = (*MEMBER_KINDS, "project", *_IN_PROJECT)
    own = request.columns_of("organization")
    counts = Counter((file.organization, kind) for kind in kinds for file in request.selection.of_kind(kind))
    return Table(
        "organizations",
        "Organizations",
        (Column("organization", "organization"), Column("name", "name"), *_columns(kinds), *own.columns),
        tuple(
            (ref(file), title(file), *(counts[file.handle, kind] for kind in kinds), *own.cells(file))
            for file in request.selection.of_kind("organization")
        ),
        "there is no organization",
    )


def _suites(request: Request) -> Table:
    counts = Counter(
        (suite, kind)
        for kind in _IN_SUITE
        for file in request.selection.of_kind(kind)
        if (suite := suite_of(file)) is not None
    )
    return Table(
        "suites",
        "Suites",
        (Column("suite", "suite"), *_columns(_IN_SUITE)),
        tuple(
            (suite, *(counts[suite, kind] for kind in _IN_SUITE))
            for suite in sorted({suite for suite, _ in counts})
        ),
        "no entity lies in a sub-folder",
    )
