"""What a run changed against an earlier one: what fails newly, still, and no more."""

from typing import Final

from qafiles.reports.hidden import Hidden
from qafiles.reports.outcomes import word
from qafiles.reports.report import Cell, Column, Figure, Table, ref
from qafiles.results.configs import NO_CONFIG
from qafiles.results.joined import Cell as Tested
from qafiles.results.joined import Joined
from qafiles.results.result import Outcome
from qafiles.snapshot import EntityFile
from qafiles.snapshot.titles import title

_CHANGES: Final = {
    "newly failing": "newly_failing",
    "still failing": "still_failing",
    "fixed": "fixed",
    "flaky now": "flaky_now",
    "not run any more": "not_run_any_more",
}
"""What became of failures, and the names of the figures."""


def comparison(
    joined: Joined, earlier: Joined | None, cases: tuple[EntityFile, ...], hidden: Hidden
) -> tuple[tuple[tuple[Figure, ...], Table], ...]:
    """Return figures and a table of what fails newly, still and no more since an earlier run; nothing without one."""
    if earlier is None:
        return ()
    rows: list[tuple[str, tuple[Cell, ...]]] = []
    for case in cases:
        now, before = _by_config(joined, case), _by_config(earlier, case)
        for path in sorted({*now, *before}):
            cell, was = now.get(path), before.get(path)
            outcome, earlier_outcome = cell.outcome if cell else None, was.outcome if was else None
            change = _change(earlier_outcome, outcome)
            if change is not None:
                config = (cell or was or Tested(None)).config
                failure = hidden.line(cell.failure) if cell and outcome == "failed" else None
                rows.append(
                    (
                        change,
                        (
                            change,
                            ref(case),
                            title(case),
                            ref(config) if config else None,
                            word(earlier_outcome),
                            word(outcome),
                            failure or None,
                        ),
                    )
                )
    order = [*_CHANGES]
    rows.sort(key=lambda row: order.index(row[0]))
    counts = [change for change, _ in rows]
    figures = tuple(Figure(name, change, counts.count(change)) for change, name in _CHANGES.items())
    table = Table(
        "changes_since",
        "Failures against the earlier run",
        (
            Column("change", "change"),
            Column("test_case", "test case"),
            Column("title", "title", detail=True),
            Column("browser_config", "browser config", missing=NO_CONFIG),
            Column("before", "before"),
            Column("outcome", "now"),
            Column("failure", "failure", "gap"),
        ),
        tuple(row for _, row in rows),
        "nothing failed, neither then nor now",
    )
    return ((figures, table),)


def _by_config(joined: Joined, case: EntityFile) -> dict[str, Tested]:
    return {cell.config.path if cell.config else "": cell for cell in joined.ran.get(case.path, ())}


def _change(before: Outcome | None, now: Outcome | None) -> str | None:
    if now == "failed":
        return "still failing" if before == "failed" else "newly failing"
    if before != "failed":
        return None
    return {"passed": "fixed", "flaky": "flaky now"}.get(now or "", "not run any more")
