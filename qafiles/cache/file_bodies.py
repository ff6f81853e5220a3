"""What was read of files beside what is looked up in all of them, packed together and unpacked where somebody asks.

It is as large as the files, and most of it is asked for by nobody: packed, it takes a sixth of the space, and is there sooner.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, chain, islice, repeat

_TOGETHER = 64
"""Bodies that are packed together: so many that they have much in common, and few enough for one of them to be there quickly."""
_LEVEL = 1
_RAW = -15
"""Without a checksum: what is kept has one as a whole, https://docs.python.org/3/library/zlib.html#zlib.compress"""


class Block:
    """Some bodies one after the other, packed."""

    __slots__ = ("_data", "_packed", "start")

    def __init__(self, packed: bytes | memoryview, start: int) -> None:
        """Take what `packed_blocks` has made of them, and how long all bodies in front of them are."""
        self._packed = packed
        self.start = start
        self._data: bytes | None = None

    @property
    def data(self) -> bytes:
        """The bodies, unpacked. Raises zlib.error for what was not packed so."""
        if self._data is None:
            from zlib import decompress  # who asks for no body needs none of it

            self._data = decompress(self._packed, _RAW)
        return self._data


Body = bytes | tuple[Block, int, int]
"""A body, or where it begins and ends among the bodies of a block and of those in front of it; nothing is never in a block."""


def body_of(body: Body) -> bytes:
    """Return a body as it was kept."""
    if isinstance(body, bytes):
        return body
    block, start, end = body
    return block.data[start - block.start : end - block.start]


def may_hold(body: Body, text: bytes) -> bool:
    """Return whether a body holds a text; what nothing is kept of may hold any."""
    return not body or text in body_of(body)


def packed_blocks(bodies: Iterable[Body]) -> Iterator[bytes]:
    """Yield some bodies after the other, packed."""
    from zlib import compress  # as above

    rest = iter(bodies)
    while some := [*islice(rest, _TOGETHER)]:
        yield compress(b"".join(map(body_of, some)), _LEVEL, _RAW)


def bodies_in(packed: Sequence[bytes | memoryview], lengths: Sequence[int]) -> list[Body]:
    """Return the bodies that blocks are made of, given how long each is; raises ValueError or TypeError for what is none."""
    if len(packed) != -(-len(lengths) // _TOGETHER):
        raise ValueError(lengths)
    ends = [*accumulate(lengths, initial=0)]
    blocks = [Block(part, ends[number * _TOGETHER]) for number, part in enumerate(packed)]
    # Of each a tuple is made, which Python does in a fifth of the time where no code of its own runs between.
    of_each = chain.from_iterable(map(repeat, blocks, repeat(_TOGETHER)))
    bodies: list[Body] = [*zip(of_each, ends, ends[1:], strict=False)]
    for number in [number for number, length in enumerate(lengths) if not length]:
        bodies[number] = b""
    return bodies
