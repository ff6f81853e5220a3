"""The earlier state that a data root is compared with, and what a later one has that it does not have."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, NamedTuple, Self

from qafiles.diagnostics import Undecided
from qafiles.errors import UsageError
from qafiles.git import GitRepository, find_repository
from qafiles.loading.earlier import names_in
from qafiles.loading.meanwhile import Meanwhile
from qafiles.rules import all_rules
from qafiles.snapshot import Snapshot
from qafiles.snapshot.unread import is_missing
from qafiles.sources import Source, SourceEntry
from qafiles.sources.enclosing import existing

if TYPE_CHECKING:
    from qafiles.rules.commits_between import CommitsSince


class Earlier(NamedTuple):
    """An earlier state, None where a revision has no data root; its commit, and its entries."""

    source: Source | None
    commit: str | None
    entries: Sequence[SourceEntry] = ()


class LookedFor:
    """The earlier state of a data root, which is looked for and listed while something else is done."""

    def __init__(self, folder: str | Path | Source, since: str | Source) -> None:
        """Take what `since`, a revision or a source, is to mean for the data root at or above a folder."""
        self._asked = folder, since
        self._commits: CommitsSince | None = None
        self._earlier: Meanwhile[Earlier] | None = None

    def __enter__(self) -> Self:
        """Return this."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Wait for the end."""
        if self._earlier is not None:
            self._earlier.wait()

    def begin(self, repository: GitRepository | None) -> Meanwhile[Earlier]:
        """Begin to look for it in a repository, or in that of the data root, where nobody has done so, and return what is found."""
        if self._earlier is None:
            self._earlier = Meanwhile(partial(_earlier, *self._asked, repository))
        return self._earlier

    def found(self) -> Earlier:
        """Return the earlier state; raises what `open_source` and listing raise."""
        return self.begin(None).result()

    def commits_up_to(self, source: Source) -> "CommitsSince | None":
        """Return the commits that a source comes from and the earlier state does not reach; None where that is no commit."""
        earlier = self.found()
        if self._commits is None and earlier.commit is not None:
            from qafiles.rules.commits_between import CommitsSince  # noqa: PLC0415  # few compare with a revision

            self._commits = CommitsSince(source, earlier.commit, earlier.source)
        return self._commits

    def names(self) -> Mapping[str, str]:
        """Return git's names of the contents by path; raises what `found` raises."""
        return names_in(self.found().entries)


def _earlier(folder: str | Path | Source, since: str | Source, repository: GitRepository | None) -> Earlier:
    if not isinstance(since, str):
        return Earlier(since, since.revision, since.entries())
    if not isinstance(folder, str | Path):
        raise UsageError("a source has no earlier revision; give the earlier source itself as `since`")
    from qafiles.sources.revisions import at_revision  # noqa: PLC0415  # few compare with a revision

    repository = repository or find_repository(existing(Path(folder).absolute()))
    earlier = at_revision(folder, since, repository, "--since")
    if earlier is not None:
        return Earlier(earlier, earlier.revision, earlier.entries())
    return Earlier(None, repository.commit(since) if repository is not None else None)


def without_known(snapshot: Snapshot, before: Snapshot) -> Snapshot:
    """Return a snapshot with those of its diagnostics that an earlier one does not have.

    Of an earlier one that can't be read in full, nothing is taken for known: what seems to have been found there may be due
    to what lacks. Rules that compare with it are undecided.
    """
    lacking = [d.path for d in before.diagnostics if is_missing(d)]
    if lacking:
        undecided = tuple(_without_base(before, lacking))
        return snapshot.replaced(undecided=(*snapshot.undecided, *undecided))
    known = {diagnostic.fingerprint for diagnostic in before.diagnostics}
    new = (diagnostic for diagnostic in snapshot.diagnostics if diagnostic.fingerprint not in known)
    return snapshot.replaced(diagnostics=tuple(new))


def _without_base(before: Snapshot, lacking: Sequence[str]) -> Iterator[Undecided]:
    """Yield that no rule can say what is new, where contents of the earlier state can't be read."""
    from qafiles.git.completeness import how_to_get_objects  # noqa: PLC0415  # in this rare case alone

    more = f" and {len(lacking) - 1} more files" if len(lacking) > 1 else ""
    repository = getattr(before.source, "repository", None)
    how = how_to_get_objects(repository) if repository is not None else "read it from a whole clone"
    commit = (before.source.revision or "")[:10]
    reason = f"git can't read {lacking[0]}{more} as of {commit}, so that nobody knows what is new: {how}"
    yield from (Undecided(rule.code, reason) for rule in all_rules())
