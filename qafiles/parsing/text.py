"""Text of a file: decoding, and positions as lines and columns in code points."""

import codecs
import re
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from qafiles.diagnostics import Span

_BREAK = re.compile(r"\r\n|\r|\n")
# Line breaks of YAML 1.1 that are plain characters in YAML 1.2, https://yaml.org/spec/1.2.2/#54-line-break-characters
_OLD_BREAKS: Final = "\x85\u2028\u2029"


class DecodingProblem(NamedTuple):
    """Why bytes are no UTF-8 text, and where."""

    message: str
    span: Span
    hint: str


def decode(content: bytes) -> tuple[str, DecodingProblem | None]:
    """Return the text without its byte order mark, and the first problem, after which the text is only a makeshift."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        hint = "save the file as UTF-8"
        return "", DecodingProblem("the file is UTF-16, not UTF-8", Span(1, 1, 1, 1), hint)
    body = content.removeprefix(codecs.BOM_UTF8)
    try:
        return body.decode(), None
    except UnicodeDecodeError as error:
        before = body[: error.start].decode()
        line, column = _position(before, len(before))
        message = f"byte 0x{body[error.start]:02X} is not valid UTF-8"
        span = Span(line, column, line, column + 1)
        return body.decode(errors="replace"), DecodingProblem(message, span, "save the file as UTF-8")


def _position(text: str, index: int) -> tuple[int, int]:
    """Return the 1-based line and column of an index."""
    breaks = text.count("\n", 0, index) + text.count("\r", 0, index) - text.count("\r\n", 0, index)
    start = max(text.rfind("\n", 0, index), text.rfind("\r", 0, index)) + 1
    return breaks + 1, index - start + 1


def span_at(text: str, start: int, end: int) -> Span:
    """Return the span of text[start:end]."""
    return Span(*_position(text, start), *_position(text, end))


def span_of_marks(text: str, start: Any, end: Any) -> Span:
    """Return the span between two marks of libyaml, without the white space that a block's end mark includes."""
    if start.index > len(text):  # behind the line end that `to_yaml_1_2` adds
        return span_at(text, len(text), len(text))
    if end.line == start.line:
        return Span(start.line + 1, start.column + 1, end.line + 1, end.column + 1)
    stop = start.index + len(text[start.index : end.index].rstrip())
    return Span(start.line + 1, start.column + 1, *_position(text, stop))


def lines_of(text: str) -> list[str]:
    """Return the lines as YAML 1.2 counts them, without their breaks."""
    return _BREAK.split(text)


def to_yaml_1_2(text: str) -> tuple[str, Callable[[str], str]]:
    """Return the text as libyaml must see it to read YAML 1.2, and a function that restores a part of it.

    Line breaks of YAML 1.1 are hidden, and the last line is ended, without which libyaml would drop the line break of
    a block scalar. Every position in the text stays the same.
    """
    if not text.endswith("\n"):
        text += "\n"
    present = [char for char in _OLD_BREAKS if char in text]
    if not present:
        return text, str
    used = set(text)
    # A file of the permitted size can't use up all of these.
    unused = (code for code in range(0x10000, 0x110000) if chr(code) not in used)
    hidden = dict(zip(map(ord, present), unused, strict=False))
    back = {stand_in: char for char, stand_in in hidden.items()}
    return text.translate(hidden), lambda part: part.translate(back)


def has_directive_flood(text: str) -> bool:
    """Return whether so many lines look like directives that libyaml, which compares each two, would take minutes."""
    return text.count("\n%") + text.count("\r%") > 100
