r"""Untrusted text made safe to print: nothing in a file or its name can steer a terminal or a CI runner.

Control characters, line breaks, invisible characters, bidirectional overrides and lone surrogates become visible
escapes such as `\x1b` and `\u202e`. So does the second `#` of `##[`: GitHub's runner, Azure Pipelines and TeamCity
take `##[error]`, `##vso[…]` and `##teamcity[…]` as commands, the first two anywhere in a line.
"""

import re
import unicodedata
from typing import Final

_INVISIBLE: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_SHORT: Final = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}

OLD_COMMAND: Final = r"(?<=#)#(?=[A-Za-z]*\[)"
_OLD_COMMAND: Final = re.compile(OLD_COMMAND)
# The runner skips what it takes for white space before `::`, so anything that is no word counts as such here.
_COMMAND: Final = re.compile(r"^(\W*?):(?=:)")
_LONE_SURROGATE: Final = re.compile("[\ud800-\udfff]")


def escape(text: str) -> str:
    """Return the text as one printable line."""
    return text if text.isprintable() and "##" not in text else "".join(characters(text))


def characters(text: str) -> list[str]:
    """Return what to print for each code point of a text."""
    shown = [char if char.isprintable() else _visible(char) for char in text]
    for match in _OLD_COMMAND.finditer(text):
        shown[match.start()] = r"\x23"
    return shown


def _visible(char: str) -> str:
    if unicodedata.category(char) not in _INVISIBLE:
        return char
    code = ord(char)
    if code > 0xFFFF:
        return f"\\U{code:08x}"
    return _SHORT.get(char) or (f"\\u{code:04x}" if code > 0xFF else f"\\x{code:02x}")


def first_in_line(text: str) -> str:
    """Return escaped text that may begin a line: after `::` GitHub's runner would look for a command."""
    return _COMMAND.sub(r"\1\\x3a", text) if "::" in text else text


def well_formed(text: str) -> str:
    """Return the text with each lone surrogate replaced by U+FFFD, as JavaScript's `toWellFormed` does."""
    if _LONE_SURROGATE.search(text) is None:
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
