"""A file of XML, parsed piece by piece. Entities are refused: with them a kilobyte can stand for gigabytes."""

from typing import Any, Final, NoReturn
from xml.parsers import expat

from qafiles.results.formats.collected import Collected, UnreadableFile
from qafiles.results.formats.junit import JUnitReader
from qafiles.results.formats.opened import OpenedFile
from qafiles.results.result import FilePlace

_MAX_TAG: Final = 8 * 2**20
"""Bytes of one tag, comment or instruction, which is read as a whole."""


def read_xml(file: OpenedFile, collected: Collected) -> None:
    """Collect the tests of a file of XML; raises `UnreadableFile` at what is no JUnit, not well-formed, or dangerous."""
    parser = expat.ParserCreate()

    def refuse(*_declaration: Any) -> NoReturn:
        raise UnreadableFile(
            "the file has a document type (`<!DOCTYPE`), which no result file needs and which can hide entities",
            FilePlace(parser.CurrentLineNumber, parser.CurrentColumnNumber + 1),
            "take the line with `<!DOCTYPE` out",
        )

    parser.StartDoctypeDeclHandler = refuse
    reader = JUnitReader(parser, collected)
    given = 0
    try:
        while data := file.read():
            parser.Parse(data)
            given += len(data)
            if given - parser.CurrentByteIndex > _MAX_TAG:
                raise UnreadableFile(
                    f"a tag or comment is longer than {_MAX_TAG // 2**20} MiB",
                    FilePlace(parser.CurrentLineNumber, parser.CurrentColumnNumber + 1),
                )
        parser.Parse(b"", True)  # noqa: FBT003 - expat takes no keywords
    except expat.ExpatError as error:
        raise _malformed(error, reader.open_elements) from error
    except (LookupError, ValueError) as error:
        # Of the codec that the first line names.
        raise UnreadableFile(
            f"the encoding cannot be read: {error}", FilePlace(1), "write the file as UTF-8"
        ) from error
    finally:
        # The handlers refer to the parser, and it to them.
        parser.StartElementHandler = parser.EndElementHandler = parser.CharacterDataHandler = None
        parser.StartDoctypeDeclHandler = None


def _malformed(error: expat.ExpatError, open_elements: int) -> UnreadableFile:
    where = FilePlace(error.lineno, error.offset + 1)
    text = expat.ErrorString(error.code)
    cut = text == expat.errors.XML_ERROR_NO_ELEMENTS and open_elements
    if cut or text in {expat.errors.XML_ERROR_UNCLOSED_TOKEN, expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION}:
        return UnreadableFile(
            "the file ends in the middle of its XML", where, "did the run end before its reporter?"
        )
    if text == expat.errors.XML_ERROR_INVALID_TOKEN:
        return UnreadableFile(
            f"no well-formed XML: {text.removeprefix('not well-formed ')}",
            where,
            "a control character, a bare `<` or `&`, or another encoding than the first line says",
        )
    return UnreadableFile(f"no well-formed XML: {text}", where)
