"""Loading and checking in one call."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from qafiles.cache.asked_paths import AskedPaths
from qafiles.diagnostics import Diagnostic, Undecided
from qafiles.errors import UsageError
from qafiles.fingerprints import with_fingerprints
from qafiles.layout import SETTINGS_FILE
from qafiles.loading.earlier import load_earlier
from qafiles.loading.loader import Progress
from qafiles.loading.loader import load as load_source
from qafiles.processes import collector_paused
from qafiles.rules import all_rules, checking_rules
from qafiles.rules.file_rules import examiner, late_examiner
from qafiles.snapshot import Snapshot
from qafiles.snapshot.unread import is_missing, missing_sentence, problems
from qafiles.sources import FolderSource, GitObjectSource, Source
from qafiles.sources.data_root import open_source, repository_asked
from qafiles.sources.overlay import OverlaySource
from qafiles.validation.since import LookedFor, without_known

if TYPE_CHECKING:
    from qafiles.models.settings import Settings
    from qafiles.results.linked_tests import LinkedTests
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
    with collector_paused():
        if since is None:
            source, settings = _source(path, rev, merge, paths, staged=staged)
            loaded = _loaded(source, progress, dict, _get_ready, cache=cache)
            snapshot = _with_conflicts(loaded)
            linked = _linked(snapshot, tests, automated, projects, tools)
            from qafiles.rules.check import check  # noqa: PLC0415  # imported while files were read

            return _with_missing(check(snapshot, settings=settings, tests=linked))
        with LookedFor(path, since) as state:
            if paths is not None and (known := repository_asked(paths)) is not None:
                state.begin(known)
            source, settings = _source(path, rev, merge, paths, staged=staged)
            state.begin(getattr(source, "repository", None))
            get_ready = partial(_get_ready, state, source)
            loaded = _loaded(source, progress, state.names, get_ready, cache=cache)
            linked = _linked(_with_conflicts(loaded), tests, automated, projects, tools)
            return _compared(loaded, state, settings, linked, progress)


def _source(
    path: str | Path | Source, rev: str | None, merge: str | None, paths: AskedPaths | None, *, staged: bool
) -> "tuple[Source, Settings | None]":
    """Return the source that is meant, and the settings that decide where they are not its own."""
    if merge is not None:
        return _merged(path, rev, merge, staged=staged)
    if isinstance(path, str | Path):
        return open_source(path, rev=rev, staged=staged, paths=paths), None
    return path, None


def _compared(
    loaded: Snapshot,
    state: LookedFor,
    settings: "Settings | None",
    linked: "LinkedTests | None",
    progress: Progress | None,
) -> Snapshot:
    """Return the snapshot with what is wrong and was not so in an earlier state."""
    from qafiles.rules.check import check  # noqa: PLC0415  # imported while files were read

    snapshot, commits = _with_conflicts(loaded), state.commits_up_to(loaded.source)
    earlier = state.found()
    if earlier.source is None:
        return _with_missing(check(snapshot, settings=settings, commits=commits, tests=linked))
    before = load_earlier(earlier.source, earlier.entries, loaded, progress)
    settings = settings or before.settings
    checked = check(snapshot, before=before, settings=settings, commits=commits, tests=linked)
    # What was not found now need not be looked for then.
    codes = {diagnostic.code for diagnostic in checked.diagnostics}
    return without_known(_with_missing(checked), check(before, only=codes))


def _with_conflicts(snapshot: Snapshot) -> Snapshot:
    """Return a snapshot of a merge with what is in conflict there; that of any other source as it is."""
    source = snapshot.source
    if isinstance(source, FolderSource | GitObjectSource):
        return snapshot
    from qafiles.sources.merged import MergedSource  # noqa: PLC0415  # few look at merges

    if not isinstance(source, MergedSource):
        return snapshot
    return snapshot.replaced(diagnostics=with_fingerprints(source.with_conflicts(snapshot.diagnostics)))


def _get_ready(state: LookedFor | None = None, source: Source | None = None) -> None:
    """Import what is needed when all files are read, and ask git for commits."""
    import qafiles.rules.check  # noqa: F401, PLC0415  # while other processes read

    is_compared = state is not None
    checking_rules(changes=is_compared, commits=is_compared)
    commits = state.commits_up_to(source) if state is not None and source is not None else None
    if commits is not None:
        commits.ask()


def _loaded(
    source: Source,
    progress: Progress | None,
    named: Callable[[], Mapping[str, str]],
    meanwhile: Callable[[], object],
    *,
    cache: bool,
) -> Snapshot:
    if cache and isinstance(source, GitObjectSource) and source.repository.top is not None:
        from qafiles.loading.kept_files import load_objects  # noqa: PLC0415  # working trees need nothing of it

        snapshot = load_objects(source, late_examiner(), progress, named())
        if snapshot is not None:
            return snapshot
    return load_source(source, progress, examiner(), named, meanwhile=meanwhile)


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
    return snapshot.replaced(undecided=(*snapshot.undecided, *undecided))


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
