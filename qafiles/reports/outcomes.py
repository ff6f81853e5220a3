"""How test cases ended, as columns, figures and numbers of reports."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from qafiles.reports.report import Column, Figure
from qafiles.results.joined import Joined, worst
from qafiles.results.result import OUTCOMES, Outcome
from qafiles.snapshot import EntityFile

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
