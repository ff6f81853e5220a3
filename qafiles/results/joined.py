"""The values of a join: what became of each test case in each browser config, and what could not be joined."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, NamedTuple

from qafiles.results.asked import Asked
from qafiles.results.linking import LinkProblem
from qafiles.results.result import OUTCOMES, Outcome, Problem, ResultFormat, SourcePlace, TestResult
from qafiles.snapshot import EntityFile, Snapshot

_NO_COUNTS: Final = (0, 0, 0, 0)


class TestName(NamedTuple):
    """What the runner calls a test, and where it stands, None where the file does not say it."""

    suite: str
    name: str
    source: SourcePlace | None = None


# pytest collects classes by the beginning of this name.
TestName.__test__ = False  # type: ignore[attr-defined]


class Cell(NamedTuple):
    """The tests of a test case in one browser config; `config` is None for those that name none.

    `outcome` is the worst one, None where no test ran. `counts` are the tests by outcome, in the order of OUTCOMES;
    `listed` counts tests that a file names and no run of it. `duration` counts seconds, None where no file says any.
    `failure` is the first line of the first failure, and `test` the test that it, or else the outcome, is of. `asked` is
    whether the test case lists the browser config. `traversal` is the only traversal with this test case and browser config.
    """

    config: EntityFile | None
    outcome: Outcome | None = None
    counts: tuple[int, int, int, int] = _NO_COUNTS
    listed: int = 0
    attempts: int = 0
    duration: float | None = None
    failure: str = ""
    test: TestName | None = None
    asked: bool = False
    traversal: EntityFile | None = None

    @property
    def tests(self) -> int:
        """How many tests ran or were skipped."""
        return sum(self.counts)


class ReadFile(NamedTuple):
    """A result file that was read: how many tests of which shards are in it.

    `repeats` is the path of an earlier file with the same bytes, None where there is none.
    """

    path: str
    format: ResultFormat
    tool: str | None
    tests: int
    repeats: str | None = None
    configs: tuple[str, ...] = ()
    shards: tuple[str, ...] = ()


class FaultyLink(NamedTuple):
    """A test with a link that does not do what it should, and the result file that it is in."""

    path: str
    test: TestResult
    problem: LinkProblem


class Unlinked(NamedTuple):
    """A test that names no test case, and the result file that it is in."""

    path: str
    test: TestResult


@dataclass(frozen=True)
class Joined:
    """What result files say about the test cases of a snapshot.

    `unknown_configs` are the names of browser configs that there are not, whether a property says them (else a project of
    the runner), and in how many tests. `commits` are the commits that the files say were tested, with the numbers of tests.
    `problems` is what could not be read.
    """

    snapshot: Snapshot = field(repr=False)
    asked: Asked = field(repr=False, compare=False)
    files: tuple[ReadFile, ...]
    links: tuple[FaultyLink, ...] = field(repr=False)
    unlinked: tuple[Unlinked, ...] = field(repr=False)
    unknown_configs: Mapping[tuple[str, bool], int]
    commits: Mapping[str, int]
    problems: tuple[Problem, ...]
    ran: Mapping[str, tuple[Cell, ...]] = field(repr=False)
    """The cells of each test case that a test names, by its path."""
    changed: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}), repr=False)
    """The paths of test cases that say something else by now than the sheet that was filled in, and of that sheet."""

    passed_over: tuple[Problem, ...] = ()
    """Why files that nobody named are no result files."""

    @property
    def tests(self) -> int:
        """How many tests the files hold, each file once."""
        return sum(file.tests for file in self.files if file.repeats is None)

    def cells(self, case: EntityFile) -> tuple[Cell, ...]:
        """Return what became of a test case: in each browser config that it lists, in others, and in none, in this order.

        A test case without any result and without browser configs has one cell, whose outcome is None.
        """
        cells = {cell.config.path if cell.config else "": cell for cell in self.ran.get(case.path, ())}
        asked = {config.path: config for config in self.asked.configs(case)}
        paths = [*asked, *sorted(path for path in cells if path and path not in asked)]
        paths += [""] if "" in cells or not paths else []
        if len(cells) == len(paths):
            return tuple(map(cells.__getitem__, paths))
        traversals = self.asked.traversals(case)
        return tuple(
            cells[path]
            if path in cells
            else Cell(asked.get(path), asked=path in asked, traversal=traversals.get(path))
            for path in paths
        )

    def outcome(self, case: EntityFile) -> Outcome | None:
        """Return the worst outcome of a test case, None where no test of it ran."""
        return worst(cell.outcome for cell in self.ran.get(case.path, ()))

    def uncovered(self, case: EntityFile) -> tuple[EntityFile, ...]:
        """Return the browser configs that a test case lists and in which no test of it ran."""
        ran = {cell.config.path for cell in self.ran.get(case.path, ()) if cell.config and cell.outcome}
        return tuple(config for config in self.asked.configs(case) if config.path not in ran)


def worst(outcomes: Iterator[Outcome | None]) -> Outcome | None:
    """Return the worst of some outcomes, None where there is none."""
    present = {*outcomes}
    return next((outcome for outcome in OUTCOMES if outcome in present), None)
