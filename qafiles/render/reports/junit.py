"""The report on results as JUnit XML: one test for each test case of the scope, whatever tests of how many runners it had.

It is valid for the schema of Jenkins' xUnit plugin, as the format `junit` of findings is.
"""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple, cast

from qafiles.errors import UsageError
from qafiles.render.escape import escape
from qafiles.render.reports.cells import parts
from qafiles.render.xml_text import xml_text
from qafiles.reports.report import Cell, EntityRef, Report

_ELEMENTS: Final = {"failed": "failure", "flaky": "flakyFailure", "skipped": "skipped", "not run": "skipped"}


class _Case(NamedTuple):
    """A test case with its outcome, and its rows in the table `outcomes`, by the names of the columns."""

    project: str
    entity: EntityRef
    title: str
    outcome: str
    rows: Sequence[dict[str, Cell]]

    @property
    def seconds(self) -> float:
        return sum(float(str(row["duration"])) for row in self.rows if row["duration"] is not None)


def render(report: Report) -> Iterator[str]:
    """Yield the document: a suite for each project; who failed has the lines of the failures, who did not run is skipped.

    Raises UsageError for another report than that on results.
    """
    if report.name != "results":
        raise UsageError("the format `junit` is for the report `results`")
    cases = [*_cases(report)]
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield f'<testsuites name="qafiles" {_numbers(cases)}>\n'
    for project in dict.fromkeys(case.project for case in cases):
        own = [case for case in cases if case.project == project]
        skipped = sum(_ELEMENTS.get(case.outcome) == "skipped" for case in own)
        yield f'  <testsuite name="{xml_text(project)}" {_numbers(own)} skipped="{skipped}">\n'
        for case in own:
            yield "".join(_case(case))
        yield "  </testsuite>\n"
    yield "</testsuites>\n"


def _numbers(cases: Sequence[_Case]) -> str:
    failures = sum(case.outcome == "failed" for case in cases)
    seconds = sum(case.seconds for case in cases)
    return f'tests="{len(cases)}" failures="{failures}" errors="0" time="{seconds:.3f}"'


def _cases(report: Report) -> Iterator[_Case]:
    rows: dict[str, list[dict[str, Cell]]] = {}
    outcomes = report.table("outcomes")
    names = [column.name for column in outcomes.columns]
    for cells in outcomes.rows:
        row = dict(zip(names, cells, strict=True))
        rows.setdefault(_entity(row["test_case"]).path, []).append(row)
    for project, case, title, outcome, *_ in report.table("matrix").rows:
        entity = _entity(case)
        yield _Case(_text(project), entity, _text(title), _text(outcome), rows.get(entity.path, ()))


def _entity(cell: Cell) -> EntityRef:
    return cast("EntityRef", cell)


def _text(cell: Cell) -> str:
    return ", ".join(parts(cell))


def _case(case: _Case) -> Iterator[str]:
    folder, _, name = case.entity.handle.rpartition("/")
    yield f'    <testcase classname="{xml_text(folder)}" name="{xml_text(name)}" time="{case.seconds:.3f}">\n'
    element = _ELEMENTS.get(case.outcome)
    if element == "skipped":
        yield f'      <skipped message="{case.outcome}"/>\n'
    elif element is not None:
        bad = [row for row in case.rows if row["outcome"] == case.outcome]
        first = next((text for row in bad if (text := _text(row["failure"]))), case.outcome)
        lines = "".join(f"{xml_text(line)}\n" for row in bad for line in _lines(row))
        # Only a failure may hold text; that of a flaky test stands below.
        inside = f">\n{lines}</{element}>" if element == "failure" else "/>"
        yield f'      <{element} type="{case.outcome}" message="{xml_text(first)}"{inside}\n'
    yield "      <system-out>\n"
    yield f"{xml_text(case.title)}\n"
    for row in case.rows:
        yield xml_text(f"{_text(row['browser_config']) or 'no config'}: {_text(row['outcome'])}") + "\n"
    yield "</system-out>\n    </testcase>\n"


def _lines(row: dict[str, Cell]) -> Iterator[str]:
    where = _text(row["browser_config"]) or "no config"
    at = f" ({_text(row['source'])})" if row["source"] else ""
    yield escape(f"{where}: {_text(row['test'])}{at}: {_text(row['failure']) or _text(row['outcome'])}")
