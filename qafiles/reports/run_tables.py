"""The tables of what is wrong with the links of a run, and of its files."""

from collections.abc import Iterable, Mapping
from typing import Final

from qafiles.reports.hidden import Hidden
from qafiles.reports.outcomes import word
from qafiles.reports.report import Cell, Column, Table
from qafiles.results.faulty_links import LinkFaults
from qafiles.results.formats.text import BETWEEN_TITLES
from qafiles.results.joined import Joined, TestName, worst
from qafiles.results.result import TestResult

_LONGEST_NAME: Final = 300


def name_of(test: TestResult | TestName, hidden: Hidden) -> str:
    """Return what a test is called, behind its suite where the name does not begin with it."""
    suite = test.suite.strip()
    whole = (
        test.name if not suite or _begins_with(test.name, suite) else f"{suite}{BETWEEN_TITLES}{test.name}"
    )
    line = hidden.line(whole)
    return line if len(line) <= _LONGEST_NAME else line[: _LONGEST_NAME - 1] + "…"


def _begins_with(name: str, suite: str) -> bool:
    return name.startswith(suite) and not name[len(suite) : len(suite) + 1].isalnum()


def source_of(test: TestResult | TestName) -> str | None:
    """Return where a test stands, as `cart.spec.ts:12`; None where the file does not say it."""
    source = test.source
    if source is None:
        return None
    return source.file if source.line is None else f"{source.file}:{source.line}"


def links_table(joined: Joined, hidden: Hidden, faults: LinkFaults) -> Table:
    """Return the links that name no test case, several or another than a stronger one; a test in several runs has one row."""
    rows: dict[tuple[str, str, str], list[Cell]] = {}
    tests: dict[tuple[str, str, str], int] = {}
    for path, test, problem in joined.links:
        key = (name_of(test, hidden), hidden.line(problem.link.value), problem.fault)
        tests[key] = tests.get(key, 0) + 1
        if key not in rows:
            source = problem.link.source
            at = source_of(test._replace(source=source)) if source is not None else source_of(test)
            rows[key] = [
                hidden.line(faults.message(problem)),
                key[0],
                at,
                hidden.line(faults.hint(problem)),
                problem.fault,
                key[1],
                problem.link.key or problem.link.by,
                path,
            ]
    return Table(
        "links",
        "Links that name no test case, or not one alone",
        (
            Column("problem", "problem", "gap"),
            Column("test", "test"),
            Column("source", "source"),
            Column("hint", "what to do"),
            Column("fault", "fault", detail=True),
            Column("link", "link", detail=True),
            Column("by", "by", detail=True),
            Column("file", "file", detail=True),
            Column("tests", "tests", "number"),
        ),
        tuple((*row, tests[key]) for key, row in rows.items()),
        "every link names one test case",
    )


def unlinked_table(joined: Joined, hidden: Hidden) -> Table:
    """Return the tests that name no test case; one that ran several times has one row."""
    groups: dict[tuple[str, str | None], list[tuple[str, TestResult]]] = {}
    for path, test in joined.unlinked:
        groups.setdefault((name_of(test, hidden), source_of(test)), []).append((path, test))
    return Table(
        "unlinked",
        "Tests that name no test case",
        (
            Column("test", "test"),
            Column("source", "source"),
            Column("outcome", "outcome"),
            Column("tests", "tests", "number"),
            Column("file", "file", detail=True),
        ),
        tuple(
            (name, source, word(worst(test.outcome for _, test in group)), len(group), group[0][0])
            for (name, source), group in groups.items()
        ),
        "every test names a test case",
    )


def files_table(joined: Joined) -> Table:
    """Return the result files, with the problems of those that can't be read as a whole."""
    problems: dict[str, list[str]] = {}
    for problem in joined.problems:
        problems.setdefault(problem.path, []).append(problem.message)
    return Table(
        "files",
        "Result files",
        (
            Column("file", "file"),
            Column("format", "format"),
            Column("tool", "tool"),
            Column("tests", "tests", "number"),
            Column("problems", "problems", "gap"),
            Column("same_as", "same as"),
        ),
        tuple(
            (
                file.path,
                file.format,
                file.tool,
                file.tests,
                tuple(problems.get(file.path, ())) if file.repeats is None else (),
                file.repeats,
            )
            for file in joined.files
        ),
        "no file was given",
    )


def configs_table(unknown: Mapping[tuple[str, bool], int]) -> Iterable[Table]:
    """Yield the names of browser configs that there are not, where a run has any."""
    if unknown:
        yield Table(
            "unknown_configs",
            "Names that are no browser config's: their tests count as `no config`",
            (
                Column("name", "name", "gap"),
                Column("by", "by"),
                Column("tests", "tests", "number"),
            ),
            tuple(
                (name, "property" if is_property else "project of the runner", number)
                for (name, is_property), number in sorted(unknown.items())
            ),
        )
