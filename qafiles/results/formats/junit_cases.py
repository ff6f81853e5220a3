"""The tests of a JUnit file: what an element `testcase` and those in it come to, in the dialects of its writers."""

from typing import Final, NamedTuple

from qafiles.results.formats.links import distinct, links_in_title
from qafiles.results.formats.numbers import moment
from qafiles.results.formats.text import well_formed
from qafiles.results.result import FilePlace, Link, Outcome, SourcePlace, TestResult

_PLAYWRIGHT_ROOT: Final = {"id", "name", "tests", "failures", "skipped", "errors", "time"}
_PLAYWRIGHT_SUITE: Final = {"name", "timestamp", "hostname", "tests", "failures", "skipped", "time", "errors"}
_PYTEST_SUITE: Final = ("name", "errors", "failures", "skipped", "tests", "time", "timestamp", "hostname")

_FAILED: Final = frozenset({"failure", "error"})
_FLAKY: Final = frozenset({"flakyFailure", "flakyError"})
_RERUN: Final = frozenset({"rerunFailure", "rerunError"})
ATTEMPTS: Final = _FAILED | _FLAKY | _RERUN
"""The elements of attempts that failed."""

SKIPPED: Final = "skipped"

_NOT_RUN: Final = frozenset({"notrun", "skipped", "disabled", "ignored"})


class Suite:
    """A `testsuite` that is open."""

    def __init__(
        self, attributes: dict[str, str], first: int, root: set[str] | None, outer: "Suite | None" = None
    ) -> None:
        self.name = well_formed(attributes.get("name", ""))
        self.links: tuple[Link, ...] = (*(outer.links if outer else ()), *links_in_title(self.name))
        self.file = attributes.get("file") or attributes.get("filepath")
        self.first = first
        self.inner_links: list[Link] = []
        self.config: str | None = None
        self.commit: str | None = None
        self.started = moment(attributes.get("timestamp"))
        self.playwright = root == _PLAYWRIGHT_ROOT and attributes.keys() == _PLAYWRIGHT_SUITE
        self.project = attributes["hostname"] or None if self.playwright else None
        # Reruns are written as tests of the same name: https://github.com/pytest-dev/pytest-rerunfailures
        self.pytest = tuple(attributes) == _PYTEST_SUITE
        self.numbers: dict[tuple[str, str], int] = {}


class Case(NamedTuple):
    """A `testcase` that is open; the lists fill while its children are read. `ends` are the elements that say how it ended."""

    attributes: dict[str, str]
    where: FilePlace
    links: list[Link]
    configs: list[str]
    tags: list[str]
    ends: list[str]
    failures: list[str]


def result_of(case: Case, suite: Suite | None, name: str, duration: float | None) -> TestResult:
    """Return the result of a test that is closed."""
    attributes = case.attributes
    classname = well_formed(attributes.get("classname", ""))
    config: str | None = case.configs[-1] if case.configs else None
    by_project = config is None and suite is not None and suite.playwright and classname == suite.name
    if by_project and suite is not None:
        config = suite.project
    return TestResult(
        name,
        _outcome(case),
        classname or (suite.name if suite else ""),
        duration,
        case.failures[0] if case.failures else "",
        _links(case, suite, name, classname),
        config,
        None if config is None else "project" if by_project else "property",
        tuple(case.tags),
        _source(attributes, suite),
        None,
        suite.started if suite else None,
        _attempts(case),
        None,
        case.where,
    )


def _links(case: Case, suite: Suite | None, name: str, classname: str) -> tuple[Link, ...]:
    """Return the links of a test: its own, and those in its title and in the titles of what it stands in."""
    around = suite.links if suite is not None else ()
    if "@qa:" in name or "@qa:" in classname:
        around = (*links_in_title(name), *links_in_title(classname), *around)
    return distinct((*case.links, *around)) if case.links or around else ()


def _outcome(case: Case) -> Outcome:
    ends = set(case.ends)
    if ends & _FAILED:
        return "failed"
    if SKIPPED in ends:
        return "skipped"
    if ends & _FLAKY:
        return "flaky"
    if ends & _RERUN:
        return "failed"
    # GoogleTest writes what it did not run so: https://google.github.io/googletest/advanced.html
    if _NOT_RUN & {case.attributes.get("status"), case.attributes.get("result")}:
        return "skipped"
    return "passed"


def _attempts(case: Case) -> int:
    """Return how often the test ran: each rerun is an element, and the one that passed at last has none."""
    return 1 + sum(end in _FLAKY or end in _RERUN for end in case.ends)


def with_rerun(earlier: TestResult, later: TestResult) -> TestResult:
    """Return two entries of one test as one: pytest writes a rerun without its failure, and a failing teardown apart."""
    failed = later.outcome == "failed" or (later.outcome == "skipped" and earlier.outcome == "failed")
    return earlier._replace(
        outcome="failed" if failed else "flaky" if later.outcome == "passed" else later.outcome,
        duration=_sum(earlier.duration, later.duration),
        failure=earlier.failure or later.failure,
        links=distinct((*earlier.links, *later.links)),
        attempts=earlier.attempts + (earlier.outcome in {"passed", "flaky"}),
    )


def _sum(first: float | None, second: float | None) -> float | None:
    return second if first is None else first + (second or 0.0)


def _source(attributes: dict[str, str], suite: Suite | None) -> SourcePlace | None:
    file = attributes.get("file") or (suite.file if suite else None)
    if not file:
        return None
    line = attributes.get("line", attributes.get("lineno", ""))
    number = int(line) if line.isascii() and line.isdigit() and len(line) < 10 else None
    if number is not None and suite is not None and suite.pytest:
        # Of `junit_family=xunit1`, which counts from 0.
        number += 1
    return SourcePlace(well_formed(file), number)
