"""What a command writes that looks something up: a document, and notes before and after it."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from qafiles.diagnostics import LeftOut
from qafiles.render.escape import escape
from qafiles.render.streams import write_streams

_AT_ONCE = 1_000


class Output(NamedTuple):
    """A document in pieces, notes that stand before it, and what it is made without, which is told after it.

    `has_errors` is whether what is shown has some.
    """

    notes: tuple[str, ...]
    pieces: Iterable[str]
    left_out: LeftOut
    has_errors: bool = False

    @property
    def code(self) -> int:
        """The exit code: 3 where git lacks some of it, 1 where what is shown has errors, else 0."""
        return 3 if self.left_out.is_missing else int(self.has_errors)

    def write(self) -> None:
        """Write all of it to the streams of the process. Raises OSError."""
        write_streams((), "".join(f"note: {note}\n" for note in self.notes))
        write_streams(together(self.pieces), notes_of(self.left_out))


def notes_of(left_out: LeftOut) -> str:
    """Return what an answer is made without, in lines."""
    return "".join(f"note: {escape(sentence)}\n" for sentence in left_out.sentences)


def together(pieces: Iterable[str]) -> Iterator[str]:
    """Yield the pieces of a document, many at once: to print one takes longer than to make it."""
    rest = iter(pieces)
    while some := [*islice(rest, _AT_ONCE)]:
        yield "".join(some)
