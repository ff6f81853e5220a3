"""The tests that files list or ran, each with the test cases that it names and its place in the tests' source."""

import os
import posixpath
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from qafiles.diagnostics import START, Span
from qafiles.results.faulty_links import LinkFaults
from qafiles.results.linking import CaseNames, Linked
from qafiles.results.result import Problem, ResultFile, SourcePlace, TestResult
from qafiles.snapshot import Snapshot


class LinkedTest(NamedTuple):
    """A test with the test cases that it names; `path` is relative to the data root, and may lie outside of it."""

    test: TestResult
    linked: Linked
    path: str
    span: Span


@dataclass(frozen=True)
class LinkedTests:
    """What files say of tests, whether these ran: `projects` are those of the runner, None where no file names any.

    `automated` are conditions, as of `list --where`, that a test case meets of which there should be a test.
    """

    tests: tuple[LinkedTest, ...]
    faults: LinkFaults
    projects: frozenset[str] | None = None
    problems: tuple[Problem, ...] = ()
    automated: tuple[str, ...] = ()
    places: "SourcePlaces" = field(default_factory=lambda: SourcePlaces(None), repr=False)


def linked_tests(
    snapshot: Snapshot,
    files: Iterable[ResultFile],
    automated: Iterable[str] = (),
    *,
    projects: Iterable[str] = (),
    tools: Iterable[str] = (),
) -> LinkedTests:
    """Return the tests of files, each test once, however many browser configs and files it is in.

    `projects` and `tools` say which test cases are meant by a key that several have, as for `join`.
    """
    names = CaseNames(snapshot, (*projects,), (*tools,))
    places = SourcePlaces(getattr(snapshot.source, "folder", None))
    tests: dict[tuple[str, str, Span, tuple[object, ...]], LinkedTest] = {}
    runner_projects: set[str] = set()
    problems: list[Problem] = []
    for file in files:
        runner_projects.update(file.configs)
        problems.extend(file.problems)
        for test in file.results:
            path, span = places.place(test, file)
            tests.setdefault(
                (path, test.name, span, test.links), LinkedTest(test, names.linked(test), path, span)
            )
    distinct = tuple(tests.values())
    faults = LinkFaults(snapshot, (problem for item in distinct for problem in item.linked.problems))
    return LinkedTests(
        distinct, faults, frozenset(runner_projects) or None, tuple(problems), (*automated,), places
    )


class SourcePlaces:
    """Where tests stand, relative to a data root: runners write absolute paths, or such that count from where they ran."""

    def __init__(self, root: Path | None) -> None:
        self._root = os.path.realpath(root) if root is not None else None
        self._known: dict[tuple[str, str], str] = {}

    def place(self, test: TestResult, file: ResultFile) -> tuple[str, Span]:
        """Return the place of a test: in its source where the file says it, else in the file."""
        source = test.source
        if source is None:
            return self._path(file.path, ""), _span(test.where.line, test.where.column)
        return self._path(source.file, file.path), _span(source.line, source.column)

    def path(self, source: SourcePlace, file: str) -> str:
        """Return the path of a place in the source of tests."""
        return self._path(source.file, file)

    def _path(self, written: str, file: str) -> str:
        known = self._known.get((written, file))
        if known is None:
            known = self._known[written, file] = self._relative(written.replace("\\", "/"), file)
        return known

    def _relative(self, written: str, file: str) -> str:
        if self._root is None or "\x00" in written:
            return written
        place = next(filter(os.path.isfile, _candidates(written, file, self._root)), written)
        return posixpath.normpath(os.path.relpath(os.path.realpath(place), self._root).replace(os.sep, "/"))


def _candidates(written: str, file: str, root: str) -> Iterator[str]:
    """Yield where a file may be: as written, beside the result file, and, of a run elsewhere, below a folder above the data."""
    yield written
    yield posixpath.join(posixpath.dirname(file), written)
    parts = [part for part in written.split("/") if part not in {"", ".", ".."}]
    for above in (root, *map(str, Path(root).parents)):
        if (Path(above) / ".git").exists() or above == root:
            yield from (posixpath.join(above, *parts[number:]) for number in range(min(len(parts), 40)))


def _span(line: int | None, column: int | None) -> Span:
    return Span(line, column or 1, line, column or 1) if line is not None else START
