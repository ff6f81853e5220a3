"""How far a text can be relied on where libyaml looked ahead: it looks behind a bracket for a `:` before it tells of it.

A mistake in what it looks at hides the levels before, and so does its own limit, which 0.2.5 does not have and 0.2.6 has
at a thousand levels: https://github.com/yaml/libyaml/releases. Read again up to there, the text shows them.
"""

from typing import Any, Final

from yaml.events import CollectionEndEvent, CollectionStartEvent
from yaml.scanner import ScannerError

from qafiles.parsing.refusals import MAX_DEPTH

_OPENERS: Final = ("[", "{")


class Levels:
    """The levels that are open after the events of a text so far: how many, and where the outermost brackets begin."""

    def __init__(self) -> None:
        self.count = 0
        self.flow: int | None = None
        self.end = 0
        self._around_flow = -1

    def take(self, event: Any) -> None:
        """Count the next event."""
        mark: Any = event.start_mark
        self.end = max(self.end, event.end_mark.index)
        if isinstance(event, CollectionStartEvent):
            if self.flow is None and event.flow_style:
                self.flow, self._around_flow = mark.index, self.count
            self.count += 1
        elif isinstance(event, CollectionEndEvent):
            self.count -= 1
            if self.count == self._around_flow:
                self.flow, self._around_flow = None, -1


def hiding_place(text: str, error: Exception, levels: int, event_index: int) -> int | None:
    """Return the end of the text before an error that may hide more than `MAX_DEPTH` levels, None if it hides none.

    `levels` are open behind the last event that libyaml has told of, which begins or ends at `event_index`.
    """
    if not isinstance(error, ScannerError) or (mark := error.problem_mark) is None:
        return None
    place = min(mark.index, (error.context_mark or mark).index)
    # A bracket can hold a pair, `[a: …`, which is a level, too, and so can the one that is open already.
    hidden = 1 + 2 * sum(text.count(opener, event_index, place) for opener in _OPENERS)
    return place if levels + hidden > MAX_DEPTH else None
