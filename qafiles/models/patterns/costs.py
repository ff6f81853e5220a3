"""How long a pattern may take: an engine that tries one way after another takes as many steps as there are ways.

https://owasp.org/www-community/attacks/Regular_expression_Denial_of_Service_-_ReDoS
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import product
from math import prod
from typing import Final

from qafiles.models.patterns.nodes import Node, Ranges
from qafiles.models.patterns.positions import Graph
from qafiles.models.patterns.reader import PatternError

_LONGEST_TEXT: Final = 1_048_576
_MOST_WAYS: Final = 250
"""Steps for each character of a text."""
_MOST_FORKS: Final = 8
_MOST_STEPS: Final = 10_000

Pair = tuple[int, int]


def refuse_slow(node: Node, longest: int | None) -> None:
    """Raise PatternError for a pattern that takes very long on some text of at most so many characters, None for any."""
    graph = Graph(node)
    steps = _Steps()
    if graph.is_doubled:
        raise _slow("a repetition repeats another one that takes the same text")
    pairs = _pairs(graph, steps)
    groups = _groups(pairs)
    met = {group for (one, other), group in groups.items() if one == other}
    if any(one != other and group in met for (one, other), group in groups.items()):
        raise _slow("a repetition takes the same text in several ways")
    if _forks(pairs, groups) > _MOST_FORKS:
        raise _slow("its parts take the same text in several ways")
    _refuse_neighbours(graph, min(longest or _LONGEST_TEXT, _LONGEST_TEXT), steps)


class _Steps:
    """How much of a pattern has been looked through: nobody waits for what is no pattern that people write."""

    def __init__(self) -> None:
        self.left = _MOST_STEPS

    def take(self, count: int) -> None:
        self.left -= count
        if self.left < 0:
            raise PatternError("it is too large; say less with it")


def _slow(why: str) -> PatternError:
    return PatternError(f"it can take very long on some text, since {why}")


@lru_cache(maxsize=4096)
def _meet(one: Ranges, other: Ranges) -> Ranges:
    """Return the characters of both sets."""
    overlaps = [(max(a, c), min(b, d)) for (a, b), (c, d) in product(one, other) if max(a, c) <= min(b, d)]
    return tuple(sorted(overlaps))


def _pairs(graph: Graph, steps: _Steps) -> dict[Pair, set[Pair]]:
    """Return the pairs of positions that one text may lead to, with those that the next character leads to."""
    steps.take(len(graph.first) ** 2)
    pending: list[Pair] = [pair for pair in product(graph.first, graph.first) if _meet_at(graph, pair)]
    successors: dict[Pair, set[Pair]] = {}
    while pending:
        pair = pending.pop()
        if pair in successors:
            continue
        ones, others = graph.follow[pair[0]], graph.follow[pair[1]]
        steps.take(1 + len(ones) * len(others))
        successors[pair] = {item for item in product(ones, others) if _meet_at(graph, item)}
        pending += successors[pair]
    return successors


def _meet_at(graph: Graph, positions: Iterable[int]) -> bool:
    chars: Ranges = ((0, 0x10FFFF),)
    for position in positions:
        chars = _meet(chars, graph.chars[position])
    return bool(chars)


def _groups(edges: dict[Pair, set[Pair]]) -> dict[Pair, int]:
    """Return a number for each node that is the same for those that lead to each other, smaller for what comes before."""
    order: list[Pair] = []
    seen: set[Pair] = set()
    for root, targets in edges.items():
        stack: list[tuple[Pair, Iterator[Pair]]] = [] if root in seen else [(root, iter(targets))]
        seen.add(root)
        while stack:
            node, rest = stack[-1]
            inner = next((item for item in rest if item not in seen), None)
            if inner is None:
                order.append(node)
                stack.pop()
            else:
                seen.add(inner)
                stack.append((inner, iter(edges[inner])))
    back: dict[Pair, list[Pair]] = {node: [] for node in edges}
    for node, inner_nodes in edges.items():
        for inner in inner_nodes:
            back[inner].append(node)
    groups: dict[Pair, int] = {}
    for number, root in enumerate(reversed(order)):
        pending = [root]
        while pending:
            node = pending.pop()
            if node not in groups:
                groups[node] = number
                pending += back[node]
    return groups


def _forks(edges: dict[Pair, set[Pair]], groups: dict[Pair, int]) -> int:
    """Return how many times, one after the other, two ways through a pattern part and come together again."""
    best: dict[tuple[Pair, bool], int] = {}
    for node in sorted(edges, key=lambda item: (-groups[item], item)):
        for was_apart in (False, True):
            is_apart = node[0] != node[1]
            # Inside of a group nothing parts and comes together, or it would have been refused.
            further = [
                best.get((inner, (is_apart or was_apart) and inner[0] != inner[1]), 0)
                + (inner[0] == inner[1] and (is_apart or was_apart))
                for inner in edges[node]
                if groups[inner] != groups[node]
            ]
            best[node, was_apart] = max(further, default=0)
    # A node of a group may be left through any other of it.
    return max(best.values(), default=0)


def _refuse_neighbours(graph: Graph, longest: int, steps: _Steps) -> None:
    """Raise PatternError where repetitions that follow each other can share one text in too many ways."""
    loops = sorted(graph.limits)
    weights = {loop: min(graph.limits[loop] or longest, longest) for loop in loops}
    shared = {loop: [o for o in loops if o != loop and _is_shared(graph, loop, o, steps)] for loop in loops}

    def chains(loop: int, before: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
        chain = (*before, loop)
        yield chain
        for other in shared[loop] if len(chain) < 5 else ():
            if other not in chain:
                yield from chains(other, chain)

    for loop in loops:
        for chain in chains(loop, ()):
            steps.take(1)
            sizes = [weights[item] for item in chain]
            if len(chain) > 1 and prod(sizes) > _MOST_WAYS * sum(sizes):
                raise _slow(
                    "several of its repetitions can share one text; begin it with `^`, let what stands between them not fit "
                    "them, or add `maxLength: 100`"
                )


def _is_shared(graph: Graph, one: int, other: int, steps: _Steps) -> bool:
    """Return whether some text leads from one position back to it, on to another one, and from that back to it."""
    start, goal = (one, one, other), (one, other, other)
    pending, seen = [start], {start}
    while pending:
        ways = [graph.follow[position] for position in pending.pop()]
        steps.take(1 + len(ways[0]) * len(ways[1]) * len(ways[2]))
        for item in product(ways[0], ways[1], ways[2]):
            if item not in seen and _meet_at(graph, item):
                if item == goal:
                    return True
                seen.add(item)
                pending.append(item)
    return False
