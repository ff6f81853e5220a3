"""Result files joined to the test cases and browser configs of a snapshot."""

from collections import Counter
from collections.abc import Iterable, Sequence
from types import MappingProxyType
from typing import Final

from qafiles.results.asked import Asked
from qafiles.results.configs import ConfigNames
from qafiles.results.joined import (
    Cell,
    FaultyLink,
    Joined,
    ReadFile,
    TestName,
    Unlinked,
)
from qafiles.results.linking import CaseNames
from qafiles.results.manual_state import state_of
from qafiles.results.result import OUTCOMES, Outcome, Problem, ResultFile, TestResult
from qafiles.snapshot import EntityFile, Snapshot

_RANK: Final[dict[Outcome | None, int]] = {
    **{outcome: number for number, outcome in enumerate(OUTCOMES)},
    None: len(OUTCOMES),
}

_Counts = tuple[int, int, int, int]


def join(
    snapshot: Snapshot,
    files: Iterable[ResultFile],
    *,
    projects: Sequence[str] = (),
    tools: Sequence[str] = (),
) -> Joined:
    """Return what result files say about the test cases of a snapshot.

    A test names test cases by id, handle or the key of another tool; of several tests of one, the worst outcome counts, and
    tests, attempts and durations add up over all files. A file that was given before counts once. `projects` and `tools` say
    which test cases are meant by a key that several have. Files may be read one by one, since only their tests without a
    proper link are looked at again. Raises UsageError for a tool whose keys no test case has.
    """
    names, configs = CaseNames(snapshot, projects, tools), ConfigNames(snapshot)
    sums: dict[str, dict[str, _Sum]] = {}
    read: list[ReadFile] = []
    links: list[FaultyLink] = []
    unlinked: list[Unlinked] = []
    problems: list[Problem] = []
    commits: Counter[str] = Counter()
    changed: dict[str, str] = {}
    first: dict[str, str] = {}
    passed_over: list[Problem] = []
    for file in files:
        if file.is_passed_over:
            passed_over += file.problems
            continue
        repeats = first.get(file.digest) if file.digest else None
        shards = dict.fromkeys(test.shard for test in file.results if test.shard is not None)
        read.append(
            ReadFile(
                file.path, file.format, file.tool, len(file.results), repeats, file.configs, tuple(shards)
            )
        )
        if repeats is not None:
            continue
        first[file.digest] = file.path
        problems += file.problems
        for test in file.results:
            if test.commit is not None:
                commits[test.commit] += 1
            linked = names.linked(test)
            if linked.problems:
                links += [FaultyLink(file.path, test, problem) for problem in linked.problems]
            elif not linked.cases:
                unlinked.append(Unlinked(file.path, test))
            if linked.cases:
                config = configs.config(test)
                path = config.path if config is not None else ""
                for case in linked.cases:
                    if test.outcome and test.state and test.state != state_of(snapshot, case):
                        changed.setdefault(case.path, file.path)
                    of_case = sums.get(case.path)
                    if of_case is None:
                        of_case = sums[case.path] = {}
                    total = of_case.get(path)
                    if total is None:
                        total = of_case[path] = _Sum(config)
                    total.add(test)
        # The next file is read while this one would still be in memory.
        del file
    if not read:
        # One of them was meant, since there is nothing else.
        problems, passed_over = passed_over, []
    ran: dict[str, tuple[Cell, ...]] = {}
    asked = Asked(snapshot)
    counts: dict[_Counts, _Counts] = {}
    while sums:
        # What is counted goes as the cells come: there may be a hundred thousand.
        case_path, of_case = sums.popitem()
        case = snapshot.files[case_path]
        listed = {config.path for config in asked.configs(case)}
        traversals = asked.traversals(case)
        ran[case_path] = tuple(
            [
                total.cell(counts, asked=path in listed, traversal=traversals.get(path))
                for path, total in of_case.items()
            ]
        )
    return Joined(
        snapshot,
        asked,
        tuple(read),
        tuple(links),
        tuple(unlinked),
        MappingProxyType(configs.unknown),
        MappingProxyType(commits),
        tuple(problems),
        MappingProxyType(dict(reversed(ran.items()))),
        MappingProxyType(changed),
        tuple(passed_over),
    )


class _Sum:
    """The tests of one test case in one browser config, counted one by one."""

    __slots__ = ("_attempts", "_config", "_counts", "_duration", "_failure", "_rank", "_test")

    def __init__(self, config: EntityFile | None) -> None:
        self._config = config
        self._counts = [0] * (len(OUTCOMES) + 1)
        self._rank = len(OUTCOMES)
        self._attempts = 0
        self._duration: float | None = None
        self._failure = ""
        self._test: TestName | None = None

    def add(self, test: TestResult) -> None:
        """Count a test."""
        rank = _RANK[test.outcome]
        self._counts[rank] += 1
        if test.outcome is not None:
            self._attempts += test.attempts
        if test.duration is not None:
            self._duration = test.duration + (self._duration or 0.0)
        if (
            self._test is None
            or rank < self._rank
            or (rank == self._rank and not self._failure and test.failure)
        ):
            self._rank, self._failure = rank, test.failure
            self._test = TestName(test.suite, test.name, test.source)

    def cell(self, counts: dict[_Counts, _Counts], *, asked: bool, traversal: EntityFile | None) -> Cell:
        """Return the tests as a cell of a test case that asks for the browser config, or does not.

        `counts` are those of other cells, which are mostly the same.
        """
        failed, flaky, passed, skipped, listed = self._counts
        by_outcome = (failed, flaky, passed, skipped)
        outcome = OUTCOMES[self._rank] if self._rank < len(OUTCOMES) else None
        return Cell(
            self._config,
            outcome,
            counts.setdefault(by_outcome, by_outcome),
            listed,
            self._attempts,
            self._duration,
            self._failure,
            self._test,
            asked,
            traversal,
        )
