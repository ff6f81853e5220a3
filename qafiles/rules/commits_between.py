"""What the commits between two states brought: who they are by, which files they added, and what could not be read of them."""

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from qafiles.diagnostics import Undecided
from qafiles.errors import GitError
from qafiles.git import GitRepository
from qafiles.sources import FolderSource, GitObjectSource, Source
from qafiles.sources.overlay import OverlaySource

if TYPE_CHECKING:
    from qafiles.git.log import BlobChange, LoggedCommit


class Tips(NamedTuple):
    """The commits that a source comes from, in their repository, and the data root's folder with a `/`, empty at the top."""

    repository: GitRepository
    commits: tuple[str, ...]
    prefix: str

    def added(
        self, since: str | None, wanted: Callable[[str], bool]
    ) -> "Iterator[tuple[LoggedCommit, BlobChange]]":
        """Yield what each commit that `since` does not reach brought at the paths that are wanted, the newest commit first.

        Paths are relative to the data root; a link has no blob. Without `since`, it is the whole past.
        """
        from qafiles.git.log import log  # noqa: PLC0415  # only where commits are looked at

        for tip in self.commits:
            for commit in log(self.repository, tip, [self.prefix.rstrip("/")], after=since):
                own = [
                    change
                    for change in commit.changes
                    if change.path.startswith(self.prefix) and wanted(change.path[len(self.prefix) :])
                ]
                # What has no blob is gone, or a link.
                deleted = [change.path for change in own if change.after is None]
                links = self.repository.links_in(commit.name, deleted) if deleted else set()
                for change in own:
                    if change.after is not None or change.path in links:
                        yield commit, change._replace(path=change.path[len(self.prefix) :])


def tips_of(source: Source) -> Tips | None:
    """Return the commits of a source, None where it has none."""
    from qafiles.sources.merged import MergedSource  # noqa: PLC0415  # only where commits are looked at

    while isinstance(source, OverlaySource):
        source = source.base
    prefix = "" if source.root == "." else f"{source.root}/"
    if isinstance(source, MergedSource):
        ours = source.ours
        return Tips(ours.repository, (str(ours.revision), source.theirs), prefix)
    if not isinstance(source, FolderSource | GitObjectSource) or source.repository is None:
        return None
    revision = source.revision or "HEAD"
    if not source.repository.has_commit(revision):
        return None
    return Tips(source.repository, (source.repository.commit(revision),), prefix)


def contents_of(repository: GitRepository, blobs: list[str], most: int) -> Iterator[bytes | None]:
    """Yield the content of each blob, up to a number of bytes; None for those that the clone lacks, however many these are."""
    contents = repository.blobs(blobs, most)
    for _ in blobs:
        try:
            yield next(contents, None)
        except GitError:
            yield None


def undecided(code: str, tips: Tips, since: str, missing: int) -> Iterator[Undecided]:
    """Yield what can't be known of the commits in between, because the clone lacks them or their contents."""
    from qafiles.git.commits_since import cut_off_since  # noqa: PLC0415  # as above
    from qafiles.git.completeness import HOW_TO_GET_COMMITS, how_to_get_objects  # noqa: PLC0415  # as above

    if any(cut_off_since(tips.repository, since, tip) for tip in tips.commits):
        reason = f"the clone is shallow and lacks commits since {since[:10]}: {HOW_TO_GET_COMMITS}"
        yield Undecided(code, reason)
    if missing:
        what = "1 secret's file" if missing == 1 else f"{missing} files of secrets"
        if code != "QF506":
            what = "1 file" if missing == 1 else f"{missing} files"
        reason = f"git can't read {what} that commits since {since[:10]} hold: {how_to_get_objects(tips.repository)}"
        yield Undecided(code, reason)


def said_of(commits: "Iterable[LoggedCommit]") -> tuple[str, str]:
    """Return how a sentence about commits begins and ends: the first of them, whose it is, and how many others; the newest comes first."""
    from qafiles.git.dates import day_text  # noqa: PLC0415  # only where something was found

    *others, first = commits
    more = f", and so {'does 1 other' if len(others) == 1 else f'do {len(others)} others'}" if others else ""
    return f"commit {first.name[:10]} by {first.author_name} on {day_text(first.authored)} holds", more
