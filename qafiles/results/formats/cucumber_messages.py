"""Cucumber's messages: one JSON object a line, each a step of the run, tied together by ids.

https://github.com/cucumber/messages
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

from qafiles.results.formats.collected import MAX_RESULTS, MAX_TEXT, Collected, UnreadableFile
from qafiles.results.formats.cucumber import with_attempt
from qafiles.results.formats.json_values import dicts, object_of, positive, string
from qafiles.results.formats.links import distinct, links_in_title, links_of_tags
from qafiles.results.formats.numbers import commit_id, epoch, seconds
from qafiles.results.formats.text import first_line
from qafiles.results.result import FilePlace, SourcePlace, TestResult

ENVELOPES: Final = frozenset(
    {"meta", "source", "gherkinDocument", "pickle", "parameterType", "stepDefinition", "hook", "parseError"}
    | {
        "testRunStarted",
        "testRunFinished",
        "testRunHookStarted",
        "testRunHookFinished",
        "undefinedParameterType",
    }
    | {"testCase", "testCaseStarted", "testCaseFinished", "testStepStarted", "testStepFinished", "attachment"}
    | {"suggestion", "externalAttachment"}
)
"""The one key of each line."""

NOT_NEEDED: Final = ("attachment", "source", "stepDefinition", "testStepStarted", "hook", "suggestion")
"""Lines that say nothing of outcomes; the first two may be long."""


_STATUSES: Final = frozenset({"passed", "skipped", "pending", "undefined", "ambiguous", "failed"})


class _Attempt:
    """A test case that is running."""

    def __init__(self, case: str, started: datetime | None, where: FilePlace) -> None:
        self.case = case
        self.started = started
        self.where = where
        self.statuses: set[str] = set()
        self.duration = 0.0
        self.failure = ""


class _Pickle(NamedTuple):
    """A scenario as it is run: a row of its examples filled in."""

    name: str
    file: str
    line: int | None
    column: int | None
    tags: tuple[str, ...]
    where: FilePlace


class MessagesReader:
    """What the lines so far have said."""

    def __init__(self, collected: Collected) -> None:
        self._collected = collected
        self._commit: str | None = None
        self._features: dict[str, str] = {}
        self._places: dict[str, tuple[int | None, int | None]] = {}
        self._pickles: dict[str, _Pickle] = {}
        self._cases: dict[str, str] = {}
        self._attempts: dict[str, _Attempt] = {}
        self._results: dict[str, TestResult] = {}
        self._text = 0

    def line(self, envelope: dict[str, Any], where: FilePlace) -> None:
        """Take one line."""
        if len(self._places) + len(self._cases) + len(self._attempts) + len(self._features) > 4 * MAX_RESULTS:
            raise UnreadableFile("the file has more scenarios than are kept in memory", where)
        for name, body in envelope.items():
            take = self._TAKE.get(name)
            if take is not None:
                take(self, object_of(body), where)
            elif name not in ENVELOPES:
                self._collected.problem(f"a line with {name[:60]!r} is no message of Cucumber", where)

    def finish(self) -> None:
        """Collect the results in the order of the scenarios; one that never ran is listed, one that broke off failed."""
        for attempt in list(self._attempts.values()):
            attempt.statuses.add("failed")
            attempt.failure = attempt.failure or "the run ended before this scenario did"
            self._end_attempt(attempt)
        for key, pickle in self._pickles.items():
            self._collected.add(self._results.get(key) or self._result(pickle, pickle.where))

    def _keep(self, *texts: str) -> None:
        """Count texts that stay in memory; raises `UnreadableFile` where they become too many."""
        self._text += sum(map(len, texts))
        if self._text > MAX_TEXT:
            raise UnreadableFile(f"the names of scenarios take more than {MAX_TEXT // 2**20} MiB")

    def _meta(self, body: dict[str, Any], _where: FilePlace) -> None:
        implementation = object_of(body.get("implementation"))
        version = string(implementation.get("version"))
        self._collected.tool = f"{string(implementation.get('name'))} {version}".strip() or None
        self._commit = commit_id(object_of(object_of(body.get("ci")).get("git")).get("revision"))

    def _document(self, body: dict[str, Any], _where: FilePlace) -> None:
        feature = object_of(body.get("feature"))
        self._keep(string(body.get("uri")), string(feature.get("name")))
        self._features[string(body.get("uri"))] = string(feature.get("name"))
        for scenario in _scenarios(feature):
            location = object_of(scenario.get("location"))
            self._keep(string(scenario.get("id")))
            self._places[string(scenario.get("id"))] = (
                positive(location.get("line")),
                positive(location.get("column")),
            )

    def _pickle(self, body: dict[str, Any], where: FilePlace) -> None:
        if len(self._pickles) >= MAX_RESULTS:
            raise UnreadableFile(f"the scenarios after the first {len(self._pickles):,} are not read", where)
        name = string(body.get("name"))
        key = string(body.get("id"))
        if not name or not key:
            self._collected.problem("a scenario without a name is not read", where)
            return
        location = object_of(body.get("location"))
        line, column = positive(location.get("line")), positive(location.get("column"))
        nodes = body.get("astNodeIds")
        if line is None and isinstance(nodes, list) and nodes:
            # The last node is the row of examples, which versions before 27 do not locate; the first is the scenario.
            line, column = (
                self._places.get(string(nodes[-1])) or self._places.get(string(nodes[0])) or (None, None)
            )
        tags = (string(tag.get("name")).removeprefix("@") for tag in dicts(body.get("tags")))
        distinct_tags = tuple(dict.fromkeys(tag for tag in tags if tag))
        self._keep(key, name, string(body.get("uri")), *distinct_tags)
        self._pickles[key] = _Pickle(name, string(body.get("uri")), line, column, distinct_tags, where)

    def _case(self, body: dict[str, Any], _where: FilePlace) -> None:
        self._keep(string(body.get("id")))
        self._cases[string(body.get("id"))] = string(body.get("pickleId"))

    def _case_started(self, body: dict[str, Any], where: FilePlace) -> None:
        self._keep(string(body.get("id")))
        self._attempts[string(body.get("id"))] = _Attempt(
            string(body.get("testCaseId")), epoch(_time(body.get("timestamp"))), where
        )

    def _step_finished(self, body: dict[str, Any], where: FilePlace) -> None:
        attempt = self._attempts.get(string(body.get("testCaseStartedId")))
        if attempt is None:
            self._collected.problem("a step of no scenario that was started is not read", where)
            return
        # Before version 13 of the messages the result was called otherwise.
        result = object_of(body.get("testStepResult") or body.get("testResult"))
        status = string(result.get("status")).lower()
        if status not in _STATUSES:
            status = "unknown"
        attempt.statuses.add(status)
        attempt.duration += _time(result.get("duration")) or 0.0
        if status not in {"passed", "skipped"}:
            attempt.failure = attempt.failure or first_line(string(result.get("message"))) or f"{status} step"

    def _case_finished(self, body: dict[str, Any], where: FilePlace) -> None:
        attempt = self._attempts.pop(string(body.get("testCaseStartedId")), None)
        if attempt is None:
            self._collected.problem("the end of a scenario that was not started is not read", where)
            return
        self._end_attempt(attempt)

    def _end_attempt(self, attempt: _Attempt) -> None:
        key = self._cases.get(attempt.case, "")
        pickle = self._pickles.get(key)
        if pickle is None:
            self._collected.problem(
                "a run of a scenario that the file does not have is not read", attempt.where
            )
            return
        statuses = attempt.statuses
        failed = bool(statuses - {"passed", "skipped"})
        result = self._result(pickle, attempt.where)._replace(
            outcome="failed" if failed else "passed" if statuses == {"passed"} else "skipped",
            duration=attempt.duration,
            failure=attempt.failure,
            started=attempt.started,
        )
        earlier = self._results.get(key)
        self._results[key] = result if earlier is None else with_attempt(earlier, result)

    def _parse_error(self, body: dict[str, Any], where: FilePlace) -> None:
        self._collected.problem(
            f"a feature could not be read: {first_line(string(body.get('message')))}", where
        )

    def _result(self, pickle: _Pickle, where: FilePlace) -> TestResult:
        return TestResult(
            pickle.name,
            None,
            self._features.get(pickle.file, ""),
            links=distinct([*links_of_tags(pickle.tags), *links_in_title(pickle.name)]),
            tags=pickle.tags,
            source=SourcePlace(pickle.file, pickle.line, pickle.column) if pickle.file else None,
            commit=self._commit,
            where=where,
        )

    _TAKE: Final[Mapping[str, Callable[["MessagesReader", dict[str, Any], FilePlace], None]]] = {
        "meta": _meta,
        "gherkinDocument": _document,
        "pickle": _pickle,
        "testCase": _case,
        "testCaseStarted": _case_started,
        "testStepFinished": _step_finished,
        "testCaseFinished": _case_finished,
        "parseError": _parse_error,
    }


def _scenarios(feature: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield what has an id and a place: scenarios, also those in rules, and the rows of their examples."""
    for child in dicts(feature.get("children")):
        for part in (child, *dicts(object_of(child.get("rule")).get("children"))):
            scenario = object_of(part.get("scenario"))
            if scenario:
                yield scenario
            for examples in dicts(scenario.get("examples")):
                yield from dicts(examples.get("tableBody"))


def _time(value: Any) -> float | None:
    """Return the seconds of a time or duration, which is split into seconds and nanoseconds; old writers quote them."""
    parts = object_of(value)
    whole, nanoseconds = seconds(parts.get("seconds")), seconds(parts.get("nanos"), 1e-9)
    return None if whole is None else whole + (nanoseconds or 0.0)
