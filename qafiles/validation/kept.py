"""Verdicts on working trees that are kept between runs. A verdict that lacks something is found anew each time."""

import os
from collections.abc import Callable, Collection, Iterator, Sequence

from qafiles.cache.contents import content_of
from qafiles.cache.kept_answer import KeptAnswer
from qafiles.validation.asked import stored_verdict_at
from qafiles.validation.plain import plain_of, verdict_of_plain
from qafiles.validation.verdict import Verdict

_UNREADABLE = "QF101"
CANNOT_TELL = "git can't tell"
"""What hints of rules say of history that git lacks."""


class KeptVerdict:
    """The verdict on a working tree, and where it is kept."""

    def __init__(self, answer: KeptAnswer) -> None:
        """Take the answer as it is kept."""
        self.answer = answer
        self.tree = answer.tree

    @classmethod
    def at(cls, folder: str | os.PathLike[str]) -> "KeptVerdict | None":
        """Return that of the data root at or above a folder, with git at work; None where none can be kept."""
        answer = stored_verdict_at(folder)
        return cls(answer) if answer is not None else None

    def read(self) -> Verdict | None:
        """Return the verdict on the tree as it is, None where it is not known, and when it was asked before."""
        plain = self.answer.read()
        try:
            return (
                verdict_of_plain(plain, self.tree.root, reader(self.tree.root)) if plain is not None else None
            )
        except (TypeError, ValueError):
            return None

    def write(self, verdict: Verdict, paths: Collection[str]) -> None:
        """Keep a verdict that loading has come to since `read`; `paths` are all that it was made of."""
        if not verdict.undecided and verdict.revision is None and not _may_be_passing(verdict):
            self.answer.write(lambda: plain_of(verdict), paths)


def _may_be_passing(verdict: Verdict) -> bool:
    """Return whether a file could not be read, or git lacked something: that may be over without a trace in either."""
    return any(
        item.code == _UNREADABLE or (item.hint is not None and CANNOT_TELL in item.hint)
        for item in verdict.diagnostics
    )


def reader(root: str) -> Callable[[Sequence[str]], Iterator[bytes | None]]:
    """Return what yields the contents of paths of a data root, none through a link."""

    def read(paths: Sequence[str]) -> Iterator[bytes | None]:
        for path in paths:
            content = content_of(f"{root}/{path}")
            yield content[1:] if content[:1] == b"=" else None

    return read
