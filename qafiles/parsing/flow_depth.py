"""How deep `[…]` and `{…}` nest, told from the text: parsers look far ahead in them, and give up at limits of their own.

libyaml 0.2.6 refuses a thousand levels, before it has told of the first: https://github.com/yaml/libyaml/releases.
"""

import re
from typing import Any, Final

from yaml.events import CollectionEndEvent, CollectionStartEvent

_BLANK = re.compile(r"(?:[ \t\r\n]|(?:(?<=[ \t\r\n])|\A)#[^\r\n]*)+")
_BETWEEN = re.compile(r"(?:[:?-](?=[ \t\r\n\[{\"',]|\Z)|[&!][^\s,\[\]{}]*|,)")
_QUOTED = re.compile(r"'(?:[^']|'')*+'|\"(?:[^\"\\]|\\[\s\S])*+\"")
# Plain text ends before a bracket, a comma, `: ` and ` #`.
_PLAIN = re.compile(r"(?:[^\s,\[\]{}:#]|:(?![\s,\[\]{}]|\Z)|(?<!\s)#|[ \t]+(?![\s,\[\]{}:#]|\Z))+")
_OPENERS: Final = "[{"
_CLOSERS: Final = "]}"
_PAIR: Final = ":"
"""The level of a mapping without braces, `[key: value]`."""


class Levels:
    """The levels that are open after the events of a text so far: how many, and where the outermost brackets begin."""

    def __init__(self) -> None:
        self.count = 0
        self.flow: int | None = None
        self._around_flow = -1

    def take(self, event: Any) -> None:
        """Count the next event."""
        mark: Any = event.start_mark
        if isinstance(event, CollectionStartEvent):
            if self.flow is None and event.flow_style:
                self.flow, self._around_flow = mark.index, self.count
            self.count += 1
        elif isinstance(event, CollectionEndEvent):
            self.count -= 1
            if self.count == self._around_flow:
                self.flow, self._around_flow = None, -1


def too_deep(text: str, begin: int, levels: int, most: int) -> int | None:
    """Return where the bracket stands that opens more than `most` levels, None when none does.

    The text is read from `begin`, the end of a token at which `levels` are open, and up to what is no part of brackets.
    """
    place, opened = begin, list[str]()
    while place < len(text):
        if match := _BLANK.match(text, place):
            place = match.end()
            continue
        char = text[place]
        if char in _OPENERS:
            if levels + len(opened) >= most:
                return place
            opened.append(char)
        elif char in _CLOSERS:
            if opened and opened[-1] == _PAIR:
                opened.pop()
            if not opened:
                return None
            opened.pop()
        elif match := _BETWEEN.match(text, place):
            if char in ":?" and opened and opened[-1] == "[":
                opened.append(_PAIR)
            elif char == "," and opened and opened[-1] == _PAIR:
                opened.pop()
            place = match.end()
            continue
        else:
            match = _QUOTED.match(text, place) or _PLAIN.match(text, place)
            if match is None or not opened:
                return None
            place = match.end()
            continue
        place += 1
    return None
