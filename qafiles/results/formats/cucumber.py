"""Cucumber's JSON formatter: an array of features, in each the scenarios with their steps; Behave writes nearly the same.

https://github.com/cucumber/cucumber-json-schema
"""

from typing import Any, Final, NamedTuple

from qafiles.diagnostics import Pointer
from qafiles.results.formats.collected import Collected
from qafiles.results.formats.foreign import foreign_json
from qafiles.results.formats.json_stream import JsonStream, UnreadablePiece
from qafiles.results.formats.json_values import dicts, object_of, positive, string
from qafiles.results.formats.links import distinct, links_in_title, links_of_tags
from qafiles.results.formats.numbers import moment, seconds
from qafiles.results.formats.text import first_line
from qafiles.results.result import FilePlace, Outcome, SourcePlace, TestResult

_WORST_FIRST: Final = ("failed", "ambiguous", "undefined", "pending", "skipped", "passed")
FAILED_STATUSES: Final = frozenset({"failed", "ambiguous", "undefined", "pending"})
"""Since version 7 a step without a definition, or with a pending one, fails the run."""

_NANOSECOND: Final = 1e-9


class _Steps(NamedTuple):
    """What the steps of a scenario, or those of the background before it, come to."""

    status: str | None = None
    duration: float | None = None
    failure: str = ""

    def then(self, later: "_Steps") -> "_Steps":
        statuses = [status for status in _WORST_FIRST if status in {self.status, later.status}]
        durations = [duration for duration in (self.duration, later.duration) if duration is not None]
        return _Steps(
            statuses[0] if statuses else None,
            sum(durations) if durations else None,
            self.failure or later.failure,
        )


class _Feature(NamedTuple):
    """The feature that scenarios are read of."""

    name: str
    file: str
    tags: tuple[str, ...]


class CucumberReader:
    """The scenarios of a run; one that was repeated is written again and becomes one result."""

    def __init__(self, collected: Collected) -> None:
        self._collected = collected
        self._numbers: dict[tuple[int, str], int] = {}

    def features(self, stream: JsonStream) -> None:
        """Collect the scenarios of the array that comes next."""
        for index in stream.items():
            self._feature(stream, (index,))

    def _feature(self, stream: JsonStream, pointer: Pointer) -> None:
        feature = _Feature("", "", ())
        self._numbers.clear()
        keys: list[str] = []
        first = len(self._collected.results)
        where = stream.where(pointer)
        for key in stream.members():
            keys.append(key)
            if key == "elements":
                background = _Steps()
                for index in stream.items():
                    background = self._element(stream, (*pointer, key, index), feature, background)
            elif key in {"name", "uri", "location", "tags"}:
                feature = _with(feature, key, stream.value())
            else:
                stream.skip()
        if not {"elements", "keyword", "uri"} & set(keys):
            raise foreign_json(keys, where)
        # What stands behind the scenarios, as Ruby's and Python's writers order their keys.
        results = self._collected.results
        for number in range(first, len(results)):
            results[number] = _of_feature(results[number], feature)

    def _element(self, stream: JsonStream, pointer: Pointer, feature: _Feature, background: _Steps) -> _Steps:
        """Collect a scenario, and return what the background before the next one came to."""
        where = stream.where(pointer)
        try:
            element = stream.value()
        except UnreadablePiece as piece:
            self._collected.problem(f"a scenario is not read: it {piece}", where)
            return _Steps()
        if not isinstance(element, dict):
            self._collected.problem("a scenario is an object", where)
            return _Steps()
        steps = self._steps(element, where)
        if element.get("type") == "background":
            return background.then(steps)
        self._scenario(element, feature, background.then(steps), where)
        return _Steps()

    def _steps(self, element: dict[str, Any], where: FilePlace) -> _Steps:
        total, is_background = _Steps(), element.get("type") == "background"
        # Behave writes seconds, and places instead of lines.
        unit = 1.0 if "location" in element and "line" not in element else _NANOSECOND
        for part in ("before", "steps", "after"):
            for step in dicts(element.get(part)):
                hooks = (*dicts(step.get("before")), *dicts(step.get("after")))
                for each in (step, *hooks):
                    total = total.then(self._step(each, unit, where, is_background=is_background))
        return total

    def _step(self, step: dict[str, Any], unit: float, where: FilePlace, *, is_background: bool) -> _Steps:
        result = object_of(step.get("result"))
        status = string(result.get("status")).lower()
        if not status:
            # Of Behave, for what comes after a step that failed, and for backgrounds, which it lists without results.
            return _Steps("skipped" if "name" in step and not is_background else None)
        if status not in _WORST_FIRST:
            self._collected.problem(f"the status {status!r} is none of {', '.join(_WORST_FIRST)}", where)
            status = "failed"
        message = result.get("error_message")
        text = first_line(string("\n".join(map(str, message)) if isinstance(message, list) else message))
        if status in FAILED_STATUSES and not text:
            text = f"{status} step: {string(step.get('keyword')).strip()} {string(step.get('name'))}".strip()
        return _Steps(
            status, seconds(result.get("duration"), unit), text if status in FAILED_STATUSES else ""
        )

    def _scenario(self, element: dict[str, Any], feature: _Feature, steps: _Steps, where: FilePlace) -> None:
        name = string(element.get("name")) or string(element.get("id"))
        if not name:
            self._collected.problem("a scenario without a name is not read", where)
            return
        outcome: Outcome = (
            "failed"
            if steps.status in FAILED_STATUSES
            else "passed"
            if steps.status == "passed"
            else "skipped"
        )
        tags = _tags(element.get("tags"))
        file, line = feature.file, positive(element.get("line"))
        if line is None and (location := string(element.get("location"))):
            file, _, digits = location.rpartition(":")
            line = int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else None
        result = TestResult(
            name,
            outcome,
            feature.name,
            steps.duration,
            steps.failure,
            distinct([*links_of_tags(tags), *links_in_title(name)]),
            tags=tags,
            source=SourcePlace(file, line) if file or line else None,
            started=moment(element.get("start_timestamp")),
            where=where,
        )
        results = self._collected.results
        number = len(results) if line is None else self._numbers.setdefault((line, name), len(results))
        if number < len(results):
            results[number] = with_attempt(results[number], result)
        else:
            self._collected.add(result)


def with_attempt(earlier: TestResult, later: TestResult) -> TestResult:
    """Return two attempts of one scenario as one result: the last one decides, and flaky is what failed before."""
    outcome = later.outcome
    if outcome == "passed" and earlier.outcome in {"failed", "flaky"}:
        outcome = "flaky"
    durations = [duration for duration in (earlier.duration, later.duration) if duration is not None]
    return earlier._replace(
        outcome=outcome,
        duration=sum(durations) if durations else None,
        failure=earlier.failure or later.failure,
        attempts=earlier.attempts + 1,
    )


def _with(feature: _Feature, key: str, value: Any) -> _Feature:
    if key == "name":
        return feature._replace(name=string(value))
    if key == "uri":
        return feature._replace(file=string(value))
    if key == "tags":
        return feature._replace(tags=_tags(value))
    return feature if feature.file else feature._replace(file=string(value).rpartition(":")[0])


def _of_feature(result: TestResult, feature: _Feature) -> TestResult:
    """Return a scenario with the name, file and tags of its feature."""
    source = result.source
    if source is not None and not source.file:
        source = source._replace(file=feature.file)
    tags = tuple(dict.fromkeys((*feature.tags, *result.tags)))
    links = distinct([*result.links, *links_of_tags(feature.tags)])
    return result._replace(suite=feature.name, source=source, tags=tags, links=links)


def _tags(value: Any) -> tuple[str, ...]:
    """Return the names of tags, which are objects, or with Behave texts."""
    if not isinstance(value, list):
        return ()
    names = (string(tag.get("name")) if isinstance(tag, dict) else string(tag) for tag in value)
    return tuple(dict.fromkeys(name.removeprefix("@") for name in names if name))
