"""Secrets as a `.env` file: what shells, Docker Compose and the libraries called dotenv read alike, and nothing else.

Where they differ, as for a `$` or a `#` without quotes, a file is refused: a wrong value would be found out late.
https://docs.docker.com/compose/how-tos/environment-variables/variable-interpolation/#env-file-syntax, https://www.dotenv.org/docs/security/env
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from qafiles.errors import UsageError
from qafiles.secrets.plaintext import Plaintext

_begin: Final = re.compile(r"[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_.-]*)[ \t]*=[ \t]*")
_ignored: Final = re.compile(r"[ \t]*(?:#[^\n]*)?(?:\n|\Z)")
_rest: Final = re.compile(r"[ \t]*(?:#[^\n]*)?(?:\n|\Z)")
_single: Final = re.compile(r"'([^']*)'")
_double: Final = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_plain: Final = re.compile(r"[^\n]*")
_escape: Final = re.compile(r"\\(.)", re.DOTALL)
_ESCAPES: Final = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\", "$": "$", "`": "`", "'": "'"}


class Assignment(NamedTuple):
    """A value with its name, and the number of the line on which it begins."""

    name: str
    value: Plaintext
    line: int


def assignments(content: bytes) -> tuple[Assignment, ...]:
    """Return the values of a `.env` file in their order; raises UsageError, with the line and never a value."""
    result: dict[str, Assignment] = {}
    for item in _assignments(_text(content)):
        if item.name in result:
            raise UsageError(f"line {item.line}: {item.name} stands on line {result[item.name].line} already")
        result[item.name] = item
    return tuple(result.values())


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        pass
    raise UsageError("the file is no UTF-8 text")


def _assignments(text: str) -> Iterator[Assignment]:
    at, line = 0, 1
    while at < len(text):
        blank = _ignored.match(text, at)
        if blank:
            at, line = blank.end(), line + 1
            continue
        begin = _begin.match(text, at)
        if begin is None:
            raise UsageError(f"line {line}: expected NAME=VALUE, a comment that begins with #, or nothing")
        value, end = _value(text, begin.end(), f"line {line}: {begin[1]}")
        behind = _rest.match(text, end)
        if behind is None:
            raise UsageError(f"line {line}: {begin[1]}: something stands behind the closing quote")
        yield Assignment(begin[1], value, line)
        line += text.count("\n", at, behind.end())
        at = behind.end()


def _value(text: str, at: int, where: str) -> tuple[Plaintext, int]:
    """Return the value that begins at a place, and where it ends."""
    quote = text[at : at + 1]
    if quote in {"'", '"'}:
        match = (_single if quote == "'" else _double).match(text, at)
        if match is None:
            raise UsageError(f"{where}: the quote is never closed")
        value = match[1] if quote == "'" else _unescaped(match[1], where)
        return Plaintext(value.encode()), match.end()
    match = _plain.match(text, at)
    end = match.end() if match else at
    value = re.split(r"[ \t]#", text[at:end], maxsplit=1)[0]
    value = "" if value.startswith("#") else value.rstrip()
    odd = next((char for char in "$#\\`'\"" if char in value), None)
    if odd is not None:
        raise UsageError(
            f"{where}: programs differ about a {odd} without quotes around it; write '…' around the value"
        )
    return Plaintext(value.encode()), end


def _unescaped(text: str, where: str) -> str:
    if "$" in re.sub(r"\\.", "", text, flags=re.DOTALL):
        raise UsageError(
            f"{where}: a $ in double quotes stands for a variable; write '…' around the value, or \\$"
        )
    unknown = next((match[1] for match in _escape.finditer(text) if match[1] not in _ESCAPES), None)
    if unknown is not None:
        raise UsageError(f"{where}: a backslash before what it does not escape; write '…' around the value")
    return _escape.sub(lambda match: _ESCAPES[match[1]], text)


def as_dotenv(values: Mapping[str, Plaintext]) -> Iterator[Plaintext]:
    """Yield a line for each value, which has more than one where the value does; raises UsageError for what no such file holds."""
    for name, value in values.items():
        text = value.reveal().decode()
        if "\r" in text:
            raise UsageError(
                f"{name}: its value has a carriage return, which programs read differently in a .env file"
            )
        quoted = f"'{text}'"
        if "'" in text:
            quoted = '"' + re.sub(r'([\\"$`])', r"\\\1", text) + '"'
        yield Plaintext(f"{name}={quoted}\n".encode())
