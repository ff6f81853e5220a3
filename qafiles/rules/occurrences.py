"""Where some texts occur in bytes, all of them found in one pass."""

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

from qafiles.cache.ctrl_c import CtrlCLater


class Occurrences:
    """Some texts, as bytes, that are looked for at once: that takes a fifth of the time of one after the other."""

    def __init__(self, texts: Iterable[bytes]) -> None:
        """Take the texts, which have their numbers by their order."""
        self.texts = tuple(texts)

    @cached_property
    def _automaton(self) -> Any:
        return automaton(self.texts)

    def found_in(self, content: bytes) -> Sequence[tuple[int, int]]:
        """Return the number of each text that occurs in a content, with the place; in no order."""
        if self._automaton is not None:
            matches = self._automaton.find_matches_as_indexes(content, overlapping=True)
            return [(number, start) for number, start, _ in matches]
        found = []
        for number, text in enumerate(self.texts):
            start = content.find(text)
            while start >= 0:
                found.append((number, start))
                start = content.find(text, start + 1)
        return found


def automaton(texts: Sequence[bytes]) -> Any:
    """Return what finds all texts in one pass; None where the library is not installed."""
    try:
        with CtrlCLater():
            from ahocorasick_rs import BytesAhoCorasick  # noqa: PLC0415  # has no wheels everywhere
    except ImportError:
        return None
    return BytesAhoCorasick(texts)
