"""What the commits between two states brought: who they are by, which files they added, and what could not be read of them."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING

from qafiles.diagnostics import Undecided
from qafiles.errors import GitError, UnknownRevisionError
from qafiles.git import GitRepository
from qafiles.sources import FolderSource, GitObjectSource, Source
from qafiles.sources.overlay import OverlaySource
from qafiles.sources.repositories import repository_of

if TYPE_CHECKING:
    from qafiles.git.log import BlobChange, LoggedCommit


class Tips:
    """The commits that a source comes from, in their repository, and the data root's folder with a `/`, empty at the top."""

    def __init__(self, repository: GitRepository, commits: tuple[str, ...], prefix: str) -> None:
        """Take them."""
        self.repository = repository
        self.commits = commits
        self.prefix = prefix
        # What git has said of a tip and what it is told since, so that it is asked once.
        self._logged: dict[tuple[str, str], list[LoggedCommit]] = {}

    def added(
        self, since: str | None, wanted: Callable[[str], bool]
    ) -> "Iterator[tuple[LoggedCommit, BlobChange]]":
        """Yield what each commit that `since` does not reach brought at the paths that are wanted, the newest commit first.

        Paths are relative to the data root; a link has no blob. Without `since`, it is the whole past.
        """
        for tip in self.commits:
            for commit in self._log(tip, since):
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

    def ask(self, since: str) -> None:
        """Ask git for the commits that `since` does not reach. Raises GitError."""
        for tip in self.commits:
            self._log(tip, since)

    def _log(self, tip: str, since: str | None) -> "Iterable[LoggedCommit]":
        from qafiles.git.log import log  # noqa: PLC0415  # only where commits are looked at

        folder = self.prefix.rstrip("/")
        if since is None:
            return log(self.repository, tip, [folder])  # the whole past, which nobody asks for twice
        if (tip, since) not in self._logged:
            self._logged[tip, since] = log(self.repository, tip, [folder], after=since)
        return self._logged[tip, since]


class CommitsSince:
    """The commits that a source comes from and another one does not reach: git is asked once for all rules."""

    def __init__(self, source: Source, since: str, earlier: Source | None = None) -> None:
        """Take a source, and the name of a commit; `earlier` may be the source that it is, in whatever repository."""
        self._source = source
        self.since = since
        self._is_in_repository = (
            earlier is not None
            and earlier.revision == since
            and (repository := repository_of(source)) is not None
            and repository_of(earlier) == repository
        )

    def ask(self) -> None:
        """Ask git for what rules are going to look at; what can't be known is told when they do."""
        with suppress(GitError):
            if self.tips is not None:
                self.tips.ask(self.since)
                _ = self.is_cut_off

    @cached_property
    def tips(self) -> Tips | None:
        """The commits that the source comes from; None where it has none, and where the other one is not here."""
        tips = tips_of(self._source)
        is_in_repository = tips is not None and (
            self._is_in_repository or tips.repository.has_commit(self.since)
        )
        return tips if is_in_repository else None

    @cached_property
    def is_cut_off(self) -> bool:
        """Whether a shallow clone may lack some of them."""
        from qafiles.git.commits_since import cut_off_since  # noqa: PLC0415  # only where commits are looked at

        tips = self.tips
        return tips is not None and any(
            cut_off_since(tips.repository, self.since, tip) for tip in tips.commits
        )

    def undecided(self, code: str, missing: int) -> Iterator[Undecided]:
        """Yield what can't be known of them, because the clone lacks them or their contents, of which `missing` is the number."""
        from qafiles.git.completeness import HOW_TO_GET_COMMITS, how_to_get_objects  # noqa: PLC0415  # as above

        since = self.since[:10]
        if self.is_cut_off:
            yield Undecided(
                code, f"the clone is shallow and lacks commits since {since}: {HOW_TO_GET_COMMITS}"
            )
        if missing and self.tips is not None:
            what = "1 secret's file" if missing == 1 else f"{missing} files of secrets"
            if code != "QF506":
                what = "1 file" if missing == 1 else f"{missing} files"
            how = how_to_get_objects(self.tips.repository)
            yield Undecided(code, f"git can't read {what} that commits since {since} hold: {how}")


def tips_of(source: Source) -> Tips | None:
    """Return the commits of a source, None where it has none."""
    while isinstance(source, OverlaySource):
        source = source.base
    prefix = "" if source.root == "." else f"{source.root}/"
    if not isinstance(source, FolderSource | GitObjectSource):
        from qafiles.sources.merged import MergedSource  # noqa: PLC0415  # few look at merges

        if not isinstance(source, MergedSource):
            return None
        ours = source.ours
        return Tips(ours.repository, (str(ours.revision), source.theirs), prefix)
    if source.repository is None:
        return None
    if source.revision is not None:
        return Tips(source.repository, (source.revision,), prefix)
    try:
        return Tips(source.repository, (source.repository.commit("HEAD"),), prefix)
    except (UnknownRevisionError, GitError):
        return None


def contents_of(repository: GitRepository, blobs: list[str], most: int) -> Iterator[bytes | None]:
    """Yield the content of each blob, up to a number of bytes; None for those that the clone lacks, however many these are."""
    contents = repository.blobs(blobs, most)
    for _ in blobs:
        try:
            yield next(contents, None)
        except GitError:
            yield None


def said_of(commits: "Iterable[LoggedCommit]") -> tuple[str, str]:
    """Return how a sentence about commits begins and ends: the first of them, whose it is, and how many others; the newest comes first."""
    from qafiles.git.dates import day_text  # noqa: PLC0415  # only where something was found

    *others, first = commits
    more = f", and so {'does 1 other' if len(others) == 1 else f'do {len(others)} others'}" if others else ""
    return f"commit {first.name[:10]} by {first.author_name} on {day_text(first.authored)} holds", more
