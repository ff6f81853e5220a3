"""Result files as the runners write them, made from what is to be read from them; they share nothing with the readers."""

import json
import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

_OUTCOME_OF_ATTEMPTS: Final = {
    "passed": [True],
    "failed": [False, False],
    "flaky": [False, True],
    "skipped": [],
}


class Ran(NamedTuple):
    """A test that ran: each test of a file has another name, `milliseconds` are of its only or its last attempt."""

    name: str
    suite: str
    outcome: str
    milliseconds: int
    link: str | None
    config: str | None

    @property
    def attempts(self) -> list[bool]:
        """Whether each attempt passed; no attempt is a test that was skipped."""
        return _OUTCOME_OF_ATTEMPTS[self.outcome]


def _link(case: ET.Element, ran: Ran, **others: str | None) -> None:
    properties = ET.Element("properties")
    for name, value in {"qafiles": ran.link, **others}.items():
        if value is not None:
            ET.SubElement(properties, "property", name=name, value=value)
    if len(properties):
        case.append(properties)


def _xml(root: ET.Element) -> str:
    return ET.tostring(root, encoding="unicode", xml_declaration=True)


def playwright_junit(tests: Sequence[Ran]) -> str:
    """With `includeRetries`, each test in a suite of its own, since a suite has one project."""
    root = ET.Element(
        "testsuites", id="", name="", tests="0", failures="0", skipped="0", errors="0", time="1.0"
    )
    for ran in tests:
        suite = ET.SubElement(root, "testsuite", name=ran.suite, timestamp="2026-11-28T03:20:08.338Z")
        for name, value in {
            "hostname": ran.config or "",
            "tests": "1",
            "failures": "0",
            "skipped": "0",
        }.items():
            suite.set(name, value)
        suite.set("time", "0.1")
        suite.set("errors", "0")
        case = ET.SubElement(suite, "testcase", name=ran.name, classname=ran.suite)
        case.set("time", str(ran.milliseconds / 1000))
        _link(case, ran)
        if ran.outcome == "skipped":
            ET.SubElement(case, "skipped")
        for number, passed in enumerate(ran.attempts):
            if not passed:
                kind = "flakyFailure" if ran.outcome == "flaky" else "rerunFailure" if number else "failure"
                ET.SubElement(case, kind, message="it broke\nhere", type="FAILURE").text = "trace"
    return _xml(root)


def pytest_junit(tests: Sequence[Ran]) -> str:
    """With pytest-rerunfailures: an attempt that is repeated is an element of its own, without its failure."""
    root = ET.Element("testsuites", name="pytest tests")
    suite = ET.SubElement(root, "testsuite", name="pytest", errors="0", failures="0", skipped="0", tests="9")
    suite.set("time", "0.1")
    suite.set("timestamp", "2026-11-28T03:23:06.062353+00:00")
    suite.set("hostname", "a-machine")
    for ran in tests:
        for number in range(max(1, len(ran.attempts))):
            case = ET.SubElement(suite, "testcase", classname=ran.suite, name=ran.name)
            last = number == len(ran.attempts) - 1
            case.set("time", f"{ran.milliseconds / 1000 if last or not ran.attempts else 0:.3f}")
            _link(case, ran, browser_config=ran.config)
            if not ran.attempts:
                ET.SubElement(case, "skipped", type="pytest.skip", message="not today").text = "why"
            elif last and not ran.attempts[-1]:
                ET.SubElement(case, "failure", message="it broke\nhere").text = "trace"
    return _xml(root)


def surefire_junit(tests: Sequence[Ran]) -> str:
    """One suite a file, no message where the exception has none, thousands with commas."""
    suite = ET.Element("testsuite", name="a.b.CalcTest", tests="9")
    for ran in tests:
        case = ET.SubElement(suite, "testcase", name=ran.name, classname=ran.suite)
        case.set("time", f"{ran.milliseconds / 1000:,.3f}")
        _link(case, ran, browser_config=ran.config)
        if not ran.attempts:
            ET.SubElement(case, "skipped", message="why")
        for number, passed in enumerate(ran.attempts):
            if not passed:
                kind = "flakyError" if ran.outcome == "flaky" else "rerunError" if number else "error"
                failure = ET.SubElement(case, kind, type="java.lang.Error")
                if kind == "error":
                    failure.text = "it broke\n\tat a.b.CalcTest"
                else:
                    ET.SubElement(failure, "stackTrace").text = "it broke\n\tat a.b.CalcTest"
    return _xml(suite)


def playwright_json(tests: Sequence[Ran]) -> str:
    """Each test in a file of its own, in two suites within each other."""
    status = {"passed": "expected", "failed": "unexpected", "flaky": "flaky", "skipped": "skipped"}
    suites = []
    for ran in tests:
        annotations = [{"type": "qafiles", "description": ran.link}] if ran.link else []
        attempts = [
            {
                "status": "passed" if passed else "failed",
                "duration": ran.milliseconds if number == len(ran.attempts) - 1 else 0,
                "errors": [] if passed else [{"message": "\x1b[31mit broke\x1b[39m\nhere"}],
                "annotations": annotations,
            }
            for number, passed in enumerate(ran.attempts)
        ] or [{"status": "skipped", "duration": ran.milliseconds, "errors": []}]
        test = {
            "annotations": annotations,
            "projectName": ran.config or "",
            "results": attempts,
            "status": status[ran.outcome],
        }
        spec = {"title": ran.name, "tags": [], "tests": [test], "file": ran.suite, "line": 3, "column": 1}
        inner = {"title": "", "file": ran.suite, "specs": [spec]}
        suites.append({"title": ran.suite, "file": ran.suite, "specs": [], "suites": [inner]})
    return json.dumps(
        {"config": {"rootDir": "/repo", "projects": []}, "suites": suites, "errors": []}, indent=1
    )


def _ctrf(tests: Sequence[Ran], version: str) -> str:
    written: list[dict[str, Any]] = []
    for ran in tests:
        test: dict[str, Any] = {
            "name": ran.name,
            "status": "passed" if ran.outcome == "flaky" else ran.outcome,
            "duration": ran.milliseconds,
            "suite": [ran.suite] if version == "1.0.0" else ran.suite,
            "extra": {"annotations": [{"type": "qafiles", "description": ran.link}]} if ran.link else {},
        }
        if ran.config:
            test["extra"]["browser_config"] = ran.config
        if len(ran.attempts) > 1:
            attempts = [{"attempt": 1, "status": "failed", "duration": 0, "message": "it broke\nhere"}]
            if version == "1.0.0":
                last = "passed" if ran.attempts[-1] else "failed"
                attempts.append({"attempt": 2, "status": last, "duration": ran.milliseconds})
            test |= {"retries": 1, "retryAttempts": attempts, "flaky": ran.outcome == "flaky"}
        written.append(test)
    counts = dict.fromkeys(("tests", "passed", "failed", "skipped", "pending", "other", "start", "stop"), 0)
    results = {"tool": {"name": "a-runner"}, "summary": counts, "tests": written}
    return json.dumps({"reportFormat": "CTRF", "specVersion": version, "results": results})


def ctrf_early(tests: Sequence[Ran]) -> str:
    """As reporters before the specification's version 1."""
    return _ctrf(tests, "0.0.0")


def ctrf_1_0(tests: Sequence[Ran]) -> str:
    """Suites are lists, and the attempts hold the last one, too."""
    return _ctrf(tests, "1.0.0")


def cucumber_json(tests: Sequence[Ran]) -> str:
    """A feature for each test, whose background is an element of its own; each attempt is written."""
    features = []
    for number, ran in enumerate(tests):
        elements: list[dict[str, Any]] = []
        attempts: Sequence[bool | None] = ran.attempts or [None]
        for index, passed in enumerate(attempts):
            status = "skipped" if passed is None else "passed" if passed else "failed"
            duration = ran.milliseconds * 10**6 if index == len(attempts) - 1 else 0
            step: dict[str, Any] = {"keyword": "When ", "name": "x", "result": {"status": status}}
            step["result"] |= {"duration": duration}
            if passed is False:
                step["result"]["error_message"] = "it broke\nhere"
            before = {"keyword": "Given ", "name": "y", "result": {"status": "passed", "duration": 0}}
            elements.append({"type": "background", "keyword": "Background", "name": "", "steps": [before]})
            tags = [{"name": f"@qa:{ran.link}", "line": 1}] if ran.link else []
            scenario = {"type": "scenario", "keyword": "Scenario", "name": ran.name, "line": number + 1}
            elements.append({**scenario, "id": "x", "tags": tags, "steps": [step]})
        features.append({"uri": "a.feature", "keyword": "Feature", "name": ran.suite, "elements": elements})
    return json.dumps(features, indent=2)


def cucumber_messages(tests: Sequence[Ran]) -> str:
    """All scenarios run at the same time."""
    lines: list[dict[str, Any]] = [
        {"meta": {"protocolVersion": "27", "implementation": {"name": "a-runner"}}}
    ]
    for number, ran in enumerate(tests):
        uri = f"{number}.feature"
        lines.append({"gherkinDocument": {"uri": uri, "feature": {"name": ran.suite, "children": []}}})
        tags = [{"name": f"@qa:{ran.link}", "astNodeId": "1"}] if ran.link else []
        lines.append(
            {"pickle": {"id": f"p{number}", "uri": uri, "name": ran.name, "tags": tags, "astNodeIds": []}}
        )
        lines.append({"testCase": {"id": f"c{number}", "pickleId": f"p{number}", "testSteps": []}})
    for number, ran in enumerate(tests):
        attempts: Sequence[bool | None] = ran.attempts or [None]
        for index, passed in enumerate(attempts):
            started = f"s{number}.{index}"
            last = index == len(attempts) - 1
            lines.append({"testCaseStarted": {"id": started, "testCaseId": f"c{number}", "attempt": index}})
            seconds, rest = divmod(ran.milliseconds if last else 0, 1000)
            status = "SKIPPED" if passed is None else "PASSED" if passed else "FAILED"
            result: dict[str, Any] = {
                "status": status,
                "duration": {"seconds": seconds, "nanos": rest * 10**6},
            }
            result |= {"message": "it broke\nhere"} if passed is False else {}
            lines.append({"testStepFinished": {"testCaseStartedId": started, "testStepResult": result}})
            lines.append({"testCaseFinished": {"testCaseStartedId": started, "willBeRetried": not last}})
    return "".join(json.dumps(line) + "\n" for line in lines)


WRITERS: Final[Mapping[str, Callable[[Sequence[Ran]], str]]] = {
    writer.__name__: writer
    for writer in (
        *(playwright_junit, pytest_junit, surefire_junit, playwright_json),
        *(ctrf_early, ctrf_1_0, cucumber_json, cucumber_messages),
    )
}
