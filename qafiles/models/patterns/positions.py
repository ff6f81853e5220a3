"""Patterns as graphs: each character of a pattern is a position, and an edge leads to each that may come next.

That is Glushkov's construction: https://en.wikipedia.org/wiki/Glushkov%27s_construction_algorithm
"""

from collections.abc import Set as AbstractSet
from typing import Final, NamedTuple

from qafiles.models.patterns.nodes import Ahead, Chars, Choice, Edge, Node, Ranges, Repeat, Sequence
from qafiles.models.patterns.reader import PatternError

_MOST: Final = 200
_MOST_COUNTED: Final = 1000
"""Characters that a pattern may ask for, all counts written out: other engines refuse more."""
_WRITTEN_OUT: Final = 64
_ALL: Final[Ranges] = ((0, 0x10FFFF),)


class Part(NamedTuple):
    """The positions with which a part of a pattern may begin and end, and whether it may be empty."""

    first: frozenset[int]
    last: frozenset[int]
    is_nullable: bool


class Graph:
    """The positions of a pattern: the characters of each, those that may follow, and how often each may be repeated.

    Raises PatternError for a pattern that is too large.
    """

    def __init__(self, node: Node) -> None:
        self.chars: list[Ranges] = []
        self.follow: list[set[int]] = []
        self.limits: dict[int, int | None] = {}
        """How many times a position may come in a row, None for any number, by position."""
        self.is_doubled = False
        """Whether two repetitions, one in the other, take the same text in several ways."""
        if _size(node) > _MOST_COUNTED:
            raise PatternError("it is too large; use `maxLength` in the place of large counts")
        if not _is_anchored(node):
            # What is looked for everywhere begins behind anything.
            node = Sequence((Repeat(Chars(_ALL), 0, None), node))
        whole = self._part(node)
        if len(self.chars) > _MOST:
            raise PatternError("it is too large; say less with it")
        self.first = whole.first
        if not _looks_further(node):
            # Whatever leads to the end of the pattern has found it.
            for position in whole.last:
                self.follow[position].clear()

    def _part(self, node: Node) -> Part:
        match node:
            case Chars(ranges):
                self.chars.append(ranges)
                self.follow.append(set())
                own = frozenset({len(self.chars) - 1})
                return Part(own, own, is_nullable=False)
            case Edge():
                return Part(frozenset(), frozenset(), is_nullable=True)
            case Ahead(part):
                return Part(self._part(part).first, frozenset(), is_nullable=True)
            case Choice(parts):
                all_parts = [*map(self._part, parts)]
                return Part(
                    frozenset().union(*(part.first for part in all_parts)),
                    frozenset().union(*(part.last for part in all_parts)),
                    any(part.is_nullable for part in all_parts),
                )
            case Sequence(parts):
                return self._sequence(parts)
            case Repeat():
                return self._repeat(node)

    def _sequence(self, parts: tuple[Node, ...]) -> Part:
        whole = Part(frozenset(), frozenset(), is_nullable=True)
        for node in parts:
            part = self._part(node)
            self._join(whole.last, part.first)
            whole = Part(
                whole.first | part.first if whole.is_nullable else whole.first,
                whole.last | part.last if part.is_nullable else part.last,
                whole.is_nullable and part.is_nullable,
            )
        return whole

    def _repeat(self, node: Repeat) -> Part:
        if isinstance(node.part, Chars) and node.least == node.most and node.least <= _WRITTEN_OUT:
            return self._sequence((node.part,) * node.least)
        part = self._part(node.part)
        if node.most is None or node.most > 1:
            self.is_doubled = self.is_doubled or part.is_nullable
            self._join(part.last, part.first)
            for position in part.first | part.last:
                known = self.limits.get(position, 0)
                is_open = node.most is None or known is None or not isinstance(node.part, Chars)
                self.limits[position] = None if is_open else max(node.most or 0, known or 0)
        return Part(part.first, part.last, part.is_nullable or node.least == 0)

    def _join(self, last: AbstractSet[int], first: AbstractSet[int]) -> None:
        for position in last:
            if not self.follow[position].isdisjoint(first):
                self.is_doubled = True
            self.follow[position] |= first


def _size(node: Node) -> int:
    """Return the number of characters in a pattern with all counts written out."""
    match node:
        case Sequence(parts) | Choice(parts):
            return sum(map(_size, parts))
        case Repeat(part, least, most):
            return _size(part) * max(least, most or 1)
        case Ahead(part):
            return _size(part)
    return 1


def _looks_further(node: Node) -> bool:
    """Return whether a match depends on what stands behind it."""
    match node:
        case Edge(is_start):
            return not is_start
        case Ahead():
            return True
        case Sequence(parts) | Choice(parts):
            return any(map(_looks_further, parts))
        case Repeat(part):
            return _looks_further(part)
    return False


def _is_anchored(node: Node) -> bool:
    """Return whether every match begins at the beginning of the text."""
    match node:
        case Edge(is_start):
            return is_start
        case Sequence(parts):
            return bool(parts) and _is_anchored(parts[0])
        case Choice(parts):
            return all(map(_is_anchored, parts))
    return False
