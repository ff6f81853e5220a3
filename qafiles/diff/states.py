"""The two states that a comparison on the command line names."""

from pathlib import Path

from qafiles.data_root import open_source
from qafiles.errors import UsageError
from qafiles.git.merge import merge_base
from qafiles.sources import GitObjectSource, Source


def states(folder: str | Path, revisions: str = "HEAD", *, staged: bool = False) -> tuple[Source, Source]:
    """Return the sources that `A..B`, `A...B` or `A` mean for the data root that a folder lies in.

    `A` alone is compared with the working tree or, if `staged`, with the index; an end left out is HEAD. Raises UsageError
    for two revisions and the index at once, and what `open_source` raises.
    """
    first, dots, second = revisions.partition("...")
    if not dots:
        first, dots, second = revisions.partition("..")
    if dots and staged:
        raise UsageError(f"`{revisions}` names two revisions, and --staged a third state; choose two of them")
    before = open_source(folder, rev=first or "HEAD")
    if not dots:
        return before, open_source(folder, staged=staged)
    after = open_source(folder, rev=second or "HEAD")
    if dots == "..." and isinstance(before, GitObjectSource) and isinstance(after, GitObjectSource):
        base = merge_base(before.repository, str(before.revision), str(after.revision))
        if base is None:
            raise UsageError(
                f"`{revisions}`: the two have no common ancestor; write `..` to compare them as they are"
            )
        before = open_source(folder, rev=base)
    return before, after
