"""Regular expressions that few files need: compiling them all takes as long as reading a hundred files."""

import re
from collections.abc import Callable, Iterator
from functools import cached_property


class LatePattern:
    """A regular expression that is compiled when it is first used."""

    def __init__(self, expression: str, flags: int = 0) -> None:
        """Take what `re.compile` takes."""
        self._expression = expression
        self._flags = flags

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The compiled expression. Raises re.error for one that is none."""
        return re.compile(self._expression, self._flags)

    def match(self, text: str, *between: int) -> re.Match[str] | None:
        """Return the match at the beginning of a text, or of what lies between two places in it."""
        return self.pattern.match(text, *between)

    def fullmatch(self, text: str, *between: int) -> re.Match[str] | None:
        """Return the match of a whole text, or of what lies between two places in it."""
        return self.pattern.fullmatch(text, *between)

    def search(self, text: str, *between: int) -> re.Match[str] | None:
        """Return the first match in a text, or in what lies between two places in it."""
        return self.pattern.search(text, *between)

    def finditer(self, text: str, *between: int) -> Iterator[re.Match[str]]:
        """Return each match in a text, or in what lies between two places in it."""
        return self.pattern.finditer(text, *between)

    def sub(self, other: str | Callable[[re.Match[str]], str], text: str) -> str:
        """Return a text with something else in the place of each match."""
        return self.pattern.sub(other, text)
