"""Result files read, each by its content: what it is called and where it is does not matter."""

from pathlib import Path
from typing import Final

from qafiles.processes import collector_paused
from qafiles.results.formats.collected import Collected, UnreadableFile
from qafiles.results.formats.csv_file import is_sheet, is_text, read_csv
from qafiles.results.formats.foreign import foreign_bytes
from qafiles.results.formats.json_file import read_json
from qafiles.results.formats.opened import OpenedFile, opened
from qafiles.results.formats.workbook import is_zip, read_workbook
from qafiles.results.formats.xml_file import read_xml
from qafiles.results.result import ResultFile

_OF_SHEETS: Final = frozenset({".csv", ".tsv"})
"""Endings of files that are no other format, so that what they lack as a sheet can be told."""


def read_result_file(path: Path, name: str | None = None) -> ResultFile:
    """Return what a result file says, of whatever format it is.

    What cannot be read is a problem of the file, never an exception, and what stands before it is still read. `name` is
    what the file is called in problems, by default its path.
    """
    shown = name or str(path)
    collected = Collected(shown)
    digest = ""
    try:
        # Values by the hundred thousand, none of which refers to itself.
        with opened(path) as file, collector_paused():
            try:
                _read(file, path, collected)
            finally:
                digest = file.digest
    except UnreadableFile as reason:
        collected.end(reason)
    return ResultFile(
        shown,
        collected.format,
        tuple(collected.results),
        collected.all_problems(),
        collected.tool,
        digest,
        collected.configs,
        collected.is_foreign,
    )


def _read(file: OpenedFile, path: Path, collected: Collected) -> None:
    if not file.head:
        raise UnreadableFile("the file is empty", None, "did the run end before its reporter wrote?")
    # Without byte order marks, and whatever the encoding.
    begin = file.head[:1000].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if begin.startswith(b"<") and not begin[:14].lower().startswith(b"<!doctype html"):
        read_xml(file, collected)
    elif begin.startswith(b"{") or (begin.startswith(b"[") and begin[1:].lstrip()[:1] in {b"{", b"]", b""}):
        read_json(file, collected)
    elif is_zip(file.head):
        read_workbook(file, collected)
    elif is_sheet(file.head) or (path.suffix.lower() in _OF_SHEETS and is_text(file.head)):
        read_csv(file, collected)
    else:
        raise foreign_bytes(file.head)
