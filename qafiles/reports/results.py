"""Results: what of a scope was tested in which browser configs, how it ended, and what did not run."""

from collections.abc import Mapping
from typing import Final

from qafiles.reports.hidden import Hidden
from qafiles.reports.outcomes import NUMBERS, figures_of, tally
from qafiles.reports.report import Column, Figure, Report
from qafiles.reports.request import Request
from qafiles.reports.run_cases import (
    matrix,
    not_run_table,
    outcomes_table,
    rows_of,
    seconds_of,
    uncovered_table,
)
from qafiles.reports.run_comparison import comparison
from qafiles.reports.run_notes import left_out_of, notes_on
from qafiles.reports.run_tables import (
    configs_table,
    files_table,
    links_table,
    unlinked_table,
)
from qafiles.results.faulty_links import LinkFaults
from qafiles.results.joining import join

FAIL_ON: Final[Mapping[str, tuple[str, ...]]] = {
    "failed": ("failed",),
    "not-run": ("not_run", "uncovered_configs"),
    "flaky": ("flaky",),
    "unknown": ("unknown", "unknown_configs"),
    "unlinked": ("unlinked",),
}
"""What a report on results may fail on, and the figures that then have to be 0."""

_OF_CASES: Final = frozenset(column.name for column in NUMBERS)


def build(request: Request) -> Report:
    """Return what of the selected test cases was tested, and how it ended."""
    joined = request.results or join(request.snapshot, ())
    cases = request.selection.of_kind("test_case")
    hidden = Hidden(request.snapshot)
    faults = LinkFaults(request.snapshot, [faulty.problem for faulty in joined.links])
    own = request.columns_of("test_case")
    rows = rows_of(joined, cases, own)
    links, unlinked = links_table(joined, hidden, faults), unlinked_table(joined, hidden)
    uncovered = uncovered_table(rows, own)
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
        Figure("duration", "seconds of all tests in the scope", seconds_of(rows)),
    )
    return request.report(
        figures,
        (
            matrix(rows, own),
            *request.by_table(
                "Test cases",
                (Column("test_cases", "test cases", "number"), *NUMBERS),
                ((request.snapshot, case, (1, *tally(joined, [case]))) for case in cases),
            ),
            *(table for _, table in changes),
            outcomes_table(rows, hidden, own),
            not_run_table(rows, own),
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
        else f"{each}: {figure.title}: {figure.value}"
        for each in words
        for figure in (figures[name] for name in FAIL_ON[each])
        if figure.value
    ]
    if "not-run" in words and not figures["test_cases"].value:
        reasons.append("not-run: there is no test case in the scope")
    return tuple(reasons)
