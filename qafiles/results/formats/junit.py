"""JUnit XML: one element a test, with the dialects of Playwright, pytest, Surefire, Jest, Mocha, Cypress and Robot."""

from typing import Final
from xml.parsers.expat import XMLParserType

from qafiles.results.formats.collected import Collected, UnreadableFile
from qafiles.results.formats.foreign import foreign_xml
from qafiles.results.formats.junit_cases import ATTEMPTS, SKIPPED, Case, Suite, result_of, with_rerun
from qafiles.results.formats.links import CONFIG_NAME, distinct, links_of
from qafiles.results.formats.numbers import COMMIT_NAMES, commit_id, seconds
from qafiles.results.formats.text import first_line, well_formed
from qafiles.results.result import FilePlace, Link

_MAX_DEPTH: Final = 100
_MAX_TEXT: Final = 20_000
_MAX_INSIDE: Final = 100_000


class JUnitReader:
    """The handlers of an expat parser that collect the tests of a JUnit file."""

    def __init__(self, parser: XMLParserType, collected: Collected) -> None:
        self._parser = parser
        self._collected = collected
        self._depth = 0
        self._root: set[str] | None = None
        self._suites: list[Suite] = []
        self._case: Case | None = None
        self._inside = 0
        self._text: list[str] = []
        self._text_of: tuple[str, str] | None = None
        self._commit: str | None = None
        self._config: str | None = None
        self._links: list[Link] = []
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end

    @property
    def open_elements(self) -> int:
        """How many elements are open."""
        return self._depth

    def _where(self) -> FilePlace:
        return FilePlace(self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber + 1)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise UnreadableFile(f"elements are nested more than {_MAX_DEPTH} deep", self._where())
        if self._depth == 1:
            self._open_root(name, attributes)
        case = self._case
        self._inside += 1
        if case is not None and self._inside > _MAX_INSIDE:
            raise UnreadableFile(f"a test has more than {_MAX_INSIDE:,} elements", case.where)
        if name == "testcase":
            self._case = Case(attributes, self._where(), [], [], [], [], [])
            self._inside = 0
        elif name == "property":
            if (value := attributes.get("value")) is not None:
                self._property(attributes.get("name", ""), value)
            else:
                self._take_text("property", attributes.get("name", ""))
        elif case is None:
            if name == "testsuite":
                outer = self._suites[-1] if self._suites else None
                self._suites.append(Suite(attributes, len(self._collected.results), self._root, outer))
        elif name in ATTEMPTS:
            case.ends.append(name)
            if not case.failures:
                if line := first_line(attributes.get("message", "")):
                    case.failures.append(line)
                else:
                    self._take_text(name, attributes.get("type", ""))
        elif name == SKIPPED:
            case.ends.append(name)

    def _open_root(self, name: str, attributes: dict[str, str]) -> None:
        if name not in {"testsuites", "testsuite"}:
            raise foreign_xml(name, self._where())
        self._root = set(attributes)
        self._collected.format = "junit"
        if "surefire" in " ".join(attributes.values()):
            self._collected.tool = "Maven Surefire"

    def _take_text(self, element: str, argument: str) -> None:
        self._text, self._text_of = [], (element, argument)
        self._parser.CharacterDataHandler = self._add_text

    def _add_text(self, text: str) -> None:
        if sum(map(len, self._text)) < _MAX_TEXT:
            self._text.append(text)
        else:
            self._parser.CharacterDataHandler = None

    def _end(self, name: str) -> None:
        self._depth -= 1
        if self._text_of is not None and name == self._text_of[0]:
            self._parser.CharacterDataHandler = None
            (element, argument), self._text_of = self._text_of, None
            if element == "property":
                self._property(argument, "".join(self._text).strip())
            elif self._case is not None:
                line = first_line("".join(self._text)) or first_line(argument)
                self._case.failures.extend([line] if line else [])
        if name == "testcase" and self._case is not None:
            case, self._case = self._case, None
            self._close_case(case)
        elif name == "testsuite" and self._case is None and self._suites:
            self._close_suite(self._suites.pop())

    def _property(self, name: str, value: str) -> None:
        case = self._case
        if case is not None:
            case.links.extend(links_of(name, value))
            if name == CONFIG_NAME:
                case.configs.append(well_formed(value))
            elif name in {"tag", "tags"}:
                case.tags.extend(
                    tag.removeprefix("@") for tag in well_formed(value).replace(",", " ").split()
                )
            return
        (self._suites[-1].inner_links if self._suites else self._links).extend(links_of(name, value))
        if name == CONFIG_NAME:
            if self._suites:
                self._suites[-1].config = well_formed(value)
            else:
                self._config = well_formed(value)
        elif name.lower() in COMMIT_NAMES and (commit := commit_id(value)):
            if self._suites:
                self._suites[-1].commit = commit
            else:
                self._commit = commit

    def _close_suite(self, suite: Suite) -> None:
        """Give what a suite says of all its tests to them, unless they say otherwise; it may stand behind them."""
        config, commit, links = suite.config, suite.commit, suite.inner_links
        if not self._suites:
            config, commit = config or self._config, commit or self._commit
            links = [*links, *self._links]
        if config is None and commit is None and not links:
            return
        results = self._collected.results
        for number in range(suite.first, len(results)):
            result = results[number]
            if config is not None and result.config_by != "property":
                result = result._replace(config=config, config_by="property")
            if commit is not None and result.commit is None:
                result = result._replace(commit=commit)
            if links:
                result = result._replace(links=distinct((*result.links, *links)))
            results[number] = result

    def _close_case(self, case: Case) -> None:
        attributes = case.attributes
        suite = self._suites[-1] if self._suites else None
        name = well_formed(attributes.get("name") or attributes.get("classname") or "")
        if not name.strip():
            self._collected.problem("a test without a name is not read", case.where)
            return
        time = attributes.get("time")
        duration = seconds(time) if time else None
        if time and duration is None:
            self._collected.problem(f"the time {time[:40]!r} is no number of seconds", case.where)
        result = result_of(case, suite, name, duration)
        if result.config_by == "project":
            self._collected.tool = "Playwright"
        if suite is not None and suite.pytest:
            self._collected.tool = "pytest"
            results = self._collected.results
            number = suite.numbers.setdefault((result.suite, name), len(results))
            if number < len(results):
                results[number] = with_rerun(results[number], result)
                return
        self._collected.add(result)
