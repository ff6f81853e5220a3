"""The tables of test cases in a report on results: the matrix, the outcomes, and what did not run."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from qafiles.reports.field_values import DeclaredColumns
from qafiles.reports.hidden import Hidden
from qafiles.reports.outcomes import OUTCOME, word
from qafiles.reports.report import Cell, Column, EntityRef, Table, ref
from qafiles.reports.run_tables import name_of, source_of
from qafiles.results.configs import NO_CONFIG
from qafiles.results.joined import Cell as Tested
from qafiles.results.joined import Joined
from qafiles.results.result import OUTCOMES, Outcome
from qafiles.snapshot import EntityFile
from qafiles.snapshot.titles import title

_CASE: Final = (Column("test_case", "test case"), Column("title", "title"))


class CaseRow(NamedTuple):
    """A test case of the scope: how tables name it, how it ended in which browser configs, and its declared fields."""

    case: EntityFile
    named: tuple[EntityRef, str]
    outcome: Outcome | None
    cells: tuple[Tested, ...]
    own: tuple[Cell, ...]


def rows_of(joined: Joined, cases: tuple[EntityFile, ...], own: DeclaredColumns) -> tuple[CaseRow, ...]:
    """Return what tables say of each test case."""
    return tuple(
        CaseRow(case, (ref(case), title(case)), joined.outcome(case), joined.cells(case), own.cells(case))
        for case in cases
    )


def matrix(rows: Sequence[CaseRow], own: DeclaredColumns) -> Table:
    """Return a row for each test case, with a column for each browser config that it lists or ran in."""
    configs = {cell.config.path: cell.config for row in rows for cell in row.cells if cell.config}
    paths = sorted(configs)
    columns = [Column(f"config:{configs[path].handle}", configs[path].handle) for path in paths]
    if any(cell.config is None and _has_tests(cell) for row in rows for cell in row.cells):
        columns.append(Column("no_config", NO_CONFIG))
        paths.append("")
    return Table(
        "matrix",
        "Test cases × browser configs",  # noqa: RUF001  # the sign of a product
        (Column("project", "project"), *_CASE, OUTCOME, *columns, *own.columns),
        tuple(
            (row.case.project, *row.named, word(row.outcome), *_words(row.cells, paths), *row.own)
            for row in rows
        ),
        "there is no test case in the scope",
    )


def _words(cells: tuple[Tested, ...], paths: Sequence[str]) -> list[Cell]:
    words = {
        cell.config.path if cell.config else "": word(cell.outcome)
        for cell in cells
        if cell.asked or _has_tests(cell)
    }
    return [words.get(path) for path in paths]


def _has_tests(cell: Tested) -> bool:
    return bool(cell.tests or cell.listed)


def outcomes_table(rows: Sequence[CaseRow], hidden: Hidden, own: DeclaredColumns) -> Table:
    """Return a row for each test case and browser config in which a test ran, the worst first."""
    refs: dict[str, EntityRef] = {}
    ran = [(row, cell) for row in rows for cell in row.cells if cell.outcome is not None]
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
                *row.named,
                _config(cell, refs),
                cell.outcome,
                hidden.line(cell.failure) or None,
                name_of(cell.test, hidden) if cell.test else None,
                source_of(cell.test) if cell.test else None,
                cell.tests,
                *cell.counts,
                cell.attempts,
                None if cell.duration is None else round(cell.duration, 3),
                ref(cell.traversal) if cell.traversal else None,
                *row.own,
            )
            for row, cell in ran
        ),
        "no test ran",
    )


def _config(cell: Tested, refs: dict[str, EntityRef]) -> EntityRef | None:
    """Return the browser config of a cell, one value for all the rows that name it."""
    if cell.config is None:
        return None
    named = refs.get(cell.config.path)
    if named is None:
        named = refs[cell.config.path] = ref(cell.config)
    return named


def not_run_table(rows: Sequence[CaseRow], own: DeclaredColumns) -> Table:
    """Return the test cases of which no test ran, and why."""
    columns = (Column("why", "why", "gap"), Column("browser_configs", "browser configs"), *own.columns)
    return Table(
        "not_run",
        "Test cases that did not run",
        (*_CASE, *columns),
        tuple(
            (
                *row.named,
                "a test names it, and did not run"
                if any(cell.listed for cell in row.cells)
                else "no test names it",
                tuple(ref(cell.config) for cell in row.cells if cell.config and cell.asked),
                *row.own,
            )
            for row in rows
            if row.outcome is None
        ),
        "every one ran",
    )


def uncovered_table(rows: Sequence[CaseRow], own: DeclaredColumns) -> Table:
    """Return the browser configs that test cases list and in which no test of them ran."""
    refs: dict[str, EntityRef] = {}
    return Table(
        "uncovered_configs",
        "Browser configs that a test case asks for and no run covered",
        (
            *_CASE,
            Column("browser_config", "browser config", "gap"),
            Column("outcome", "outcome elsewhere"),
            Column("traversal", "traversal"),
            *own.columns,
        ),
        tuple(
            (
                *row.named,
                _config(cell, refs),
                word(row.outcome),
                ref(cell.traversal) if cell.traversal else None,
                *row.own,
            )
            for row in rows
            for cell in row.cells
            if cell.asked and cell.outcome is None
        ),
        "every test case ran in all that it lists",
    )


def seconds_of(rows: Sequence[CaseRow]) -> float | None:
    """Return the seconds of all tests of the scope, None where no file says any."""
    durations = [cell.duration for row in rows for cell in row.cells if cell.duration is not None]
    return round(sum(durations), 3) if durations else None
