"""The contents of many objects from one `git cat-file --batch`."""

import os
from collections.abc import Iterator, Sequence
from typing import IO, TYPE_CHECKING, Final

if TYPE_CHECKING:
    from subprocess import Popen

_BATCH: Final = 256
"""Object names per request to `cat-file`: few enough that neither side's pipe fills up."""
_CHUNK: Final = 1 << 20


def batch(process: "Popen[bytes]", names: Sequence[str], limit: int) -> Iterator[bytes | None]:
    """Yield contents until all are there or `cat-file` ends early."""
    assert process.stdin is not None  # noqa: S101  # a pipe was asked for
    assert process.stdout is not None  # noqa: S101  # as stdin
    try:
        for start in range(0, len(names), _BATCH):
            batch = names[start : start + _BATCH]
            # Past Python's buffer, which closing would flush once more.
            os.write(process.stdin.fileno(), "".join(name + "\n" for name in batch).encode())
            for _ in batch:
                header = process.stdout.readline().split()
                if len(header) == 2 and header[1] == b"missing":
                    yield None
                    continue
                whole = len(header) == 3
                content = _exactly(process.stdout, int(header[2]) + 1, limit) if whole else None
                if content is None:
                    return
                yield content
    except BrokenPipeError:
        return
    finally:
        process.stdin.close()
        process.stdout.close()
        process.wait()


def _exactly(stream: IO[bytes], size: int, limit: int) -> bytes | None:
    """Return the first bytes of a record, read to its end and without its newline; None when the stream ends early."""
    content = stream.read(min(size, limit + 1))
    left = size - len(content)
    while left > 0 and (skipped := len(stream.read(min(left, _CHUNK)))):
        left -= skipped
    return content[: min(size - 1, limit)] if left == 0 else None
