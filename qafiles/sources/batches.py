"""Contents in batches: enough to look through as one, and few enough to hold."""

from collections.abc import Iterable, Iterator
from typing import Final, TypeVar

from qafiles.sources.source import Content

T = TypeVar("T")

_MOST_FILES: Final = 64
_MOST_BYTES: Final = 1 << 20


def in_batches(read: Iterable[tuple[T, Content]]) -> Iterator[list[tuple[T, Content]]]:
    """Yield what has been read in lists of at most 64, each full once it holds a mebibyte."""
    batch: list[tuple[T, Content]] = []
    size = 0
    for item, content in read:
        batch.append((item, content))
        if isinstance(content, bytes):
            size += len(content)
        if len(batch) == _MOST_FILES or size >= _MOST_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
