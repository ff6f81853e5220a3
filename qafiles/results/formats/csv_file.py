"""A sheet as CSV, as spreadsheets write it: with commas, semicolons or tabs, in UTF-8 or UTF-16."""

import csv
import re
from collections.abc import Callable, Iterator
from typing import Final

from qafiles.results.formats.collected import Collected, UnreadableFile
from qafiles.results.formats.opened import CHUNK, OpenedFile, text_of
from qafiles.results.formats.sheet_rows import FIRST_ROWS, Row, is_header, read_rows
from qafiles.results.result import FilePlace

_DELIMITERS: Final = (",", ";", "\t")
_MAX_LINE: Final = 2**20
_MAX_LINES_OF_ROW: Final = 10_000


def is_sheet(head: bytes) -> bool:
    """Return whether a file that begins so has names of a sheet's columns in its first line, or all it needs in a later one."""
    names = _names(_first_lines(head)[0])
    return (len(names) > 1 and bool({"id", "handle", "status"} & {*names})) or _header(head) is not None


def is_text(head: bytes) -> bool:
    """Return whether a file that begins so may be CSV, whatever its rows say."""
    return b"\x00" not in head or head.startswith((b"\xff\xfe", b"\xfe\xff"))


def _first_lines(head: bytes) -> list[str]:
    return re.split("\r\n|\r|\n", _beginning(head))[:FIRST_ROWS]


def _names(line: str) -> list[str]:
    return [name.strip().strip('"').lower() for name in line.split(_delimiter(line))]


def _header(head: bytes) -> str | None:
    """Return the first line that names what a sheet needs, None where there is none."""
    return next((line for line in _first_lines(head) if is_header(_names(line))), None)


def _beginning(head: bytes) -> str:
    encoding = "utf-16" if head[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
    return head[:20_000].decode(encoding, "replace").lstrip("\r\n")


def _line_end(head: bytes) -> str:
    """Return what ends a line: a carriage return alone in what Excel saves as `CSV (Macintosh)`."""
    return "\r" if re.search("^[^\r\n]*\r[^\n]", _beginning(head)) else "\n"


def _delimiter(line: str) -> str:
    return max(_DELIMITERS, key=line.count)


def read_csv(file: OpenedFile, collected: Collected) -> None:
    """Collect the results of a sheet; raises `UnreadableFile` at what is no CSV."""
    lines = _first_lines(file.head)
    delimiter = _delimiter(
        _header(file.head) or max(lines, key=lambda line: max(map(line.count, _DELIMITERS)))
    )
    read = text_of(file, "save it as `CSV UTF-8`, or as a workbook (.xlsx)")
    read_rows(_rows(read, delimiter, _line_end(file.head)), collected)


def _rows(read: Callable[[int], str], delimiter: str, line_end: str) -> Iterator[Row]:
    lines = _Lines(read, line_end)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    number = 0
    while True:
        line, lines.in_row = reader.line_num + 1, 0
        try:
            cells = next(reader, None)
        except csv.Error as error:
            ended = "end of data" in str(error)
            what = "the file ends in the middle of a cell" if ended else f"no valid CSV: {error}"
            hint = 'a `"` in a cell is written twice'
            raise UnreadableFile(f"row {number + 1}: {what}", FilePlace(line), hint) from error
        if cells is None:
            return
        number += 1
        yield Row(number, line, cells)


class _Lines:
    """The lines of a text with their ends, as a reader of CSV takes them; `in_row` counts those since it was set to 0."""

    def __init__(self, read: Callable[[int], str], line_end: str) -> None:
        self.in_row = 0
        self._line_end = line_end
        self._number = 0
        self._lines = self._split(read)

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.in_row += 1
        self._number += 1
        if self.in_row > _MAX_LINES_OF_ROW:
            raise UnreadableFile(f"a row has more than {_MAX_LINES_OF_ROW:,} lines", FilePlace(self._number))
        return line

    def _split(self, read: Callable[[int], str]) -> Iterator[str]:
        rest = ""
        while chunk := read(CHUNK):
            *lines, rest = (rest + chunk).split(self._line_end)
            for line in lines:
                yield line + "\n"
            if len(rest) > _MAX_LINE:
                raise UnreadableFile(
                    f"the line is longer than {_MAX_LINE // 2**20} MiB", FilePlace(self._number + 1)
                )
        if rest:
            yield rest
