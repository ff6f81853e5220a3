"""Verdicts that are kept between runs. A verdict that lacks something is found anew each time."""

import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from qafiles.cache.contents import content_of
from qafiles.cache.kept_answer import KeptAnswer
from qafiles.validation.asked import stored_verdict_at, stored_verdict_of_commit
from qafiles.validation.parts import Preparation, is_partial
from qafiles.validation.plain import (
    Plain,
    names_of_commit,
    plain_of,
    plain_of_commit,
    verdict_of_commit,
    verdict_of_plain,
)
from qafiles.validation.verdict import Verdict

if TYPE_CHECKING:
    from qafiles.cache.kept_commit import KeptCommit
    from qafiles.sources import SourceEntry

_UNREADABLE = "QF101"
CANNOT_TELL = "git can't tell"
"""What hints of rules say of history that git lacks."""


class KeptVerdict:
    """The verdict on a working tree, and where it is kept."""

    def __init__(self, answer: KeptAnswer) -> None:
        """Take the answer as it is kept."""
        self.answer = answer
        self.tree = answer.tree
        self.preparation = Preparation(answer)

    @classmethod
    def at(cls, folder: str | os.PathLike[str]) -> "KeptVerdict | None":
        """Return that of the data root at or above a folder, with git at work; None where none can be kept."""
        answer = stored_verdict_at(folder)
        return cls(answer) if answer is not None else None

    def read(self, *, is_kept_at_rest: bool = True, is_prepared: bool = True) -> Verdict | None:
        """Return the verdict on the tree as it is, None where it is not known, and when it was asked before.

        `is_kept_at_rest` is that of the answer; with `is_prepared`, what `verdict_again` needs is got ready meanwhile.
        """
        if is_prepared and is_partial():
            self.tree.meanwhile = self.preparation.steps()
        plain = self.answer.read(is_kept_at_rest=is_kept_at_rest)
        if plain is not None:
            self.preparation.end()
        elif is_prepared and is_partial():
            self.preparation.begin(self.answer.changed_since() or ())
        try:
            return (
                verdict_of_plain(plain, self.tree.root, reader(self.tree.root)) if plain is not None else None
            )
        except (TypeError, ValueError):
            return None

    def write(self, verdict: Verdict, paths: Collection[str]) -> bool:
        """Return whether a verdict is kept now that loading has come to since `read`; `paths` are all that it was made of."""
        if verdict.undecided or verdict.revision is not None or _may_be_passing(verdict):
            return False
        return self.answer.write(lambda: plain_of(verdict), paths)


class KeptVerdictOfCommit:
    """The verdict on a commit or on the index, and where it is kept."""

    def __init__(self, answer: "KeptCommit") -> None:
        """Take the answer as it is kept."""
        self.answer = answer

    @classmethod
    def at(cls, folder: str | os.PathLike[str], revision: str | None) -> "KeptVerdictOfCommit | None":
        """Return that of a revision, or of the index without one, with git at work; None where none can be kept."""
        answer = stored_verdict_of_commit(folder, revision)
        return cls(answer) if answer is not None else None

    def read(self) -> Verdict | None:
        """Return the verdict on what the revision names now, None where it is not known, and when it was asked before."""
        plain = self.answer.read()
        try:
            verdict = (
                verdict_of_commit(plain, _blobs_of(self.answer.state.root)) if plain is not None else None
            )
        except (TypeError, ValueError):
            return None
        # A verdict on what can't be read any more would hide that.
        return verdict if verdict is not None and self._has_contents(plain) else None

    def _has_contents(self, plain: Plain) -> bool:
        from pathlib import Path  # noqa: PLC0415  # only where a commit is asked for

        from qafiles.git import GitRepository  # noqa: PLC0415  # as above
        from qafiles.git.completeness import has_objects  # noqa: PLC0415  # as above

        where = self.answer.where
        repository = GitRepository(Path(where.git_dir), Path(where.top)) if where is not None else None
        return repository is not None and has_objects(repository, names_of_commit(plain))

    def write(self, verdict: Verdict, entries: "Mapping[str, SourceEntry]") -> bool:
        """Return whether a verdict is kept now that loading has come to since `read`; `entries` are all that it was made of."""
        if verdict.undecided or verdict.revision != self.answer.commit or _may_be_passing(verdict):
            return False
        names = {path: entry.blob for path, entry in entries.items() if entry.refused is None}
        return self.answer.write(lambda: plain_of_commit(verdict, names))


def of_answer(answer: "KeptAnswer | KeptCommit") -> KeptVerdict | KeptVerdictOfCommit:
    """Return the verdict that an answer is, if it is there."""
    return KeptVerdict(answer) if isinstance(answer, KeptAnswer) else KeptVerdictOfCommit(answer)


def _blobs_of(root: str) -> Callable[[Sequence[str]], Iterator[bytes | None]]:
    """Return what yields the contents that git's names stand for, as loading reads them; None for an empty name."""

    def read(names: Sequence[str]) -> Iterator[bytes | None]:
        from pathlib import Path  # noqa: PLC0415  # needed where lines of files are shown

        from qafiles.git import find_repository  # noqa: PLC0415  # as above
        from qafiles.sources.source import MAX_READ  # noqa: PLC0415  # as above

        repository = find_repository(Path(root))
        asked = [name for name in names if name]
        contents = repository.blobs(asked, MAX_READ) if repository is not None else iter(())
        for name in names:
            yield next(contents, None) if name else None
        next(contents, None)  # to its end, where git is waited for

    return read


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
