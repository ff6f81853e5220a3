"""A file of JSON: which format it is shows in the keys at its top, in the order in which they come."""

import re
from typing import Final

from qafiles.results.formats.collected import Collected, UnreadableFile
from qafiles.results.formats.ctrf import CtrfReader
from qafiles.results.formats.cucumber import CucumberReader
from qafiles.results.formats.cucumber_messages import ENVELOPES, MessagesReader
from qafiles.results.formats.foreign import foreign_json
from qafiles.results.formats.json_lines import read_lines
from qafiles.results.formats.json_stream import JsonStream, UnreadablePiece
from qafiles.results.formats.opened import OpenedFile, text_of
from qafiles.results.formats.playwright import PlaywrightReader
from qafiles.results.formats.pytest_list import PytestListReader
from qafiles.results.result import FilePlace

_FIRST_KEY: Final = re.compile(r'[\s\ufeff]*\{\s*"([^"\\]{1,40})"\s*:')


def read_json(file: OpenedFile, collected: Collected) -> None:
    """Collect the tests of a file of JSON; raises `UnreadableFile` at what is no run of tests, or no JSON."""
    first_key = _FIRST_KEY.match(
        file.head[:2000].decode("utf-16" if file.head[:1] in b"\xff\xfe" else "utf-8", "replace")
    )
    read = text_of(file)
    if first_key is not None and first_key[1] in ENVELOPES:
        collected.format = "cucumber"
        reader = MessagesReader(collected)
        try:
            read_lines(read, reader, collected)
        finally:
            reader.finish()
        return
    stream = JsonStream(read)
    try:
        if stream.peek() == "[":
            collected.format = "cucumber"
            CucumberReader(collected).features(stream)
        else:
            _object(stream, collected)
        stream.end()
    except UnreadablePiece as piece:
        raise UnreadableFile(f"a value {piece}", stream.where()) from piece


def _object(stream: JsonStream, collected: Collected) -> None:
    playwright, ctrf = PlaywrightReader(collected), CtrfReader(collected)
    pytest_list = PytestListReader(collected)
    keys: list[str] = []
    for key in stream.members():
        keys.append(key)
        begin = stream.peek()
        if key == "config" and begin == "{":
            playwright.config(stream.value())
        elif key == "suites" and begin == "[" and "config" in keys:
            collected.format = "playwright"
            playwright.suites(stream, (key,))
        elif key == "errors" and collected.format == "playwright":
            playwright.errors(stream.value())
        elif key == "rootdir" and begin == '"':
            pytest_list.rootdir(stream.value())
        elif key == "collected" and begin == "[":
            collected.format, collected.tool = "pytest", "pytest"
            pytest_list.tests(stream)
        elif key == "results" and begin == "{":
            ctrf.results(stream, (key,))
        else:
            stream.skip()
    if not collected.format:
        raise foreign_json(keys, FilePlace(1, 1))
