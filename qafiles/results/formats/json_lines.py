"""JSON with one object a line, as Cucumber writes its messages."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any, Final, Protocol

from qafiles.results.formats.collected import Collected
from qafiles.results.formats.cucumber_messages import NOT_NEEDED
from qafiles.results.formats.json_stream import MAX_PIECE, UnreadablePiece, decoded
from qafiles.results.result import FilePlace

_CHUNK: Final = 2**18
_NOT_NEEDED: Final = re.compile(r'\s*\{\s*"(?:' + "|".join(NOT_NEEDED) + r')"\s*:')


class _Reader(Protocol):
    def line(self, envelope: dict[str, Any], where: FilePlace) -> None:
        """Take the object of a line."""


def read_lines(read: Callable[[int], str], reader: _Reader, collected: Collected) -> None:
    """Give each line's object to a reader; a line that cannot be read is a problem, and the others are still read."""
    for number, line in _lines(read):
        where = FilePlace(number)
        if line is None:
            collected.problem(f"the line is longer than {MAX_PIECE // 2**20} MiB and is not read", where)
            continue
        if not line.strip() or _NOT_NEEDED.match(line):
            continue
        try:
            envelope = decoded(line)
        except json.JSONDecodeError as error:
            place = FilePlace(number, error.colno)
            collected.problem(f"no valid JSON: {error.msg}", place, "a message of Cucumber is one line")
        except UnreadablePiece as piece:
            collected.problem(f"a message is not read: it {piece}", where)
        else:
            if isinstance(envelope, dict):
                reader.line(envelope, where)
            else:
                collected.problem("a message is an object", where)


def _lines(read: Callable[[int], str]) -> Iterator[tuple[int, str | None]]:
    """Yield each line with its number; None stands for one that is too long, unless nothing in it is needed."""
    number, rest, passing = 1, "", False
    while chunk := read(_CHUNK):
        *lines, rest_of_chunk = chunk.split("\n")
        if lines:
            if not passing:
                yield number, rest + lines[0]
            for offset, line in enumerate(lines[1:], 1):
                yield number + offset, line
            number += len(lines)
            rest, passing = rest_of_chunk, False
        elif not passing:
            rest += rest_of_chunk
        if len(rest) > MAX_PIECE:
            if not _NOT_NEEDED.match(rest):
                yield number, None
            rest, passing = "", True
    if rest:
        yield number, rest
