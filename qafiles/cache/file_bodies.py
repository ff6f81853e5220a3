"""What was read of files beside what is looked up in all of them, packed together and unpacked where somebody asks.

It is as large as the files, and most of it is asked for by nobody: packed, it takes a sixth of the space, and is there sooner.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, islice, pairwise

_TOGETHER = 64
"""Bodies that are packed together: so many that they have much in common, and few enough for one of them to be there quickly."""
_LEVEL = 1
_RAW = -15
"""Without a checksum: what is kept has one as a whole, https://docs.python.org/3/library/zlib.html#zlib.compress"""


class Block:
    """Some bodies one after the other, packed."""

    __slots__ = ("_data", "_packed")

    def __init__(self, packed: bytes | memoryview) -> None:
        """Take what `packed_blocks` has made of them."""
        self._packed = packed
        self._data: bytes | None = None

    @property
    def data(self) -> bytes:
        """The bodies, unpacked. Raises zlib.error for what was not packed so."""
        if self._data is None:
            from zlib import decompress  # who asks for no body needs none of it

            self._data = decompress(self._packed, _RAW)
        return self._data


Body = bytes | tuple[Block, int, int]
"""A body, or where it begins and ends in a block; nothing is never in a block."""


def body_of(body: Body) -> bytes:
    """Return a body as it was kept."""
    if isinstance(body, bytes):
        return body
    block, start, end = body
    return block.data[start:end]


def may_hold(body: Body, text: bytes) -> bool:
    """Return whether a body holds a text; what nothing is kept of may hold any."""
    return not body or text in body_of(body)


def packed_blocks(bodies: Iterable[Body]) -> Iterator[bytes]:
    """Yield some bodies after the other, packed."""
    from zlib import compress  # as above

    rest = iter(bodies)
    while some := [*islice(rest, _TOGETHER)]:
        yield compress(b"".join(map(body_of, some)), _LEVEL, _RAW)


def bodies_in(blocks: Sequence[Block], lengths: Sequence[int]) -> list[Body]:
    """Return the bodies of blocks, given how long each is; raises ValueError or TypeError for what is none."""
    if len(blocks) != -(-len(lengths) // _TOGETHER):
        raise ValueError(lengths)
    bodies: list[Body] = []
    for number, block in enumerate(blocks):
        ends = accumulate(lengths[number * _TOGETHER : (number + 1) * _TOGETHER], initial=0)
        bodies += [(block, start, end) for start, end in pairwise(ends)]
    for number in [number for number, length in enumerate(lengths) if not length]:
        bodies[number] = b""
    return bodies
