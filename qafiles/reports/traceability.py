"""Traceability: from documents to test cases, traversals, browser configs and secrets, with gaps, and back."""

from collections.abc import Iterator

from qafiles.kinds import SECRET, Kind
from qafiles.layout import KINDS, LABELS
from qafiles.reports.report import Cell, Column, Figure, Report, Table, ref
from qafiles.reports.request import Request
from qafiles.reports.traces import Files, Traces, refs
from qafiles.snapshot import EntityFile
from qafiles.snapshot.records import title as title_of
from qafiles.snapshot.unread import is_unused

Row = tuple[Cell, ...]

_FIRST: tuple[Kind, ...] = ("test_traversal", "test_case", "document", "browser_config")
_UNTRAVERSED = "no traversal with this browser config"
_USERS: tuple[Kind, ...] = (*_FIRST, *(kind for kind in KINDS if kind not in _FIRST))


def build(request: Request) -> Report:
    """Return the traceability matrix of what is selected, and what uses each browser config and each secret.

    A row of the matrix is a traversal with its test case and one of the documents of that; what has no counterpart has a
    row of its own, in which `gaps` says what is missing, as has each browser config of a test case with which no traversal goes.
    """
    traces = Traces(request)
    rows = tuple(_rows(traces))
    configs = tuple(_used(traces, "browser_config"))
    secrets = tuple(_used(traces, SECRET))
    return request.report(
        tuple(_figures(traces, rows, configs, secrets)),
        (
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
                ),
                rows,
                "there is nothing to trace",
            ),
            _backwards("browser_configs", "browser config", configs),
            _backwards("secrets", "secret", secrets),
        ),
        notes=traces.notes(),
    )


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
