"""The contents of many objects from one `git cat-file --batch`.

It dies of an object that is damaged, or that a partial clone has not fetched: https://git-scm.com/docs/partial-clone.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from typing import IO, TYPE_CHECKING, Final

from qafiles.git.completeness import PRESENT

if TYPE_CHECKING:
    from subprocess import Popen

_BATCH: Final = 256
"""Object names per request to `cat-file`: few enough that neither side's pipe fills up."""
_CHUNK: Final = 1 << 20
_MAX_DAMAGED: Final = 1_000
"""Objects at which `cat-file` may die before the others count as unreadable, too: each costs a process."""


def contents(
    start: "Callable[..., Popen[bytes]]", names: Sequence[str], limit: int
) -> Iterator[bytes | None]:
    """Yield the first bytes of each blob in order, None for one that is not here or can't be read.

    `start` runs a git command that takes input and says nothing.
    """
    done = 0
    if names:
        for content in batch(start("cat-file", "--batch"), names, limit):
            done += 1
            yield content
    rest = names[done:]
    if not rest:
        return
    present = _present(start(*PRESENT), rest)
    remaining_contents = _one_after_another(start, [name for name in rest if name in present], limit)
    for name in rest:
        yield next(remaining_contents, None) if name in present else None
    next(remaining_contents, None)  # to its end, where git is waited for


def _present(process: "Popen[bytes]", names: Sequence[str]) -> frozenset[str]:
    """Return those of the objects that are here; all of them where a damaged one keeps git from telling."""
    out, _ = process.communicate("".join(name + "\n" for name in dict.fromkeys(names)).encode())
    return frozenset(out.decode("ascii", "replace").split() if process.returncode == 0 else names)


def _one_after_another(
    start: "Callable[..., Popen[bytes]]", names: Sequence[str], limit: int
) -> Iterator[bytes | None]:
    """Yield the contents, with a new process behind each object that ends one."""
    done = 0
    for _ in range(_MAX_DAMAGED):
        if done == len(names):
            return
        for content in batch(start("cat-file", "--batch"), names[done:], limit):
            done += 1
            yield content
        if done < len(names):
            done += 1
            yield None


def batch(process: "Popen[bytes]", names: Sequence[str], limit: int) -> Iterator[bytes | None]:
    """Yield contents until all are there or `cat-file` ends early."""
    assert process.stdin is not None  # noqa: S101  # a pipe was asked for
    assert process.stdout is not None  # noqa: S101  # as stdin
    try:
        for start in range(0, len(names), _BATCH):
            batch = names[start : start + _BATCH]
            # Past Python's buffer, which closing would flush once more.
            os.write(
                process.stdin.fileno(),
                "".join(name + "\n" for name in batch).encode("utf-8", "surrogateescape"),
            )
            for _ in batch:
                header = process.stdout.readline().split()
                if header[-1:] == [b"missing"]:
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
