"""The list that `pytest -p qafiles.pytest --qafiles-list=FILE` writes: tests that were collected, and no run of them."""

from typing import Any

from qafiles.results.formats.collected import Collected
from qafiles.results.formats.json_stream import JsonStream, UnreadablePiece
from qafiles.results.formats.json_values import list_of, object_of, positive, string
from qafiles.results.formats.links import LINK_NAME, ONLY_NAME, distinct, links_of
from qafiles.results.result import FilePlace, SourcePlace, TestResult


class PytestListReader:
    """What is known of the collection while its tests are read."""

    def __init__(self, collected: Collected) -> None:
        self._collected = collected
        self._root = ""

    def rootdir(self, value: Any) -> None:
        """Take the folder that files are relative to."""
        self._root = string(value).rstrip("/")

    def tests(self, stream: JsonStream) -> None:
        """Collect the tests of the array that comes next."""
        for index in stream.items():
            where = stream.where(("collected", index))
            try:
                test = object_of(stream.value())
            except UnreadablePiece as piece:
                self._collected.problem(f"a test is not read: it {piece}", where)
                continue
            if string(test.get("name")):
                self._collected.add(self._test(test, where))
            else:
                self._collected.problem("a test without a name is not read", where)

    def _test(self, test: dict[str, Any], where: FilePlace) -> TestResult:
        file, config = string(test.get("file")), string(test.get("browser_config")) or None
        path = f"{self._root}/{file}" if self._root and not file.startswith("/") else file
        links = [
            link
            for kind in (LINK_NAME, ONLY_NAME)
            for name in map(string, list_of(test.get(kind)))
            for link in links_of(kind, name)
        ]
        return TestResult(
            string(test.get("name")),
            None,
            file,
            links=distinct(links),
            config=config,
            config_by="property" if config is not None else None,
            source=SourcePlace(path, positive(test.get("line"))) if file else None,
            where=where,
        )
