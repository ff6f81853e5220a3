"""The states that a comparison names: revisions, in which the data root may not be there yet, and the present one."""

from pathlib import Path

from qafiles.errors import DataRootError, UsageError
from qafiles.git import GitRepository, find_repository
from qafiles.git.completeness import HOW_TO_GET_COMMITS, is_shallow
from qafiles.git.merge import merge_base
from qafiles.git.process import MissingObjectsError
from qafiles.layout import SETTINGS_FILE
from qafiles.sources import Source
from qafiles.sources.data_root import open_source
from qafiles.sources.enclosing import existing


def at_revision(
    folder: str | Path,
    revision: str,
    repository: GitRepository | None = None,
    asked: str = "a comparison of revisions",
) -> Source | None:
    """Return the source of a data root at a revision; None when no folder of that revision is a data root.

    `repository` is that of the data root, where it is known, and `asked` what messages say needs git. Raises what `open_source` raises.
    """
    try:
        return open_source(folder, rev=revision, repository=repository, asked=asked)
    except DataRootError:
        repository = repository or find_repository(existing(Path(folder).absolute()))
        if repository is None or repository.data_roots(repository.commit(revision), SETTINGS_FILE):
            raise
        return None


def states(folder: str | Path, revisions: str = "HEAD", *, staged: bool = False) -> tuple[Source, Source]:
    """Return the sources that `A..B`, `A...B` or `A` mean for the data root that a folder lies in.

    `A` alone is compared with the working tree or, if `staged`, with the index; an end left out is HEAD. A revision before
    the data root was made holds nothing. Raises UsageError for two revisions and the index at once and for revisions without
    a common ancestor, and what `open_source` raises.
    """
    first, dots, second = revisions.partition("...")
    if not dots:
        first, dots, second = revisions.partition("..")
    first, second = first or "HEAD", second or "HEAD"
    if not dots:
        return _or_nothing(folder, first), open_source(folder, staged=staged)
    if staged:
        raise UsageError(f"`{revisions}` names two revisions, and --staged a third state; choose two of them")
    if dots == "...":
        first = _base(folder, first, second) or first
    before, after = at_revision(folder, first), at_revision(folder, second)
    if before is None and after is None:
        open_source(folder, rev=second)  # which says what is missing
    return before or _or_nothing(folder, first), after or _or_nothing(folder, second)


def _or_nothing(folder: str | Path, revision: str) -> Source:
    source = at_revision(folder, revision)
    if source is not None:
        return source
    repository = find_repository(existing(Path(folder).absolute()))
    from qafiles.sources import MemorySource  # noqa: PLC0415  # few data roots are that new

    return MemorySource({}, repository.commit(revision) if repository else None)


def _base(folder: str | Path, first: str, second: str) -> str | None:
    """Return the commit at which two revisions parted; None without git."""
    repository = find_repository(existing(Path(folder).absolute()))
    if repository is None:
        return None
    base = merge_base(repository, repository.commit(first), repository.commit(second))
    if base is None:
        problem = f"`{first}...{second}`: the two have no common ancestor"
        if is_shallow(repository):
            raise MissingObjectsError(f"{problem} here, and this clone is shallow: {HOW_TO_GET_COMMITS}")
        raise UsageError(f"{problem}; write `..` to compare them as they are")
    return base
