"""Traceability: from documents to test cases, traversals, browser configs and secrets, with gaps, and back."""

from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from qafiles.kinds import SECRET, Kind
from qafiles.layout import KINDS, LABELS
from qafiles.reports.field_values import DeclaredColumns
from qafiles.reports.outcomes import Outcomes
from qafiles.reports.report import Cell, Column, EntityRef, Figure, Report, Table, ref
from qafiles.reports.request import Request
from qafiles.reports.traces import Files, Traces, refs
from qafiles.snapshot import EntityFile
from qafiles.snapshot.titles import title as title_of
from qafiles.snapshot.unread import is_unused

Row = tuple[Cell, ...]

_FIRST: tuple[Kind, ...] = ("test_traversal", "test_case", "document", "browser_config")
MATRIX_KINDS: Final[tuple[Kind, ...]] = ("test_case", "document", "test_traversal")
"""The kinds whose entities stand in the matrix."""
_UNTRAVERSED = "no traversal with this browser config"
_USERS: tuple[Kind, ...] = (*_FIRST, *(kind for kind in KINDS if kind not in _FIRST))


def build(request: Request) -> Report:
    """Return the traceability matrix of what is selected, and what uses each browser config and each secret.

    A row of the matrix is a traversal with its test case and one of the documents of that; what has no counterpart has a
    row of its own, in which `gaps` says what is missing, as has each browser config of a test case with which no traversal goes.
    """
    traces = Traces(request)
    outcomes = Outcomes(request.results)
    rows = tuple(_rows(traces))
    configs = tuple(_used(traces, "browser_config"))
    secrets = tuple(_used(traces, SECRET))
    own = request.columns_of(*MATRIX_KINDS)
    return request.report(
        (
            *_figures(traces, rows, configs, secrets),
            *outcomes.figures(request.selection.of_kind("test_case")),
        ),
        (
            *_by(request, traces),
            Table(
                "matrix",
                "Traceability matrix",
                (
                    Column("project", "project"),
                    Column("gaps", "gaps", "gap", always_shown=True),
                    Column("document", "document", always_shown=True),
                    Column("test_case", "test case", always_shown=True),
                    Column("title", "title"),
                    Column("traversal", "traversal", always_shown=True),
                    Column("browser_configs", "browser configs"),
                    Column("secrets", "secrets"),
                    *outcomes.column,
                    *own.columns,
                ),
                tuple(
                    (
                        *row,
                        *outcomes.of_cells(request.snapshot, row[3], row[6]),
                        *_declared(request, own, row),
                    )
                    for row in rows
                ),
                "there is nothing to trace",
            ),
            _backwards("browser_configs", "browser config", configs),
            _backwards("secrets", "secret", secrets),
        ),
        notes=(*traces.notes(), *outcomes.notes(request, request.selection.of_kind("test_case"))),
        more=outcomes.left_out,
    )


class _Number(NamedTuple):
    """What an entity of a kind adds to a number."""

    kind: Kind
    column: Column
    of: Callable[[Traces, EntityFile], int]


def _without(traces: Traces, file: EntityFile, files: Files, kind: Kind) -> bool:
    return not files and not traces.doubtful(file, kind)


_NUMBERS: Final = (
    _Number("test_case", Column("test_cases", "test cases", "number"), lambda *_: 1),
    _Number(
        "test_case",
        Column("without_document", "without document", "number"),
        lambda traces, case: _without(traces, case, traces.documents(case), "document"),
    ),
    _Number(
        "test_case",
        Column("without_traversal", "without traversal", "number"),
        lambda traces, case: _without(traces, case, traces.traversals(case), "test_traversal"),
    ),
    _Number("document", Column("documents", "documents", "number"), lambda *_: 1),
    _Number(
        "document",
        Column("without_test_case", "without test case", "number"),
        lambda traces, document: _without(traces, document, traces.cases(document), "test_case"),
    ),
    _Number("test_traversal", Column("test_traversals", "traversals", "number"), lambda *_: 1),
)


def _by(request: Request, traces: Traces) -> tuple[Table, ...]:
    """Return the entities of the matrix by the field asked for, and how many of them lack a counterpart."""
    kinds = request.counted(MATRIX_KINDS)
    numbers = [number for number in _NUMBERS if number.kind in kinds]
    return request.by_table(
        "Traced entities",
        [number.column for number in numbers],
        (
            (
                request.snapshot,
                file,
                [number.of(traces, file) if number.kind == kind else 0 for number in numbers],
            )
            for kind in kinds
            for file in traces.selection.of_kind(kind)
        ),
    )


def _declared(request: Request, own: DeclaredColumns, row: Row) -> Row:
    """Return the further cells of a row of the matrix: those of its test case, else of its document or traversal."""
    entities = [cell for cell in (row[3], row[2], row[5]) if isinstance(cell, EntityRef)]
    kinds = request.counted(MATRIX_KINDS) or MATRIX_KINDS
    named = next((entity for entity in entities if entity.kind in kinds), None)
    return own.cells(request.snapshot.files[named.path] if named is not None else None)


def _rows(traces: Traces) -> Iterator[Row]:
    selection = traces.selection
    for document in selection.of_kind("document"):
        cases = traces.cases(document)
        for case in cases:
            yield from _of_case(traces, document, case)
        if not cases:
            gaps = (_gap(traces, document, "test_case"),)
            secrets = refs(traces.secrets(document))
            yield (document.project, gaps, ref(document), None, None, None, (), secrets)
    for case in selection.of_kind("test_case"):
        if not traces.documents(case):
            yield from _of_case(traces, None, case)
    for traversal in selection.of_kind("test_traversal"):
        if not traces.targets(traversal, "test_case"):
            configs = traces.targets(traversal, "browser_config")
            yield (
                traversal.project,
                (_gap(traces, traversal, "test_case"),),
                None,
                None,
                None,
                ref(traversal),
                refs(configs),
                refs(traces.secrets(traversal, *configs)),
            )


def _of_case(traces: Traces, document: EntityFile | None, case: EntityFile) -> Iterator[Row]:
    gaps = [] if document is not None else [_gap(traces, case, "document")]
    if document is not None and traces.disagree(case, document):
        gaps.append("the test case names another document")
    ways: list[tuple[EntityFile | None, Files, tuple[str, ...]]] = [
        (traversal, traces.configs(case, traversal), ()) for traversal in traces.traversals(case)
    ]
    if ways:
        ways += [(None, (config,), (_UNTRAVERSED,)) for config in traces.untraversed(case)]
    for traversal, configs, lacks in ways or [
        (None, traces.configs(case, None), (_gap(traces, case, "test_traversal"),))
    ]:
        yield (
            case.project,
            (*gaps, *lacks),
            ref(document) if document is not None else None,
            ref(case),
            title_of(case),
            ref(traversal) if traversal is not None else None,
            refs(configs),
            refs(traces.secrets(document, case, traversal, *configs)),
        )


def _gap(traces: Traces, file: EntityFile, kind: Kind) -> str:
    """Return what an entity lacks, or that it can't be told."""
    word = "traversal" if kind == "test_traversal" else LABELS[kind]
    return f"{word} not known" if traces.doubtful(file, kind) else f"no {word}"


def _used(traces: Traces, kind: Kind) -> Iterator[Row]:
    for file in traces.selection.of_kind(kind):
        users = [user for by in _USERS for user in traces.sources(file, by)]
        for user in users:
            cases = _cases_of(traces, user)
            documents = {document.path: document for case in cases for document in traces.documents(case)}
            if user.kind == "document":
                documents[user.path] = user
            named = refs(documents[path] for path in sorted(documents))
            yield (user.project, (), ref(file), ref(user), refs(cases), named)
        if not users:
            word = "unused" if is_unused(traces.snapshot, file) else "use not known"
            yield (file.project, (word,), ref(file), None, (), ())


def _cases_of(traces: Traces, user: EntityFile) -> Files:
    if user.kind == "test_case":
        return (user,)
    return traces.cases(user) if user.kind == "document" else traces.targets(user, "test_case")


def _backwards(name: str, title: str, rows: tuple[Row, ...]) -> Table:
    return Table(
        name,
        f"From {title}s back to documents",
        (
            Column("project", "project"),
            Column("gaps", "gaps", "gap", always_shown=True),
            Column(title.replace(" ", "_"), title),
            Column("used_by", "used by", always_shown=True),
            Column("test_cases", "test cases"),
            Column("documents", "documents"),
        ),
        rows,
        f"there is no {title}",
    )


def _figures(
    traces: Traces, rows: tuple[Row, ...], configs: tuple[Row, ...], secrets: tuple[Row, ...]
) -> Iterator[Figure]:
    selection = traces.selection
    cases = selection.of_kind("test_case")
    yield Figure("documents", "documents", len(selection.of_kind("document")))
    yield Figure("test_cases", "test cases", len(cases))
    yield Figure("test_traversals", "traversals", len(selection.of_kind("test_traversal")))
    alone = sum("no test case" in row[1] and row[2] is not None for row in rows if isinstance(row[1], tuple))
    yield Figure("documents_without_test_case", "documents without a test case", alone)
    without = sum(not traces.documents(case) and not traces.doubtful(case, "document") for case in cases)
    yield Figure("test_cases_without_document", "test cases without a document", without)
    without = sum(
        not traces.traversals(case) and not traces.doubtful(case, "test_traversal") for case in cases
    )
    yield Figure("test_cases_without_traversal", "test cases without a traversal", without)
    without = sum(len(traces.untraversed(case)) for case in cases)
    product = "test case × browser config without a traversal"  # noqa: RUF001  # the sign of a product
    yield Figure("untraversed_configs", product, without)
    yield Figure("unused_browser_configs", "browser configs that nothing uses", _unused(configs))
    yield Figure("unused_secrets", "secrets that nothing uses", _unused(secrets))


def _unused(rows: tuple[Row, ...]) -> int:
    return sum(row[1] == ("unused",) for row in rows)
