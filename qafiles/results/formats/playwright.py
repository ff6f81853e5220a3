"""Playwright's JSON reporter: suites within suites, a spec for each test, a test for each project, a result for each attempt.

`playwright test --list --reporter=json` writes the same form without results.
https://playwright.dev/docs/api/class-testcase, https://playwright.dev/docs/test-reporters#json-reporter
"""

from sys import intern
from typing import Any, Final, NamedTuple

from qafiles.diagnostics import Pointer
from qafiles.results.formats.collected import Collected, UnreadableFile
from qafiles.results.formats.json_stream import JsonStream, UnreadablePiece
from qafiles.results.formats.json_values import dicts, location_of, object_of, positive, string, strings
from qafiles.results.formats.links import (
    CONFIG_NAME,
    LINK_NAMES,
    distinct,
    links_in_title,
    links_of,
    links_of_tags,
)
from qafiles.results.formats.numbers import commit_id, moment, seconds
from qafiles.results.formats.text import BETWEEN_TITLES, first_line
from qafiles.results.result import FilePlace, Link, Outcome, SourcePlace, TestResult

_OUTCOMES: Final[dict[Any, Outcome]] = {
    "expected": "passed",
    "unexpected": "failed",
    "flaky": "flaky",
    "skipped": "skipped",
}
_MAX_DEPTH: Final = 60


_WITHOUT_FAILURE: Final = frozenset({"passed", "skipped"})


class _Spec(NamedTuple):
    """What the tests of a spec have in common, which are one for each project."""

    name: str
    file: str
    tags: tuple[str, ...]
    links: tuple[Link, ...]
    source: SourcePlace | None


class PlaywrightReader:
    """What is known of the run while its suites are read."""

    def __init__(self, collected: Collected) -> None:
        self._collected = collected
        self._root = ""
        self._commit: str | None = None
        self._shard: str | None = None
        self._file = self._path = ""

    def config(self, value: Any) -> None:
        """Take the settings of the run: projects, shard, commit, and the folder that files are relative to."""
        config = object_of(value)
        self._root = string(config.get("rootDir")).rstrip("/")
        metadata = object_of(config.get("metadata"))
        self._commit = (
            commit_id(object_of(metadata.get("gitCommit")).get("hash"))
            or commit_id(object_of(metadata.get("ci")).get("commitHash"))
            # As versions before 1.51 write it.
            or commit_id(metadata.get("revision.id"))
        )
        shard = object_of(config.get("shard"))
        if (current := positive(shard.get("current"))) and (total := positive(shard.get("total"))):
            self._shard = f"{current}/{total}"
        version = string(config.get("version"))
        self._collected.tool = f"Playwright {version}".strip()
        names = (string(project.get("name")) for project in dicts(config.get("projects")))
        self._collected.configs = tuple(name for name in names if name)

    def errors(self, value: Any) -> None:
        """Take what failed outside of tests, such as a file that could not be loaded: its tests are missing."""
        for index, error in enumerate(dicts(value)):
            line = first_line(string(error.get("message")) or string(error.get("value")))
            self._collected.problem(
                f"the run had an error outside of its tests: {line}", FilePlace(None, None, ("errors", index))
            )

    def suites(self, stream: JsonStream, pointer: Pointer, titles: tuple[str, ...] = ()) -> None:
        """Collect the tests of the array of suites that comes next."""
        if len(pointer) > 2 * _MAX_DEPTH:
            raise UnreadableFile(f"suites are nested more than {_MAX_DEPTH} deep", stream.where(pointer))
        for index in stream.items():
            self._suite(stream, (*pointer, index), titles)

    def _suite(self, stream: JsonStream, pointer: Pointer, titles: tuple[str, ...]) -> None:
        if stream.peek() != "{":
            raise UnreadableFile("a suite is an object", stream.where(pointer))
        own = titles
        for key in stream.members():
            if key == "specs":
                for index in stream.items():
                    self._spec(stream, (*pointer, key, index), own)
            elif key == "suites":
                self.suites(stream, (*pointer, key), own)
            elif key == "title" and len(pointer) > 2:
                # The title of a suite at the top is its file.
                title = string(stream.value())
                own = (*titles, title) if title else titles
            else:
                stream.skip()

    def _spec(self, stream: JsonStream, pointer: Pointer, titles: tuple[str, ...]) -> None:
        where = stream.where(pointer)
        try:
            spec = stream.value()
        except UnreadablePiece as piece:
            self._collected.problem(f"a test is not read: it {piece}", where)
            return
        title = string(spec.get("title")) if isinstance(spec, dict) else ""
        if not title:
            self._collected.problem("a test without a title is not read", where)
            return
        tests = dicts(spec.get("tests"))
        if not tests or len(tests) != len(spec["tests"]):
            self._collected.problem(f"`tests` of {title!r} is no list of objects", where)
        shared = self._shared(spec, BETWEEN_TITLES.join((*titles, title)) if titles else title)
        for index, test in enumerate(tests):
            place = FilePlace(where.line, where.column, (*pointer, "tests", index))
            self._test(shared, test, dicts(test.get("results")), place)

    def _shared(self, spec: dict[str, Any], name: str) -> "_Spec":
        tags = tuple([tag.removeprefix("@") for tag in strings(spec.get("tags"))])
        file = string(spec.get("file"))
        if file != self._file:
            # The same texts for all tests of a file, of which there may be thousands.
            self._file = file
            is_relative = self._root and not file.startswith("/")
            self._path = f"{self._root}/{file}" if is_relative else file
        source = (
            SourcePlace(self._path, positive(spec.get("line")), positive(spec.get("column")))
            if file
            else None
        )
        links = links_of_tags(tags) if tags else ()
        if "@qa:" in name:
            links = (*links, *links_in_title(name))
        return _Spec(name, self._file, tags, distinct(links), source)

    def _test(
        self, spec: "_Spec", test: dict[str, Any], attempts: list[dict[str, Any]], where: FilePlace
    ) -> None:
        status = test.get("status")
        outcome = _OUTCOMES.get(status) if isinstance(status, str) else None
        if attempts and outcome is None:
            statuses = ", ".join(_OUTCOMES)
            self._collected.problem(f"the status {status!r} of {spec.name!r} is none of {statuses}", where)
            return
        annotated, config = _annotations(test, attempts)
        name = config or string(test.get("projectName"))
        duration: float | None = None
        for attempt in attempts:
            if (lasted := seconds(attempt.get("duration"), 0.001)) is not None:
                duration = lasted if duration is None else duration + lasted
        self._collected.add(
            TestResult(
                spec.name,
                outcome if attempts else None,
                spec.file,
                duration,
                "" if outcome in _WITHOUT_FAILURE else _failure(attempts),
                distinct((*annotated, *spec.links)) if annotated else spec.links,
                intern(name) or None,
                "property" if config else "project" if name else None,
                spec.tags,
                spec.source,
                self._commit,
                moment(attempts[0].get("startTime")) if attempts else None,
                len(attempts) or 1,
                self._shard,
                where,
            )
        )


def _annotations(test: dict[str, Any], attempts: list[dict[str, Any]]) -> tuple[tuple[Link, ...], str | None]:
    """Return the links and the browser config of a test; those added while it ran stand in the attempts alone."""
    before = test.get("annotations")
    during = [
        annotations
        for attempt in attempts
        if (annotations := attempt.get("annotations")) and annotations != before
    ]
    if not before and not during:
        return (), None
    links: tuple[Link, ...] = ()
    config: str | None = None
    for annotations in (before, *during) if during else (before,):
        for annotation in dicts(annotations):
            name = annotation.get("type")
            if not isinstance(name, str) or (name not in LINK_NAMES and name != CONFIG_NAME):
                continue
            value = string(annotation.get("description"))
            if name == CONFIG_NAME:
                config = value or config
            else:
                location = annotation.get("location")
                links += links_of(name, value, location_of(location) if location else None)
    return links, config


def _failure(attempts: list[dict[str, Any]]) -> str:
    """Return the first line of the first error of an attempt."""
    for attempt in attempts:
        for error in (*dicts(attempt.get("errors")), object_of(attempt.get("error"))):
            if line := first_line(string(error.get("message")) or string(error.get("value"))):
                return line
    statuses = [string(attempt.get("status")) for attempt in attempts]
    # A test that was expected to fail and passed has no error.
    return next(
        (status for status in statuses if status not in {"", "passed", "skipped"}), "passed unexpectedly"
    )
