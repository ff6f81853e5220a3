"""Coverage: which routes and tags have test cases, and what test cases lack."""

from collections import Counter, defaultdict
from collections.abc import Mapping

from qafiles.kinds import Kind
from qafiles.reports.field_values import DeclaredColumns
from qafiles.reports.outcomes import Outcomes
from qafiles.reports.report import Cell, Column, Figure, Report, Table, ref
from qafiles.reports.request import Request
from qafiles.reports.routes import routes
from qafiles.reports.traces import Files, Traces
from qafiles.snapshot import EntityFile
from qafiles.snapshot.titles import title
from qafiles.snapshot.unread import is_unused

_LACKS = ("tag", "document", "traversal")
_UNTRAVERSED = "test case × browser config without a traversal"  # noqa: RUF001  # the sign of a product
_KINDS: tuple[Kind, ...] = ("tag", "document", "test_traversal")


def build(request: Request) -> Report:
    """Return the coverage of what is selected."""
    traces = Traces(request)
    outcomes = Outcomes(request.results)
    cases = request.selection.of_kind("test_case")
    lacks = {case.path: _lacks(traces, case) for case in cases}
    by_route = _by_route(request, cases)
    unused = tuple(
        file for file in request.selection.of_kind("browser_config") if is_unused(request.snapshot, file)
    )
    untraversed = {case.path: traces.untraversed(case) for case in cases}
    counts = Counter(word for words in lacks.values() for word in words)
    figures = (
        Figure("test_cases", "test cases", len(cases)),
        Figure("routes", "routes", len(by_route)),
        *(Figure(f"without_{word}", f"test cases without a {word}", counts[word]) for word in _LACKS),
        Figure("untraversed_configs", _UNTRAVERSED, sum(map(len, untraversed.values()))),
        Figure("unused_browser_configs", "browser configs that nothing uses", len(unused)),
        *outcomes.figures(cases),
    )
    numbers = (
        Column("test_cases", "test cases", "number"),
        *(Column(f"without_{word}", f"without {word}", "number") for word in _LACKS),
        Column("untraversed_configs", "configs without a traversal", "number"),
        *outcomes.numbers,
    )
    of_cases = (
        (
            request.snapshot,
            case,
            (
                1,
                *(word in lacks[case.path] for word in _LACKS),
                len(untraversed[case.path]),
                *outcomes.counts([case]),
            ),
        )
        for case in cases
    )
    own = request.columns_of("test_case")
    return request.report(
        figures,
        (
            *request.by_table("Test cases", numbers, of_cases),
            _routes(traces, by_route, lacks, outcomes),
            _matrix(traces, by_route),
            _tags(request, traces, lacks, outcomes),
            _gaps(own, cases, lacks, outcomes),
            _untraversed(own, cases, untraversed, outcomes),
            _configs(request, traces, cases, untraversed),
            Table(
                "unused_browser_configs",
                "Browser configs that nothing uses",
                (Column("browser_config", "browser config"),),
                tuple((ref(file),) for file in unused),
                "all are used",
            ),
        ),
        notes=(*traces.notes(), *outcomes.notes(request, cases)),
        more=outcomes.left_out,
    )


Routes = dict[tuple[str, str], list[EntityFile]]
"""Test cases by project and route; without a legible route, the route is empty."""


def _by_route(request: Request, cases: tuple[EntityFile, ...]) -> Routes:
    known = routes(request.snapshot)
    cases_by_route: Routes = defaultdict(list)
    for case in cases:
        if case.path in known:
            cases_by_route[str(case.project), known[case.path]].append(case)
    return {key: cases_by_route[key] for key in sorted(cases_by_route)}


def _lacks(traces: Traces, case: EntityFile) -> tuple[str, ...]:
    there = (traces.targets(case, "tag"), traces.documents(case), traces.traversals(case))
    return tuple(
        word
        for word, kind, files in zip(_LACKS, _KINDS, there, strict=True)
        if not files and not traces.doubtful(case, kind)
    )


def _routes(traces: Traces, by_route: Routes, lacks: dict[str, tuple[str, ...]], outcomes: Outcomes) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for (project, route), cases in by_route.items():
        counts = Counter(tag.path for case in cases for tag in traces.targets(case, "tag"))
        files = traces.snapshot.files
        tags = sorted(counts, key=lambda path: (-counts[path], path))
        named = tuple(f"{files[path].handle.rpartition('/')[2]} {counts[path]}" for path in tags)
        missing = Counter(word for case in cases for word in lacks[case.path])
        numbers = (*(missing[word] for word in _LACKS), *outcomes.counts(cases))
        rows.append((project, route, len(cases), *numbers, named))
    return Table(
        "routes",
        "Routes and how many test cases with which tags they have",
        (
            Column("project", "project"),
            Column("route", "route"),
            Column("test_cases", "test cases", "number"),
            *(Column(f"without_{word}", f"without {word}", "number") for word in _LACKS),
            *outcomes.numbers,
            Column("tags", "tags"),
        ),
        tuple(rows),
        "no test case has a route",
    )


def _matrix(traces: Traces, by_route: Routes) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for (project, route), cases in by_route.items():
        counts = Counter(tag.path for case in cases for tag in traces.targets(case, "tag"))
        rows += [(project, route, ref(traces.snapshot.files[path]), counts[path]) for path in sorted(counts)]
    return Table(
        "routes_by_tag",
        "Routes × tags: test cases on a route that have a tag",  # noqa: RUF001  # the sign of a product
        (
            Column("project", "project"),
            Column("route", "route"),
            Column("tag", "tag"),
            Column("test_cases", "test cases", "number"),
        ),
        tuple(rows),
        "no test case with a route has a tag",
    )


def _tags(request: Request, traces: Traces, lacks: dict[str, tuple[str, ...]], outcomes: Outcomes) -> Table:
    rows: list[tuple[Cell, ...]] = []
    own = request.columns_of("tag")
    for tag in request.selection.of_kind("tag"):
        cases = traces.sources(tag, "test_case")
        traversed = sum("traversal" not in lacks[case.path] for case in cases)
        rows.append((ref(tag), len(cases), traversed, *outcomes.counts(cases), *own.cells(tag)))
    return Table(
        "tags",
        "Tags",
        (
            Column("tag", "tag"),
            Column("test_cases", "test cases", "number"),
            Column("traversed", "with a traversal", "number"),
            *outcomes.numbers,
            *own.columns,
        ),
        tuple(rows),
        "there is no tag",
    )


def _gaps(
    own: DeclaredColumns,
    cases: tuple[EntityFile, ...],
    lacks: dict[str, tuple[str, ...]],
    outcomes: Outcomes,
) -> Table:
    return Table(
        "gaps",
        "Test cases without tag, document or traversal",
        (
            Column("test_case", "test case"),
            Column("title", "title"),
            Column("without", "without", "gap"),
            *outcomes.column,
            *own.columns,
        ),
        tuple(
            (ref(case), title(case), lacks[case.path], *outcomes.of(case), *own.cells(case))
            for case in cases
            if lacks[case.path]
        ),
        "every test case has all three",
    )


def _untraversed(
    own: DeclaredColumns,
    cases: tuple[EntityFile, ...],
    untraversed: Mapping[str, Files],
    outcomes: Outcomes,
) -> Table:
    return Table(
        "untraversed_configs",
        _UNTRAVERSED[:1].upper() + _UNTRAVERSED[1:],
        (
            Column("test_case", "test case"),
            Column("title", "title"),
            Column("browser_config", "browser config", "gap"),
            *outcomes.column,
            *own.columns,
        ),
        tuple(
            (ref(case), title(case), ref(config), *outcomes.of(case, (config,)), *own.cells(case))
            for case in cases
            for config in untraversed[case.path]
        ),
        "with every browser config that a test case names there is a traversal of it",
    )


def _configs(
    request: Request, traces: Traces, cases: tuple[EntityFile, ...], untraversed: Mapping[str, Files]
) -> Table:
    own = request.columns_of("browser_config")
    lacking = Counter(config.path for case in cases for config in untraversed[case.path])
    return Table(
        "browser_configs",
        "Browser configs and the test cases that are to go with them",
        (
            Column("browser_config", "browser config"),
            Column("test_cases", "test cases", "number"),
            Column("without_traversal", "without a traversal with it", "number"),
            *own.columns,
        ),
        tuple(
            (ref(config), len(traces.sources(config, "test_case")), lacking[config.path], *own.cells(config))
            for config in request.selection.of_kind("browser_config")
        ),
        "there is no browser config",
    )
