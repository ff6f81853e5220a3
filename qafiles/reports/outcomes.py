"""How test cases ended, as columns, figures and numbers of reports."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from qafiles.diagnostics import LeftOut
from qafiles.reports.report import Cell, Column, EntityRef, Figure
from qafiles.reports.request import Request
from qafiles.reports.run_notes import left_out_of, notes_on
from qafiles.results.joined import Joined, worst
from qafiles.results.result import OUTCOMES, Outcome
from qafiles.snapshot import EntityFile, Snapshot

NOT_RUN: Final = "not run"
WORDS: Final = (*OUTCOMES, NOT_RUN)
"""How a test case ends, worst first, and that it did not run."""

NUMBERS: Final = tuple(Column(word.replace(" ", "_"), word, "number") for word in WORDS)
"""Columns that count test cases by how they ended."""

OUTCOME: Final = Column("outcome", "outcome")


def word(outcome: Outcome | None) -> str:
    """Return an outcome as cells say it."""
    return outcome or NOT_RUN


class Outcomes:
    """The outcomes of test cases for reports on something else; without results, there are no columns and no figures."""

    def __init__(self, joined: Joined | None) -> None:
        self._joined = joined

    @property
    def column(self) -> tuple[Column, ...]:
        """The column of how a test case ended."""
        return (OUTCOME,) if self._joined is not None else ()

    @property
    def numbers(self) -> tuple[Column, ...]:
        """The columns of how many test cases ended how."""
        return NUMBERS if self._joined is not None else ()

    def of(
        self, case: EntityFile | None, configs: Iterable[EntityFile] | None = None
    ) -> tuple[str | None, ...]:
        """Return the cell of a test case: of the tests in some browser configs and in none, of all of them for None."""
        if self._joined is None:
            return ()
        if case is None:
            return (None,)
        if configs is None:
            return (word(self._joined.outcome(case)),)
        paths = {config.path for config in configs}
        cells = self._joined.ran.get(case.path, ())
        fitting = (cell.outcome for cell in cells if cell.config is None or cell.config.path in paths)
        return (word(worst(fitting)),)

    def of_cells(self, snapshot: Snapshot, case: Cell, configs: Cell) -> tuple[str | None, ...]:
        """Return the cell of the test case that a cell names, in the browser configs that another names, in all where none is."""
        if not isinstance(case, EntityRef):
            return self.of(None)
        files = snapshot.files
        items = configs if isinstance(configs, tuple) else ()
        named = [files[config.path] for config in items if isinstance(config, EntityRef)]
        return self.of(files[case.path], named or None)

    def notes(self, request: Request, cases: tuple[EntityFile, ...]) -> tuple[str, ...]:
        """Return what has to be said of the run."""
        return notes_on(self._joined, request, cases) if self._joined is not None else ()

    @property
    def left_out(self) -> LeftOut:
        """What could not be read of the result files."""
        return left_out_of(self._joined)

    def counts(self, cases: Iterable[EntityFile]) -> tuple[int, ...]:
        """Return how many test cases ended how, in the order of `numbers`."""
        return tally(self._joined, cases) if self._joined is not None else ()

    def figures(self, cases: Sequence[EntityFile]) -> tuple[Figure, ...]:
        """Return how many test cases ended how."""
        return figures_of(self._joined, cases) if self._joined is not None else ()


def tally(joined: Joined, cases: Iterable[EntityFile]) -> tuple[int, ...]:
    """Return how many test cases ended how, in the order of WORDS."""
    counts: Mapping[str, int] = Counter(word(joined.outcome(case)) for case in cases)
    return tuple(counts[each] for each in WORDS)


def figures_of(joined: Joined, cases: Iterable[EntityFile]) -> tuple[Figure, ...]:
    """Return a figure for each way in which a test case ends."""
    return tuple(
        Figure(each.replace(" ", "_"), each, number)
        for each, number in zip(WORDS, tally(joined, cases), strict=True)
    )
