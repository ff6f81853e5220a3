"""CTRF, the Common Test Report Format: version 1.0, and what reporters wrote before it.

https://ctrf.io/docs/specification/overview
"""

from typing import Any, Final

from qafiles.diagnostics import Pointer
from qafiles.layout import is_id
from qafiles.results.formats.collected import Collected
from qafiles.results.formats.json_stream import JsonStream, UnreadablePiece
from qafiles.results.formats.json_values import dicts, location_of, object_of, positive, string, strings
from qafiles.results.formats.links import (
    CONFIG_NAME,
    LINK_NAME,
    LINK_NAMES,
    distinct,
    links_in_title,
    links_of,
    links_of_tags,
)
from qafiles.results.formats.numbers import commit_id, epoch, seconds
from qafiles.results.formats.text import BETWEEN_TITLES, first_line
from qafiles.results.result import FilePlace, Link, Outcome, SourcePlace, TestResult

_OUTCOMES: Final[dict[str, Outcome]] = {
    "passed": "passed",
    "failed": "failed",
    "skipped": "skipped",
    "pending": "skipped",
    "other": "skipped",
}
# What runners mean by `other`: https://github.com/ctrf-io/playwright-ctrf-json-reporter
_FAILED_BEFORE: Final = frozenset({"timedout", "interrupted", "error", "broken", "failed"})


class CtrfReader:
    """What is known of the run while its tests are read."""

    def __init__(self, collected: Collected) -> None:
        self._collected = collected
        self._first = 0
        self._environment: dict[str, Any] = {}

    def results(self, stream: JsonStream, pointer: Pointer) -> None:
        """Collect the tests of the object `results` that comes next, which is CTRF where it has a list of them."""
        for key in stream.members():
            if key == "tests" and stream.peek() == "[":
                self._collected.format = "ctrf"
                for index in stream.items():
                    self._piece(stream, (*pointer, key, index))
            elif key == "tool":
                tool = object_of(stream.value())
                self._collected.tool = (
                    f"{string(tool.get('name'))} {string(tool.get('version'))}".strip() or None
                )
            elif key == "environment":
                self._environment = object_of(stream.value())
            else:
                stream.skip()
        self._tell_of_environment()

    def _tell_of_environment(self) -> None:
        """Give each result what the environment says; it may stand behind the tests."""
        commit = commit_id(self._environment.get("commit"))
        shard = string(self._environment.get("shardId")) or None
        if commit or shard:
            results = self._collected.results
            results[:] = [result._replace(commit=commit, shard=shard) for result in results]

    def _piece(self, stream: JsonStream, pointer: Pointer) -> None:
        where = stream.where(pointer)
        try:
            test = stream.value()
        except UnreadablePiece as piece:
            self._collected.problem(f"a test is not read: it {piece}", where)
            return
        name = string(test.get("name")) if isinstance(test, dict) else ""
        if not name:
            self._collected.problem("a test without a name is not read", where)
            return
        outcome = _outcome(test)
        if outcome is None:
            self._collected.problem(
                f"the status {test.get('status')!r} of {name!r} is none of {', '.join(_OUTCOMES)}", where
            )
            return
        self._collected.add(self._test(test, name, outcome, where))

    def _test(self, test: dict[str, Any], name: str, outcome: Outcome, where: FilePlace) -> TestResult:
        file = string(test.get("filePath"))
        titles = _titles(test.get("suite"))
        suite, project = BETWEEN_TITLES.join(titles), ""
        if self._is_playwright:
            suite, project, name = _of_playwright(titles, file, name)
        tags = tuple(tag.removeprefix("@") for tag in strings(test.get("tags")))
        named, config = _links(test)
        links = distinct([*named, *links_of_tags(tags), *links_in_title(f"{suite} {name}")])
        attempts = dicts(test.get("retryAttempts"))
        retries = positive(test.get("retries")) or 0
        return TestResult(
            name,
            outcome,
            suite,
            _duration(test, attempts, retries),
            "" if outcome in {"passed", "skipped"} else _failure(test, attempts),
            links,
            config or project or None,
            "property" if config else "project" if project else None,
            tags,
            SourcePlace(file, positive(test.get("line"))) if file else None,
            None,
            epoch(test.get("start")),
            retries + 1,
            None,
            where,
        )

    @property
    def _is_playwright(self) -> bool:
        return (self._collected.tool or "").lower().startswith("playwright")


def _outcome(test: dict[str, Any]) -> Outcome | None:
    status = test.get("status")
    outcome = _OUTCOMES.get(status) if isinstance(status, str) else None
    if outcome == "passed" and test.get("flaky") is True:
        return "flaky"
    if status == "other" and string(test.get("rawStatus")).lower() in _FAILED_BEFORE:
        return "failed"
    return outcome


def _titles(suite: Any) -> list[str]:
    return (
        strings(suite)
        if isinstance(suite, list)
        else [title for title in string(suite).split(" > ") if title]
    )


def _of_playwright(titles: list[str], file: str, name: str) -> tuple[str, str, str]:
    """Return suite, project and name as Playwright itself writes them; its suites are the project, the file, and others."""
    for index, title in enumerate(titles[:2]):
        if file.endswith(title):
            return title, "".join(titles[:index]), BETWEEN_TITLES.join([*titles[index + 1 :], name])
    return BETWEEN_TITLES.join(titles), "", name


def _links(test: dict[str, Any]) -> tuple[list[Link], str | None]:
    """Return the links and the browser config: from annotations, labels, `extra`, and `testId` where it is an id."""
    links: list[Link] = []
    config = ""
    extra, labels = object_of(test.get("extra")), object_of(test.get("labels"))
    for annotation in dicts(extra.get("annotations")):
        name, value = string(annotation.get("type")), string(annotation.get("description"))
        if name == CONFIG_NAME:
            config = value
        elif name in LINK_NAMES:
            links.extend(links_of(name, value, location_of(annotation.get("location"))))
    for values in (labels, extra, object_of(test.get("parameters"))):
        for name in sorted(LINK_NAMES & values.keys(), key=lambda name: name != LINK_NAME):
            several = values[name]
            for text in map(string, several if isinstance(several, list) else [several]):
                links.extend(links_of(name, text))
        if CONFIG_NAME in values:
            config = config or string(values[CONFIG_NAME])
    # Of any tool, and where it has the form of an id, of a test case.
    test_id = string(test.get("testId"))
    if test_id and is_id(test_id) and any(map(str.isdigit, test_id)):
        links.append(Link(test_id, "qafiles", "testId"))
    return links, config or None


def _duration(test: dict[str, Any], attempts: list[dict[str, Any]], retries: int) -> float | None:
    """Return the seconds of all attempts; the last one stands in the list or, with old reporters, outside of it."""
    whole = seconds(test.get("duration"), 0.001)
    earlier = [seconds(attempt.get("duration"), 0.001) or 0.0 for attempt in attempts[:retries]]
    return whole if whole is None else whole + sum(earlier)


def _failure(test: dict[str, Any], attempts: list[dict[str, Any]]) -> str:
    for part in (*attempts, test):
        if line := first_line(string(part.get("message"))) or first_line(string(part.get("trace"))):
            return line
    return string(test.get("rawStatus")) if test.get("status") != "passed" else ""
