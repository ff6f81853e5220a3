"""Prose compared word by word, in a time that no text can make long."""

import re
from collections import Counter
from difflib import SequenceMatcher
from typing import Final, Literal, NamedTuple

_words = re.compile(r"\S+[^\S\n]*|\n|[^\S\n]+").findall

_MOST_MATCHES: Final = 50_000
"""Pairs of equal words up to which two texts are compared by words; beyond it by lines, or not at all."""


class Piece(NamedTuple):
    """A part of a text that both texts share (`=`), or that only the old (`-`) or the new one (`+`) has."""

    sign: Literal["=", "-", "+"]
    text: str


def word_diff(old: str, new: str) -> list[Piece]:
    """Return the pieces of two texts in order: those but `+` make the old text, those but `-` the new one."""
    before, after = _words(old), _words(new)
    if _matches(before, after) > _MOST_MATCHES:
        before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    first = _common(before, after)
    last = _common(before[first:][::-1], after[first:][::-1])
    stop = len(before) - last, len(after) - last
    middle = before[first : stop[0]], after[first : stop[1]]
    pieces = [Piece("=", "".join(before[:first]))]
    if _matches(*middle) > _MOST_MATCHES:
        pieces += [Piece("-", "".join(middle[0])), Piece("+", "".join(middle[1]))]
    else:
        pieces += _compared(*middle)
    pieces.append(Piece("=", "".join(before[stop[0] :])))
    return [piece for piece in pieces if piece.text]


def _matches(before: list[str], after: list[str]) -> int:
    """Return the number of pairs of equal words outside of what both begin and end with: the work of a comparison."""
    first = _common(before, after)
    last = _common(before[first:][::-1], after[first:][::-1])
    counts = Counter(before[first : len(before) - last])
    return sum(counts[word] for word in after[first : len(after) - last])


def _common(before: list[str], after: list[str]) -> int:
    """Return the number of words with which both begin."""
    for index, (old, new) in enumerate(zip(before, after, strict=False)):
        if old != new:
            return index
    return min(len(before), len(after))


def _compared(before: list[str], after: list[str]) -> list[Piece]:
    pieces = []
    for tag, from_old, to_old, from_new, to_new in SequenceMatcher(
        None, before, after, autojunk=False
    ).get_opcodes():
        if tag == "equal":
            pieces.append(Piece("=", "".join(before[from_old:to_old])))
        else:
            pieces.append(Piece("-", "".join(before[from_old:to_old])))
            pieces.append(Piece("+", "".join(after[from_new:to_new])))
    return pieces
