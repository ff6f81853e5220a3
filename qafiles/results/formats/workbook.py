"""A sheet as a workbook of Excel, LibreOffice or Google Sheets (.xlsx)."""

import io
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any, Final

from qafiles.results.formats.collected import Collected, UnreadableFile
from qafiles.results.formats.foreign import foreign_bytes
from qafiles.results.formats.opened import OpenedFile
from qafiles.results.formats.sheet_rows import FIRST_ROWS, Row, is_header, likeness, read_rows, without_header
from qafiles.results.result import FilePlace

_MAX_FILE: Final = 32 * 2**20
_MAX_UNPACKED: Final = 64 * 2**20
_MAX_COLUMNS: Final = 50
_MAX_ROWS: Final = 500_000
_MAX_EMPTY_ROWS: Final = 10_000


def is_zip(head: bytes) -> bool:
    """Return whether a file that begins so is a ZIP archive, as workbooks are."""
    return head.startswith(b"PK\x03\x04")


def read_workbook(file: OpenedFile, collected: Collected) -> None:
    """Collect the results of the first worksheet with a sheet's columns; raises `UnreadableFile` for another archive."""
    content = bytearray()
    while data := file.read():
        content += data
        if len(content) > _MAX_FILE:
            raise UnreadableFile(f"the workbook is larger than {_MAX_FILE // 2**20} MiB")
    stream = io.BytesIO(bytes(content))
    _check(stream, file.head)
    read_rows(_rows(stream), collected)


def _check(stream: io.BytesIO, head: bytes) -> None:
    """Raise `UnreadableFile` for an archive that is no workbook, or that would fill the memory."""
    try:
        with zipfile.ZipFile(stream) as archive:
            infos = archive.infolist()
    except (zipfile.BadZipFile, zlib.error, ValueError, OSError, NotImplementedError) as error:
        raise UnreadableFile(
            "the workbook is broken, or its end is missing", None, "save it again"
        ) from error
    if not any(info.filename.lower() == "xl/workbook.xml" for info in infos):
        raise foreign_bytes(head)
    if sum(info.file_size for info in infos) > _MAX_UNPACKED:
        raise UnreadableFile(f"the workbook is larger than {_MAX_UNPACKED // 2**20} MiB when it is unpacked")


def _rows(stream: io.BytesIO) -> list[Row]:
    """Return the rows of the first worksheet that has a sheet's columns in one of its first rows."""
    tops: list[tuple[list[Row], str]] = []
    import openpyxl  # noqa: PLC0415  # takes a tenth of a second, and most runs have no workbook

    try:
        with warnings.catch_warnings():
            # Of what it passes by, such as lists to choose from.
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(stream, read_only=True, data_only=True)
            for sheet in book.worksheets:
                top = [*_cells(sheet, FIRST_ROWS)]
                if any(is_header(row.cells) for row in top):
                    return [*_cells(sheet, None)]
                tops += [(top, str(sheet.title))] if top else []
    # openpyxl has no error of its own: whatever stands in a broken workbook, its parsers raise.
    except Exception as error:
        raise UnreadableFile(
            f"the workbook is broken: {type(error).__name__}",
            None,
            "save it again in a spreadsheet, or as CSV",
        ) from error
    if not tops:
        raise UnreadableFile("no worksheet has a row", FilePlace(1), "`qafiles export sheet` writes one")
    raise without_header(*max(tops, key=lambda top: max(likeness(row) for row in top[0])))


def _cells(sheet: Any, rows: int | None) -> Iterator[Row]:
    """Yield the rows that are not empty, as wide as a sheet can sensibly be: a file may claim any size."""
    empty = 0
    values = sheet.iter_rows(max_row=rows or _MAX_ROWS, max_col=_MAX_COLUMNS, values_only=True)
    for number, cells in enumerate(values, 1):
        texts = ["" if cell is None else str(cell) for cell in cells]
        if any(texts):
            empty = 0
            yield Row(number, number, texts)
        else:
            empty += 1
            if empty > _MAX_EMPTY_ROWS:
                return
