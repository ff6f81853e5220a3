"""Text in narrow columns that is broken where handles and paths have their joints."""

from typing import TYPE_CHECKING, Any, Final

from rich.cells import cell_len
from rich.containers import Lines
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console

_GOOD: Final = " /"
_FAIR: Final = "-_.,:;"


class Breakable(Text):
    """A text whose lines end behind a space or a slash, else behind other punctuation, else anywhere."""

    def wrap(self, console: "Console", width: int, **options: Any) -> Lines:
        """Return the lines; what rich asks for besides the width only matters where all fits or nothing may be broken."""
        if options.get("no_wrap") or cell_len(self.plain) <= width:
            return super().wrap(console, width, **options)
        lines = self.divide([*breaks(self.plain, width)])
        for line in lines:
            line.rstrip()
        return lines


def breaks(text: str, width: int) -> "Iterator[int]":
    """Yield the indexes at which lines of at most so many columns begin, after the first."""
    start = 0
    while cell_len(text[start:]) > width:
        end = start
        taken = 0
        while taken + cell_len(text[end]) <= width:
            taken += cell_len(text[end])
            end += 1
        end = max(end, start + 1)  # a character that is wider than the column
        if text[end] == " ":
            end += 1
        else:
            end = _joint(text, start, end)
        if end >= len(text):
            return
        yield end
        start = end


def _joint(text: str, start: int, end: int) -> int:
    """Return the last good place for a break that leaves no short line, else the last fair one, else the end."""
    for joints, least in ((_GOOD, (end - start) // 2), (_FAIR, (end - start) // 3)):
        place = max(text.rfind(joint, start + least, end) for joint in joints) + 1
        if place > start:
            return place
    return end
