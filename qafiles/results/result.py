"""The values that a result file is read into, whatever its format."""

from datetime import datetime
from typing import Final, Literal, NamedTuple

from qafiles.diagnostics import Pointer

Outcome = Literal["failed", "flaky", "passed", "skipped"]
OUTCOMES: Final[tuple[Outcome, ...]] = ("failed", "flaky", "passed", "skipped")
"""How a test ends, worst first: of several tests of one test case the first of these counts."""

ResultFormat = Literal["junit", "playwright", "ctrf", "cucumber", "pytest", "sheet", ""]
LinkedBy = Literal["qafiles", "tag", "key", "sheet"]


class SourcePlace(NamedTuple):
    """A place in the text of a test: the file as the runner writes it, line and column from 1, None where unsaid."""

    file: str
    line: int | None = None
    column: int | None = None


class FilePlace(NamedTuple):
    """A place in a result file: line and column from 1, or a JSON Pointer's parts; what is not known is None."""

    line: int | None = None
    column: int | None = None
    pointer: Pointer | None = None


class Link(NamedTuple):
    """The name by which a test names a test case, and how it does.

    `by` is `qafiles` for a property or annotation of that name (its value is an id or a handle), `tag` for `qa:ID`, and
    `key` for a foreign key in the property, annotation or field `key` (`test_id`, `testrail_case_id`, ...). Of
    `qafiles_only`, which says that no other test has the test case, `by` is `qafiles` and `key` the name.
    """

    value: str
    by: LinkedBy
    key: str | None = None
    source: SourcePlace | None = None


class TestResult(NamedTuple):
    """The end of one test in one browser config, its attempts put together.

    `suite` and `name` are what the runner writes; with `source.file` and `config` they tell a test from the others of
    a run. `outcome` is None where the file lists the test and no run of it: a collection, a dry run, a run that ended
    before. `duration` counts seconds of all attempts, None where the file says none. `failure` is the first line of the
    first failure without terminal sequences, "" where nothing failed. `config` is the runner's name of the browser
    config, and `config_by` says where it is from: a property or annotation `browser_config`, Playwright's project, the
    column of a sheet. `tags` have no `@`. `commit` is the commit that was tested, `started` is aware (UTC where the file
    says no zone). `shard` is the part of a run that the file is (`2/4`). `where` is the place in the result file.
    Of a sheet are `tester` and `state`, the digest of what the test case said when the sheet was written.
    """

    name: str
    outcome: Outcome | None
    suite: str = ""
    duration: float | None = None
    failure: str = ""
    links: tuple[Link, ...] = ()
    config: str | None = None
    config_by: Literal["property", "project", "sheet"] | None = None
    tags: tuple[str, ...] = ()
    source: SourcePlace | None = None
    commit: str | None = None
    started: datetime | None = None
    attempts: int = 1
    shard: str | None = None
    where: FilePlace = FilePlace()
    state: str | None = None
    tester: str | None = None


# pytest collects classes by the beginning of this name.
TestResult.__test__ = False  # type: ignore[attr-defined]


class Problem(NamedTuple):
    """A part of a result file that could not be read: where, why, and what to do about it."""

    path: str
    message: str
    where: FilePlace = FilePlace()
    hint: str | None = None

    @property
    def place(self) -> str:
        """The place as people write it: `run.xml:3:5`, `run.json: /suites/0`, `run.json`."""
        line, column, pointer = self.where
        if line is not None:
            return f"{self.path}:{line}" if column is None else f"{self.path}:{line}:{column}"
        if pointer is not None:
            return f"{self.path}: " + "".join(f"/{part}" for part in pointer)
        return self.path


class ResultFile(NamedTuple):
    """What a result file says: its results in order, and the problems of what could not be read.

    `format` is `junit`, `playwright`, `ctrf`, `cucumber`, `pytest` (a list of tests), `sheet` or, of a file that is none of them, "". `tool` is the
    program that wrote it, where it says so. `digest` is the SHA-256 of the bytes read: two files with one digest are the
    same file twice. `configs` are the browser configs that the run had, also those without a test (Playwright's projects).
    `is_foreign` is whether it is of another kind, so that nothing of it is read, and `is_passed_over` whether that is no fault,
    since nobody named the file.
    """

    path: str
    format: ResultFormat
    results: tuple[TestResult, ...] = ()
    problems: tuple[Problem, ...] = ()
    tool: str | None = None
    digest: str = ""
    configs: tuple[str, ...] = ()
    is_foreign: bool = False
    is_passed_over: bool = False
