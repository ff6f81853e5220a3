"""JSON read piece by piece: a file of any size in little memory, with the line of what is wrong.

The containers at the top are walked here; what is in them, a test at a time, is decoded by the standard library.
"""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any, Final

from qafiles.diagnostics import Pointer
from qafiles.results.formats.collected import UnreadableFile
from qafiles.results.result import FilePlace

MAX_PIECE: Final = 4 * 2**20
"""Characters of one piece, such as a test with its attempts; base64 in it, such as screenshots, does not count."""

_MAX_SKIPPED: Final = 32 * 2**20
_MAX_KEYS: Final = 10_000
_CHUNK: Final = 2**18
_LONG_NUMBER: Final = "has a number of thousands of digits"
"""Which Python refuses to read: https://docs.python.org/3/library/stdtypes.html#int-max-str-digits"""

_SPACE: Final = re.compile(r"[ \t\n\r]*")
_BASE64_VALUE: Final = re.compile('"[A-Za-z0-9+/=_-]{4096,}+')
_BASE64_REST: Final = re.compile("[A-Za-z0-9+/=_-]*+")
_STRUCTURE: Final = re.compile(r'"(?:[^"\\]++|\\.)*+("|\\?\Z)|[\[\]{}]', re.DOTALL)


class UnreadablePiece(Exception):  # noqa: N818 - it becomes a problem of the file
    """The reason why one piece is not read, although the file goes on."""


class JsonStream:
    """The values of a JSON text in their order; each must be taken or skipped before the next."""

    def __init__(self, read: Callable[[int], str]) -> None:
        self._read = read
        self._buffer = ""
        self._at = 0
        self._ended = False
        self._in_base64 = False
        # Where the buffer begins in the file, and up to where lines are counted in it.
        self._line, self._column = 1, 1
        self._counted = 0
        self._shortened = False

    def where(self, pointer: Pointer | None = None) -> FilePlace:
        """The place of what comes next."""
        return self._place(self._at, pointer)

    def peek(self) -> str:
        """The first character of what comes next, "" at the end."""
        if self._at < len(self._buffer) and (char := self._buffer[self._at]) > " ":
            return char
        while True:
            match = _SPACE.match(self._buffer, self._at)
            self._at = match.end() if match else self._at
            if self._at < len(self._buffer):
                return self._buffer[self._at]
            if self._ended:
                return ""
            self._fill()

    def members(self) -> Iterator[str]:
        """Yield the keys of the object that comes next; the value of each comes next then."""
        self._expect("{", "an object")
        if self.peek() == "}":
            self._at += 1
            return
        keys: set[str] = set()
        while True:
            if self.peek() != '"':
                raise self._fault("a key in double quotes")
            key = self._piece()
            if key in keys:
                raise UnreadableFile(f"the key {key!r} stands twice in one object", self.where())
            if len(keys) >= _MAX_KEYS:
                raise UnreadableFile(f"an object has more than {_MAX_KEYS:,} keys", self.where())
            keys.add(key)
            self._expect(":", "`:`")
            yield key
            if self._comma_or("}"):
                return

    def items(self) -> Iterator[int]:
        """Yield the indices of the array that comes next; the value of each comes next then."""
        self._expect("[", "an array")
        if self.peek() == "]":
            self._at += 1
            return
        index = 0
        while True:
            self.peek()
            yield index
            index += 1
            if self._comma_or("]"):
                return

    def value(self) -> Any:
        """The value that comes next. Raises `UnreadablePiece`, and is behind it then, where it alone cannot be read."""
        self.peek()
        try:
            return self._piece()
        except UnreadablePiece:
            self.skip()
            raise

    def skip(self) -> None:
        """Pass by the value that comes next, without keeping it."""
        if self.peek() not in {"{", "[", '"'}:
            self._piece()
            return
        depth, passed = 0, 0
        while True:
            for match in _STRUCTURE.finditer(self._buffer, self._at):
                char = match[0][0]
                if char == '"' and match[1] != '"':
                    # It goes on behind the buffer.
                    break
                passed += match.end() - self._at
                self._at = match.end()
                if char != '"':
                    depth += 1 if char in "{[" else -1
                if depth <= 0:
                    return
            else:
                self._at = len(self._buffer)
            if self._ended:
                raise self._fault("", len(self._buffer))
            if passed + len(self._buffer) - self._at > _MAX_SKIPPED:
                raise UnreadableFile("one value is too long to be passed by", self.where())
            self._fill()

    def end(self) -> None:
        """Raise `UnreadableFile` where something stands behind the value."""
        if self.peek():
            raise UnreadableFile("something stands behind the JSON value", self.where())

    def _piece(self) -> Any:
        while True:
            try:
                value, end = _DECODER.raw_decode(self._buffer, self._at)
            except json.JSONDecodeError as error:
                incomplete = error.msg.startswith("Unterminated string") or error.pos > len(self._buffer) - 16
                if self._ended or not incomplete:
                    raise self._fault(error.msg, error.pos) from error
            except RecursionError:
                raise UnreadablePiece("is nested too deeply") from None
            except ValueError as error:
                raise UnreadablePiece(_LONG_NUMBER) from error
            else:
                # A number at the end of the buffer may go on behind it.
                if end < len(self._buffer) or self._ended:
                    self._at = end
                    return value
            if len(self._buffer) - self._at > MAX_PIECE:
                raise UnreadablePiece(f"is longer than {MAX_PIECE // 2**20} MiB")
            self._fill()

    def _expect(self, char: str, expected: str) -> None:
        if self.peek() != char:
            raise self._fault(expected)
        self._at += 1

    def _comma_or(self, closing: str) -> bool:
        char = self.peek()
        if char not in {",", closing}:
            raise self._fault(f"`,` or `{closing}`")
        self._at += 1
        return char == closing

    def _fault(self, expected: str, at: int | None = None) -> UnreadableFile:
        place = self._at if at is None else at
        if place >= len(self._buffer.rstrip()) or expected.startswith("Unterminated"):
            return UnreadableFile("the file ends in the middle of its JSON", self._place(place))
        if at is None:
            return UnreadableFile(f"{expected} was expected", self._place(place))
        return UnreadableFile(f"no valid JSON: {expected}", self._place(place))

    def _fill(self) -> None:
        """Drop what is behind, and read as much again as is left, so that a piece is decoded few times."""
        self._count(self._at)
        self._buffer, self._at, self._counted = self._buffer[self._at :], 0, 0
        wanted = max(_CHUNK, len(self._buffer))
        chunk = self._read(wanted)
        self._ended = not chunk
        if self._in_base64:
            rest = _BASE64_REST.match(chunk)
            cut = rest.end() if rest else 0
            self._in_base64 = cut == len(chunk) and not self._ended
            chunk = chunk[cut:]
        self._buffer += chunk
        if len(self._buffer) > 2 * _CHUNK:
            self._drop_base64()

    def _drop_base64(self) -> None:
        """Empty the long base64 texts: in JSON a `"` before such a text can only be the one that opens it."""
        last_end = 0
        for match in _BASE64_VALUE.finditer(self._buffer):
            last_end = match.end()
        if last_end:
            self._in_base64 = last_end == len(self._buffer)
            self._buffer = _BASE64_VALUE.sub('"', self._buffer)
            self._shortened = True

    def _place(self, at: int, pointer: Pointer | None = None) -> FilePlace:
        at = max(at, self._counted)
        self._count(at)
        return FilePlace(self._line, None if self._shortened else self._column, pointer)

    def _count(self, at: int) -> None:
        lines = self._buffer.count("\n", self._counted, at)
        if lines:
            self._line += lines
            self._column = at - self._buffer.rfind("\n", self._counted, at)
        else:
            self._column += at - self._counted
        self._counted = at


def decoded(text: str) -> Any:
    """Return the value of a JSON text. Raises `json.JSONDecodeError` and, for what is JSON but no data, `UnreadablePiece`."""
    try:
        return _DECODER.decode(text)
    except RecursionError:
        raise UnreadablePiece("is nested too deeply") from None
    except json.JSONDecodeError:
        raise
    except ValueError as error:
        raise UnreadablePiece(_LONG_NUMBER) from error


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise UnreadablePiece(f"has the key {twice!r} twice in one object")
    return result


def _no_constant(text: str) -> None:
    raise UnreadablePiece(f"has {text}, which is no JSON number")


_DECODER: Final = json.JSONDecoder(object_pairs_hook=_distinct, parse_constant=_no_constant)
