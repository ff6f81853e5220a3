"""The test cases that tests name: by id, by handle, or by the key that the case has in another tool."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, Literal, NamedTuple

from qafiles.kinds import Kind
from qafiles.layout import looks_like_id
from qafiles.results.key_scope import handles_of, refuse_unknown_projects, refuse_unknown_tools, tool_of
from qafiles.results.result import Link, TestResult
from qafiles.snapshot import EntityFile, Snapshot
from qafiles.snapshot.naming import kind_and_handle

_CASE: Final[Kind] = "test_case"
_TOOL_OF: Final[Mapping[str, str]] = {
    "testrail_case_id": "testrail",
    "xray": "xray",
    "test_key": "xray",
    "allure_id": "allure",
    "testCaseId": "zephyr",
}
"""The tool that some names of properties speak of."""

LinkFault = Literal["unknown", "wrong-kind", "ambiguous", "disagreement"]


class LinkProblem(NamedTuple):
    """A link that names no test case, several that exclude each other, or another one than a stronger link of the test.

    `entities` are what it names: nothing for `unknown`, the entity of another kind, the test cases among which it does not
    decide, or those that do not count since the stronger link names `counted`.
    """

    fault: LinkFault
    link: Link
    entities: tuple[EntityFile, ...] = ()
    counted: tuple[EntityFile, ...] = ()


class Linked(NamedTuple):
    """The test cases that a test names, each once, and what is wrong with its links; without both, it has none."""

    cases: tuple[EntityFile, ...] = ()
    problems: tuple[LinkProblem, ...] = ()


_WITHOUT: Final = Linked()


class _Named(NamedTuple):
    """What one link names: by what (0 id, 1 handle, 2 key), the test case as a tuple of one, or why none."""

    rank: int
    cases: tuple[EntityFile, ...] = ()
    fault: LinkFault | None = None
    entities: tuple[EntityFile, ...] = ()


class CaseNames:
    """The test cases of a snapshot by the names that tests have for them.

    `projects` are handles of projects, or their last parts, and `tools` names of tools: with them a key, or a handle
    without its project, means the test cases there alone. Raises UsageError for a project that there is not, and for a tool
    whose keys no test case has.
    """

    def __init__(self, snapshot: Snapshot, projects: Sequence[str] = (), tools: Sequence[str] = ()) -> None:
        self._snapshot = snapshot
        refuse_unknown_projects(snapshot, projects)
        self._projects = handles_of(snapshot, projects)
        self._tools = frozenset(tool.casefold() for tool in tools)
        refuse_unknown_tools(snapshot, tools)
        self._keys = snapshot.by_key
        self._by_link: dict[tuple[str, bool, str | None], _Named] = {}
        self._linked: dict[str, Linked] = {}
        """What tests name all of whose links are one id or handle, and without any problem."""

    def linked(self, test: TestResult) -> Linked:
        """Return the test cases that a test names: id beats handle beats key, and a weaker link that disagrees is a problem."""
        keys, links = self._keys, test.links
        if keys and test.tags:
            tags = tuple(tag for tag in test.tags if tag in keys)
            if tags:
                return self._weighed(links, tags)
        if not links:
            return _WITHOUT
        value = links[0].value
        for link in links:
            if link.value != value or link.by == "key":
                return self._alike(links) or self._weighed(links, ())
        linked = self._linked.get(value)
        if linked is None:
            linked = self._alike(links) or self._weighed(links, ())
            if not linked.problems:
                self._linked[value] = linked
        return linked

    def _alike(self, links: tuple[Link, ...]) -> Linked | None:
        """Return the one test case that all links name, as nearly all do that there are; None where it is not as easy."""
        first: EntityFile | None = None
        for link in links:
            named = self._named(link)
            if not named.cases or (first is not None and named.cases[0].path != first.path):
                return None
            first = named.cases[0]
        return Linked((first,)) if first is not None else None

    def _weighed(self, links: Iterable[Link], tags: Iterable[str]) -> Linked:
        named = [(link, self._named(link)) for link in _alone(links)]
        named += self._by_tags(tags)
        ranks = [answer.rank for _, answer in named if answer.cases]
        best = min(ranks, default=3)
        counted = {case.path: case for _, answer in named if answer.rank == best for case in answer.cases}
        cases = tuple(counted.values())
        return Linked(cases, tuple(_problems(named, best, cases)))

    def _by_tags(self, tags: Iterable[str]) -> Iterator[tuple[Link, _Named]]:
        """Yield what plain tags name that are the key of a test case; any other is none of our business."""
        for tag in tags:
            link = Link(tag, "key")
            named = self._named(link)
            if named.cases or named.fault == "ambiguous":
                yield link, named

    def _named(self, link: Link) -> _Named:
        asked = (link.value, link.by == "key", link.key)
        if asked not in self._by_link:
            value = link.value
            self._by_link[asked] = self._by_key(value, link.key) if asked[1] else self._by_name(value)
        return self._by_link[asked]

    def _by_name(self, value: str) -> _Named:
        """Return what an id or a handle names; a handle may leave out its project where that leaves no doubt."""
        file = self._snapshot.by_id.get(value)
        if file is not None:
            return _Named(0, (file,)) if file.kind == _CASE else _Named(0, (), "wrong-kind", (file,))
        if looks_like_id(value):
            return _Named(0, (), "unknown")
        _, handle = kind_and_handle(value)
        exact = self._snapshot.by_handle.get((_CASE, handle))
        if exact is not None:
            return _Named(1, (exact,))
        matching = self._in_projects(handle)
        if len(matching) > 1:
            return _Named(1, (), "ambiguous", matching)
        if matching:
            return _Named(1, matching)
        others = tuple(
            file
            for kind in ("document", "tag", "test_traversal")
            if (file := self._snapshot.by_handle.get((kind, handle))) is not None
        )
        return _Named(1, (), "wrong-kind", others) if others else _Named(1, (), "unknown")

    def _in_projects(self, handle: str) -> tuple[EntityFile, ...]:
        by_handle = self._snapshot.by_handle
        files = (by_handle.get((_CASE, f"{project}/{handle}")) for project in self._projects)
        return tuple(file for file in files if file is not None)

    def _by_key(self, value: str, name: str | None) -> _Named:
        cases: tuple[EntityFile, ...] = ()
        for key in spellings(value):
            cases = tuple(file for file in self._keys.get(key, ()) if file.kind == _CASE and self._fits(file))
            if cases:
                break
        meant = _TOOL_OF.get(name or "")
        if len(cases) > 1 and meant is not None:
            cases = tuple(file for file in cases if tool_of(file) == meant) or cases
        if len(cases) > 1:
            return _Named(2, (), "ambiguous", cases)
        return _Named(2, cases) if cases else _Named(2, (), "unknown")

    def _fits(self, file: EntityFile) -> bool:
        return file.project in self._projects and (not self._tools or tool_of(file) in self._tools)


def _alone(links: Iterable[Link]) -> Iterable[Link]:
    """Return the links, of those that say the same, such as a tag and an annotation of `qa()`, the one with a place."""
    by_name: dict[tuple[str, bool, str | None], Link] = {}
    for link in links:
        name = (link.value, link.by == "key", link.key)
        if name not in by_name or (by_name[name].source is None and link.source is not None):
            by_name[name] = link
    return by_name.values()


def spellings(value: str) -> tuple[str, ...]:
    """Return a key as it is written, then with or without the C that TestRail shows before its numbers."""
    if value.isascii() and value.isdigit():
        return value, f"C{value}"
    if value[:1] in {"C", "c"} and value[1:].isascii() and value[1:].isdigit():
        return value, value[1:], value.upper()
    return (value,)


def _problems(
    named: Iterable[tuple[Link, _Named]], best: int, counted: tuple[EntityFile, ...]
) -> Iterator[LinkProblem]:
    paths = {case.path for case in counted}
    for link, answer in named:
        if answer.cases and answer.rank > best:
            others = tuple(case for case in answer.cases if case.path not in paths)
            if others:
                yield LinkProblem("disagreement", link, others, counted)
        elif answer.fault is None or (best == 0 and link[1:3] == ("sheet", "handle")):
            # The handle of a row may be that of an older state, beside an id that counts.
            continue
        elif not counted or answer.rank < 2:
            # A key that no case has, or several, is no fault beside a link that decides.
            if not (answer.fault == "ambiguous" and paths & {file.path for file in answer.entities}):
                yield LinkProblem(answer.fault, link, answer.entities)
        elif answer.fault == "ambiguous" and not paths & {file.path for file in answer.entities}:
            yield LinkProblem("disagreement", link, answer.entities, counted)
