"""Loading and checking in one call."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from qafiles.cache.asked_paths import AskedPaths
from qafiles.diagnostics import Diagnostic, Undecided
from qafiles.errors import UsageError
from qafiles.fingerprints import with_fingerprints
from qafiles.git import find_repository
from qafiles.layout import SETTINGS_FILE
from qafiles.loading.earlier import Listing, load_earlier
from qafiles.loading.loader import Progress
from qafiles.loading.loader import load as load_source
from qafiles.processes import collector_paused
from qafiles.rules import all_rules, checking_rules
from qafiles.rules.file_rules import examiner, late_examiner
from qafiles.snapshot import Snapshot
from qafiles.snapshot.unread import is_missing, missing_sentence, problems
from qafiles.sources import FolderSource, GitObjectSource, Source
from qafiles.sources.data_root import open_source
from qafiles.sources.overlay import OverlaySource

if TYPE_CHECKING:
    from qafiles.models.settings import Settings
    from qafiles.results.linked_tests import LinkedTests
    from qafiles.rules.commits_between import CommitsSince
    from qafiles.sources.merged import MergedSource


def load(  # noqa: PLR0913  # one parameter for each choice of the command line
    path: str | Path | Source = ".",
    rev: str | None = None,
    *,
    staged: bool = False,
    since: str | Source | None = None,
    merge: str | None = None,
    progress: Progress | None = None,
    tests: Iterable[str | Path] = (),
    automated: Iterable[str] = (),
    projects: Iterable[str] = (),
    tools: Iterable[str] = (),
    paths: AskedPaths | None = None,
    cache: bool = False,
) -> Snapshot:
    """Return the snapshot of the data root at or above a folder, or of a source, with all diagnostics.

    `rev` is any git revision; `staged` reads the index instead of the working tree. `merge` is a revision: what merging it
    into HEAD, or into `rev`, would give is loaded. With `since`, a revision or a source, the diagnostics are those that it
    does not have, and those of the rules that compare two states or look at the commits between; a revision without a data
    root has none. With either, the settings of that revision decide. `progress` is told how many files are read. `tests` are
    patterns of files that list tests, or tell how they ended, whose links are checked (QF9); test cases that meet the
    conditions `automated` (`FIELD=VALUE`; by default those of the settings) should have one; `projects` and `tools` say which
    test cases are meant by a key that several have. `paths` are what git was asked for already of the working tree; with
    `cache`, what earlier runs have read of the files of commits is taken, and kept for later ones. Problems in the files are diagnostics; QafilesError is raised only for the environment: no data root, no such revision, git fails.
    """
    source: Source
    settings = None
    with collector_paused():
        if merge is not None:
            source, settings = _merged(path, rev, merge, staged=staged)
        elif isinstance(path, str | Path):
            source = open_source(path, rev=rev, staged=staged, paths=paths)
        else:
            source = path
        earlier, commit = _earlier(path, since, source)
        listing = Listing(earlier) if earlier is not None else None
        commits = _commits(source, commit, earlier)
        rest = partial(_get_ready, commits, changes=since is not None)
        snapshot = loaded = _loaded(source, progress, listing, rest, cache=cache)
        if not isinstance(source, FolderSource | GitObjectSource):
            snapshot = _with_conflicts(snapshot, source)
        linked = _linked(snapshot, tests, automated, projects, tools)
        from qafiles.rules.check import check  # noqa: PLC0415  # imported while files were read

        if earlier is None or listing is None:
            return _with_missing(check(snapshot, settings=settings, commits=commits, tests=linked))
        before = load_earlier(earlier, listing.entries(), loaded, progress)
        settings = settings or before.settings
        checked = check(snapshot, before=before, settings=settings, commits=commits, tests=linked)
        # What was not found now need not be looked for then.
        codes = {diagnostic.code for diagnostic in checked.diagnostics}
        return _new(_with_missing(checked), check(before, only=codes))


def _with_conflicts(snapshot: Snapshot, source: Source) -> Snapshot:
    """Return a snapshot of a merge with what is in conflict there; that of any other source as it is."""
    from qafiles.sources.merged import MergedSource  # noqa: PLC0415  # few look at merges

    if not isinstance(source, MergedSource):
        return snapshot
    return replace(snapshot, diagnostics=with_fingerprints(source.with_conflicts(snapshot.diagnostics)))


def _commits(source: Source, since: str | None, earlier: Source | None) -> "CommitsSince | None":
    """Return the commits that a source comes from and another one, which may be the `earlier` source, does not reach."""
    if since is None:
        return None
    from qafiles.rules.commits_between import CommitsSince  # noqa: PLC0415  # few compare with a revision

    return CommitsSince(source, since, earlier)


def _get_ready(commits: "CommitsSince | None", *, changes: bool) -> None:
    """Import what is needed when all files are read, and ask git for commits."""
    import qafiles.rules.check  # noqa: F401, PLC0415  # while other processes read

    checking_rules(changes=changes, commits=changes)
    if commits is not None:
        commits.ask()


def _loaded(
    source: Source,
    progress: Progress | None,
    listing: Listing | None,
    meanwhile: Callable[[], object],
    *,
    cache: bool,
) -> Snapshot:
    named = listing.names if listing is not None else dict[str, str]
    if cache and isinstance(source, GitObjectSource) and source.repository.top is not None:
        from qafiles.loading.kept_files import load_objects  # noqa: PLC0415  # working trees need nothing of it

        snapshot = load_objects(source, late_examiner(), progress, named())
        if snapshot is not None:
            return snapshot
    return load_source(source, progress, examiner(), named, meanwhile)


def _linked(
    snapshot: Snapshot,
    patterns: Iterable[str | Path],
    automated: Iterable[str],
    projects: Iterable[str],
    tools: Iterable[str],
) -> "LinkedTests | None":
    """Return the tests of files with what they name, None where no files are given."""
    patterns, automated, projects, tools = [*patterns], [*automated], [*projects], [*tools]
    if not patterns:
        if automated:
            raise UsageError(
                "--automated says which test cases should have a test; --tests FILE names the tests"
            )
        if projects or tools:
            option = "--project" if projects else "--tool"
            raise UsageError(
                f"{option} says which test cases tests mean by a key; --tests FILE names the tests"
            )
        return None
    from qafiles.results.linked_tests import linked_tests  # noqa: PLC0415  # few look at tests
    from qafiles.results.paths import read_results, result_paths  # noqa: PLC0415  # as above

    files = read_results(result_paths(patterns))
    return linked_tests(snapshot, files, automated, projects=projects, tools=tools)


def _with_missing(snapshot: Snapshot) -> Snapshot:
    """Return a snapshot of which no rule is decided where git lacks the content of a file."""
    missing = [path for path, item in problems(snapshot).items() if is_missing(item)]
    if not missing:
        return snapshot
    reason = missing_sentence(snapshot.source, missing)
    undecided = tuple(Undecided(rule.code, reason) for rule in all_rules())
    return replace(snapshot, undecided=(*snapshot.undecided, *undecided))


def _new(snapshot: Snapshot, before: Snapshot) -> Snapshot:
    """Return a snapshot with those of its diagnostics that an earlier one does not have.

    Of an earlier one that can't be read in full, nothing is taken for known: what seems to have been found there may be due
    to what lacks. Rules that compare with it are undecided.
    """
    lacking = [d.path for d in before.diagnostics if is_missing(d)]
    if lacking:
        undecided = tuple(_without_base(before, lacking))
        return replace(snapshot, undecided=(*snapshot.undecided, *undecided))
    known = {diagnostic.fingerprint for diagnostic in before.diagnostics}
    new = (diagnostic for diagnostic in snapshot.diagnostics if diagnostic.fingerprint not in known)
    return replace(snapshot, diagnostics=tuple(new))


def _without_base(before: Snapshot, lacking: Sequence[str]) -> Iterator[Undecided]:
    """Yield that no rule can say what is new, where contents of the earlier state can't be read."""
    from qafiles.git.completeness import how_to_get_objects  # noqa: PLC0415  # in this rare case alone

    more = f" and {len(lacking) - 1} more files" if len(lacking) > 1 else ""
    repository = getattr(before.source, "repository", None)
    how = how_to_get_objects(repository) if repository is not None else "read it from a whole clone"
    commit = (before.source.revision or "")[:10]
    reason = f"git can't read {lacking[0]}{more} as of {commit}, so that nobody knows what is new: {how}"
    yield from (Undecided(rule.code, reason) for rule in all_rules())


def _earlier(
    path: str | Path | Source, since: str | Source | None, source: Source
) -> tuple[Source | None, str | None]:
    """Return the state that a data root is compared with, None where there is none in that revision, and its commit."""
    if not isinstance(since, str):
        return since, since.revision if since is not None else None
    if not isinstance(path, str | Path):
        raise UsageError("a source has no earlier revision; give the earlier source itself as `since`")
    from qafiles.sources.revisions import at_revision  # noqa: PLC0415  # few compare with a revision

    repository = getattr(source, "repository", None) or find_repository(Path(path).absolute())
    earlier = at_revision(path, since, repository, "--since")
    if earlier is not None:
        return earlier, earlier.revision
    return None, repository.commit(since) if repository is not None else None


def _merged(
    path: str | Path | Source, rev: str | None, theirs: str, *, staged: bool
) -> "tuple[MergedSource, Settings | None]":
    """Return the source of a merge, and the settings of the revision that is merged."""
    from qafiles.sources.merged import merged_source  # noqa: PLC0415  # as above

    if staged:
        raise UsageError(
            "a merge is made of commits; the index is none (commit first, or leave --staged out)"
        )
    ours = open_source(path, rev=rev or "HEAD", asked="--merge") if isinstance(path, str | Path) else path
    if not isinstance(ours, GitObjectSource) or ours.revision is None:
        raise UsageError("only a commit can be merged into")
    merged = merged_source(ours, theirs)
    other = ours._replace(revision=merged.theirs)
    entry = next((entry for entry in other.entries() if entry.path == SETTINGS_FILE), None)
    if entry is None:
        return merged, None
    return merged, load_source(OverlaySource(other, (entry,), {})).settings


def validate(  # noqa: PLR0913  # as `load`
    path: str | Path | Source = ".",
    rev: str | None = None,
    *,
    staged: bool = False,
    since: str | Source | None = None,
    merge: str | None = None,
    tests: Iterable[str | Path] = (),
    automated: Iterable[str] = (),
    projects: Iterable[str] = (),
    tools: Iterable[str] = (),
) -> tuple[Diagnostic, ...]:
    """Return the diagnostics of a data root, sorted by path, line, column and code; takes and raises what `load` does."""
    snapshot = load(
        path,
        rev,
        staged=staged,
        since=since,
        merge=merge,
        tests=tests,
        automated=automated,
        projects=projects,
        tools=tools,
    )
    return snapshot.diagnostics
