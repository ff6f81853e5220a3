"""Results: what of a scope was tested in which browser configs, how it ended, and what did not run."""

from collections.abc import Mapping
from typing import Final

from qafiles.reports.field_values import DeclaredColumns
from qafiles.reports.hidden import Hidden
from qafiles.reports.outcomes import NUMBERS, OUTCOME, figures_of, tally, word
from qafiles.reports.report import Cell, Column, Figure, Report, Table, ref
from qafiles.reports.request import Request
from qafiles.reports.run_comparison import comparison
from qafiles.reports.run_notes import left_out_of, notes_on
from qafiles.reports.run_tables import (
    configs_table,
    files_table,
    links_table,
    name_of,
    source_of,
    unlinked_table,
)
from qafiles.results.faulty_links import LinkFaults
from qafiles.results.joined import Cell as Tested
from qafiles.results.joined import Joined
from qafiles.results.joining import join
from qafiles.results.result import OUTCOMES
from qafiles.snapshot import EntityFile
from qafiles.snapshot.records import title

NO_CONFIG: Final = "no config"
_CASE: Final = (Column("test_case", "test case"), Column("title", "title"))

FAIL_ON: Final[Mapping[str, tuple[str, ...]]] = {
    "failed": ("failed",),
    "not-run": ("not_run", "uncovered_configs"),
    "flaky": ("flaky",),
    "unknown": ("unknown", "unknown_configs"),
    "unlinked": ("unlinked",),
}
"""What a report on results may fail on, and the figures that then have to be 0."""

_OF_CASES: Final = frozenset(column.name for column in NUMBERS)

Cells = Mapping[str, tuple[Tested, ...]]


def build(request: Request) -> Report:
    """Return what of the selected test cases was tested, and how it ended."""
    joined = request.results or join(request.snapshot, ())
    cases = request.selection.of_kind("test_case")
    cells = {case.path: joined.cells(case) for case in cases}
    hidden = Hidden(request.snapshot)
    faults = LinkFaults(request.snapshot, [faulty.problem for faulty in joined.links])
    own = request.columns_of("test_case")
    links, unlinked = links_table(joined, hidden, faults), unlinked_table(joined, hidden)
    uncovered = _uncovered(joined, cases, own)
    changes = comparison(joined, request.earlier_results, cases, hidden)
    figures = (
        Figure("test_cases", "test cases", len(cases)),
        *figures_of(joined, cases),
        Figure("uncovered_configs", "test case × browser config that no run covered", len(uncovered.rows)),  # noqa: RUF001  # the sign of a product
        *(figure for figures, _ in changes for figure in figures),
        Figure("tests", "tests in the files", joined.tests),
        Figure("unlinked", "tests that name no test case", len(unlinked.rows)),
        Figure("unknown", "links that name no test case, or not one alone", len(links.rows)),
        Figure(
            "unknown_configs",
            "browser configs of a property that there are not",
            sum(is_property for _, is_property in joined.unknown_configs),
        ),
        Figure("duration", "seconds of all tests in the scope", _seconds(cells)),
    )
    return request.report(
        figures,
        (
            _matrix(cases, cells, joined, own),
            *request.by_table(
                "Test cases",
                (Column("test_cases", "test cases", "number"), *NUMBERS),
                ((request.snapshot, case, (1, *tally(joined, [case]))) for case in cases),
            ),
            *(table for _, table in changes),
            _outcomes(cases, cells, hidden, own),
            _not_run(joined, cases, cells, own),
            uncovered,
            links,
            unlinked,
            *configs_table(joined.unknown_configs),
            files_table(joined),
        ),
        notes=(*notes_on(joined, request, cases), *dict.fromkeys(faults.lacking)),
        more=left_out_of(joined, request.earlier_results),
    )


def reasons_to_fail(report: Report, words: tuple[str, ...]) -> tuple[str, ...]:
    """Return why a report on results fails, one sentence for each figure that is not 0 of some words of FAIL_ON."""
    figures = {figure.name: figure for figure in report.figures}
    total = figures["test_cases"].value
    reasons = [
        f"{each}: {figure.value} of {total} test cases {figure.title}"
        if figure.name in _OF_CASES
        else f"{each}: {figure.value} {figure.title}"
        for each in words
        for figure in (figures[name] for name in FAIL_ON[each])
        if figure.value
    ]
    if "not-run" in words and not figures["test_cases"].value:
        reasons.append("not-run: there is no test case in the scope")
    return tuple(reasons)


def _matrix(cases: tuple[EntityFile, ...], cells: Cells, joined: Joined, own: DeclaredColumns) -> Table:
    """Return a row for each test case, with a column for each browser config that it lists or ran in."""
    configs = {cell.config.path: cell.config for row in cells.values() for cell in row if cell.config}
    paths = sorted(configs)
    without = any(cell.config is None and _has_tests(cell) for row in cells.values() for cell in row)
    columns = [Column(f"config:{configs[path].handle}", configs[path].handle) for path in paths]
    if without:
        columns.append(Column("no_config", NO_CONFIG))
    return Table(
        "matrix",
        "Test cases × browser configs",  # noqa: RUF001  # the sign of a product
        (Column("project", "project"), *_CASE, OUTCOME, *columns, *own.columns),
        tuple(
            (case.project, ref(case), title(case), word(joined.outcome(case)), *row, *own.cells(case))
            for case in cases
            for row in [_row(cells[case.path], paths, without=without)]
        ),
        "there is no test case in the scope",
    )


def _row(cells: tuple[Tested, ...], paths: list[str], *, without: bool) -> list[Cell]:
    words = {
        cell.config.path if cell.config else "": word(cell.outcome)
        for cell in cells
        if cell.asked or _has_tests(cell)
    }
    return [words.get(path) for path in (*paths, *([""] if without else []))]


def _has_tests(cell: Tested) -> bool:
    return bool(cell.tests or cell.listed)


def _outcomes(cases: tuple[EntityFile, ...], cells: Cells, hidden: Hidden, own: DeclaredColumns) -> Table:
    """Return a row for each test case and browser config in which a test ran, the worst first."""
    ran = [(case, cell) for case in cases for cell in cells[case.path] if cell.outcome is not None]
    ran.sort(key=lambda pair: OUTCOMES.index(pair[1].outcome or "skipped"))
    return Table(
        "outcomes",
        "Outcomes, the worst first",
        (
            Column("test_case", "test case"),
            Column("title", "title", detail=True),
            Column("browser_config", "browser config", missing=NO_CONFIG),
            OUTCOME,
            Column("failure", "failure", "gap"),
            Column("test", "test"),
            Column("source", "source"),
            Column("tests", "tests", "number"),
            *(Column(f"tests_{each}", f"tests {each}", "number", detail=True) for each in OUTCOMES),
            Column("attempts", "attempts", "number"),
            Column("duration", "seconds", "number"),
            Column("traversal", "traversal"),
            *own.columns,
        ),
        tuple(
            (
                ref(case),
                title(case),
                ref(cell.config) if cell.config else None,
                word(cell.outcome),
                hidden.line(cell.failure) or None,
                name_of(cell.test, hidden) if cell.test else None,
                source_of(cell.test) if cell.test else None,
                cell.tests,
                *cell.counts,
                cell.attempts,
                None if cell.duration is None else round(cell.duration, 3),
                ref(cell.traversal) if cell.traversal else None,
                *own.cells(case),
            )
            for case, cell in ran
        ),
        "no test ran",
    )


def _not_run(joined: Joined, cases: tuple[EntityFile, ...], cells: Cells, own: DeclaredColumns) -> Table:
    rows = [
        (
            ref(case),
            title(case),
            "a test names it, and did not run"
            if any(cell.listed for cell in cells[case.path])
            else "no test names it",
            tuple(ref(cell.config) for cell in cells[case.path] if cell.config and cell.asked),
            *own.cells(case),
        )
        for case in cases
        if joined.outcome(case) is None
    ]
    columns = (Column("why", "why", "gap"), Column("browser_configs", "browser configs"), *own.columns)
    return Table("not_run", "Test cases that did not run", (*_CASE, *columns), tuple(rows), "every one ran")


def _uncovered(joined: Joined, cases: tuple[EntityFile, ...], own: DeclaredColumns) -> Table:
    return Table(
        "uncovered_configs",
        "Browser configs that a test case asks for and no run covered",
        (
            *_CASE,
            Column("browser_config", "browser config", "gap"),
            Column("outcome", "outcome elsewhere"),
            *own.columns,
        ),
        tuple(
            (ref(case), title(case), ref(config), word(joined.outcome(case)), *own.cells(case))
            for case in cases
            for config in joined.uncovered(case)
        ),
        "every test case ran in all that it lists",
    )


def _seconds(cells: Cells) -> float | None:
    durations = [cell.duration for row in cells.values() for cell in row if cell.duration is not None]
    return round(sum(durations), 3) if durations else None
