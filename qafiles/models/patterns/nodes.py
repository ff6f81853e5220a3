"""Patterns as trees, and as text that means the same in each language."""

from collections.abc import Iterator
from typing import Final, NamedTuple

END: Final = r"(?![\s\S])"
"""The very end of a text: `$` allows a line break behind it in Python."""
_LAST: Final = 0x10FFFF

Ranges = tuple[tuple[int, int], ...]
"""A set of characters: sorted code points, first and last of each run."""


_IN_SET: Final = "\\]^-["


class Chars(NamedTuple):
    """One character out of a set."""

    ranges: Ranges


class Edge(NamedTuple):
    """The beginning or the end of the text."""

    is_start: bool


class Repeat(NamedTuple):
    """A part so many times; no greatest number stands for any."""

    part: "Node"
    least: int
    most: int | None
    lazy: bool = False


class Sequence(NamedTuple):
    """Parts one after the other."""

    parts: tuple["Node", ...]


class Choice(NamedTuple):
    """One of several parts."""

    parts: tuple["Node", ...]


class Ahead(NamedTuple):
    """What follows, or must not follow, without being taken."""

    part: "Node"
    wanted: bool


Node = Chars | Edge | Repeat | Sequence | Choice | Ahead


def complement(ranges: Ranges) -> Ranges:
    """Return all other characters."""
    others, start = [], 0
    for first, last in ranges:
        if first > start:
            others.append((start, first - 1))
        start = last + 1
    return (*others, (start, _LAST)) if start <= _LAST else tuple(others)


def union(ranges: list[tuple[int, int]]) -> Ranges:
    """Return the characters of all ranges."""
    merged: list[tuple[int, int]] = []
    for first, last in sorted(ranges):
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return tuple(merged)


def written(node: Node) -> str:
    """Return a pattern that means the same in each language."""
    match node:
        case Chars(ranges):
            return _written_set(ranges)
        case Edge(is_start):
            return "^" if is_start else END
        case Repeat(part, least, most, lazy):
            times = {(0, None): "*", (1, None): "+", (0, 1): "?"}.get((least, most))
            times = times or f"{{{least}{'' if most == least else ',' if most is None else f',{most}'}}}"
            inner = written(part)
            return (inner if isinstance(part, Chars) else f"(?:{inner})") + times + ("?" if lazy else "")
        case Sequence(parts):
            return "".join(f"(?:{written(p)})" if isinstance(p, Choice) else written(p) for p in parts)
        case Choice(parts):
            return "|".join(map(written, parts))
        case Ahead(part, wanted):
            return f"(?{'=' if wanted else '!'}{written(part)})"


def _written_set(ranges: Ranges) -> str:
    if len(ranges) == 1 and ranges[0][0] == ranges[0][1]:
        return _character(ranges[0][0])
    other = complement(ranges)
    if not other:
        return r"[\s\S]"
    negated = len(other) < len(ranges)
    return f"[{'^' if negated else ''}{''.join(_runs(other if negated else ranges))}]"


def _runs(ranges: Ranges) -> Iterator[str]:
    for first, last in ranges:
        yield _character(first, _IN_SET) + (f"-{_character(last, _IN_SET)}" if last > first else "")


def _character(code: int, special: str = "^$\\.*+?()[]{}|") -> str:
    char = chr(code)
    if not char.isascii():
        return f"\\u{code:04x}" if code <= 0xFFFF else char
    if not char.isprintable():
        return f"\\x{code:02x}"
    return f"\\{char}" if char in special else char
