"""What a reader collects from one result file, with the limits that keep its memory small."""

from typing import Final

from qafiles.results.result import FilePlace, Problem, ResultFormat, TestResult

MAX_RESULTS: Final = 500_000
MAX_TEXT: Final = 100 * 2**20
"""Characters of all results of a file together."""

_MAX_PROBLEMS: Final = 50
_MAX_UNREAD: Final = 10_000


class UnreadableFile(Exception):  # noqa: N818 - it is no error of the program: it becomes a problem of the file
    """The reason why the rest of a result file is not read."""

    def __init__(self, message: str, where: FilePlace | None = None, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.hint = hint


class ForeignFile(UnreadableFile):
    """The reason why nothing of a file is read: it is of another kind."""


class Collected:
    """The results and problems of one file, in the order of the file."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.results: list[TestResult] = []
        self.problems: list[Problem] = []
        self.format: ResultFormat = ""
        self.tool: str | None = None
        self.configs: tuple[str, ...] = ()
        self.is_foreign = False
        self._text = 0
        self._problems_left_out = 0

    def add(self, result: TestResult) -> None:
        """Add a result; raises `UnreadableFile` where the file has more than is kept in memory."""
        self._text += len(result.name) + len(result.suite) + len(result.failure)
        for tag in result.tags:
            self._text += len(tag)
        for link in result.links:
            self._text += len(link.value)
        if len(self.results) >= MAX_RESULTS or self._text > MAX_TEXT:
            raise UnreadableFile(
                f"the tests after the first {len(self.results):,} are not read: one file is read up to "
                f"{MAX_RESULTS:,} tests and {MAX_TEXT // 2**20} MiB of names",
                result.where,
                "have the runner write a file per shard",
            )
        self.results.append(result)

    def problem(self, message: str, where: FilePlace, hint: str | None = None) -> None:
        """Add a problem; of very many the first are told, and how many more there are.

        Raises `UnreadableFile` where nothing in the file seems to be a test.
        """
        if len(self.problems) < _MAX_PROBLEMS:
            self.problems.append(Problem(self.path, message, where, hint))
            return
        self._problems_left_out += 1
        if self._problems_left_out == _MAX_UNREAD:
            raise UnreadableFile("the rest of the file is not read: too much before it could not be", where)

    def end(self, reason: UnreadableFile) -> None:
        """Add the reason why the rest of the file is not read."""
        self.is_foreign = isinstance(reason, ForeignFile)
        self.problems.append(Problem(self.path, reason.message, reason.where or FilePlace(), reason.hint))

    def all_problems(self) -> tuple[Problem, ...]:
        """The problems, and as the last one how many were left out."""
        if not self._problems_left_out:
            return tuple(self.problems)
        return (
            *self.problems,
            Problem(self.path, f"and {self._problems_left_out:,} more problems like these"),
        )
