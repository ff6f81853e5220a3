"""The table of reports, and making one of them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Final, NamedTuple

from qafiles.errors import UsageError
from qafiles.kinds import Kind
from qafiles.layout import KINDS, SETTINGS_FILE, nearest
from qafiles.loading.earlier import load_earlier, names_in
from qafiles.loading.loader import Progress, load
from qafiles.processes import collector_paused
from qafiles.reports import (
    access,
    activity,
    changes,
    coverage,
    findings,
    inventory,
    results,
    secrets,
    stale,
    traceability,
)
from qafiles.reports.differences import with_differences
from qafiles.reports.filter_names import with_handles
from qafiles.reports.filter_problems import problem_in
from qafiles.reports.filters import NO_FILTERS, Filters
from qafiles.reports.grouping import check_by
from qafiles.reports.report import Report
from qafiles.reports.request import Request
from qafiles.results.joined import Joined
from qafiles.results.joining import join
from qafiles.results.result import ResultFile
from qafiles.snapshot import Snapshot
from qafiles.sources import MemorySource, Source, SourceEntry
from qafiles.sources.data_root import open_source
from qafiles.sources.revisions import at_revision, states


class ReportKind(NamedTuple):
    """A report that can be asked for: its title, what makes it, and the kinds that it counts by the values of a field."""

    title: str
    build: Callable[[Request], Report]
    kinds: tuple[Kind, ...] = ()


BUILDERS: Final[Mapping[str, ReportKind]] = MappingProxyType(
    {
        "inventory": ReportKind("Inventory", inventory.build, KINDS),
        "coverage": ReportKind("Coverage", coverage.build, ("test_case",)),
        "traceability": ReportKind("Traceability", traceability.build, traceability.MATRIX_KINDS),
        "changes": ReportKind("Changes", changes.build, KINDS),
        "activity": ReportKind("Activity", activity.build, KINDS),
        "stale": ReportKind("Stale", stale.build, stale.AGING),
        "secrets": ReportKind("Secrets", secrets.build),
        "access": ReportKind("Access", access.build),
        "findings": ReportKind("Findings", findings.build, KINDS),
        "results": ReportKind("Results", results.build, ("test_case",)),
    }
)
"""Every report by its name; `qafiles.reports.REPORTS` says what each is about."""

WITHOUT_DIFFERENCES: Final = ("changes", "results")
"""The reports that are comparisons themselves."""

WITH_RESULTS: Final = ("results", "coverage", "traceability")
"""The reports that tell how test cases ended, where result files are given."""


def make_report(  # noqa: PLR0913  # one parameter for each choice of the command line
    name: str,
    data: str | Path | Source | Snapshot = ".",
    rev: str | None = None,
    *,
    staged: bool = False,
    revisions: str | None = None,
    filters: Filters = NO_FILTERS,
    days: int = 180,
    as_of: date | None = None,
    by: str | None = None,
    against: str | None = None,
    result_files: Iterable[ResultFile] | Joined | None = None,
    earlier_files: Iterable[ResultFile] | None = None,
    tools: Sequence[str] = (),
    progress: Progress | None = None,
) -> Report:
    """Return a report on the data root at or above a folder, or on a source or snapshot.

    `rev` is any git revision, `staged` reads the index. `changes` compares two states instead: `revisions` names them as
    `qafiles diff` does, `A..B` or `A`. `days` is the age from which something is old, `as_of` the day from which ages
    count (by default that of the commit reported). `by` is a field by whose values the report counts, too. With the revision
    `against`, the report begins with what is another than there. `result_files` are
    those of a run, as `qafiles.results.read_results` yields them or as `qafiles.results.join` joined them to the same snapshot, of which the reports in WITH_RESULTS tell how test cases ended,
    and `earlier_files` those of a run to compare it with; `tools` are those whose keys the tests name. `progress` is told how many files are read. Raises UsageError for unknown names, GitError where a report needs a
    history that is not there, and what `qafiles.load` raises.
    """
    if name not in BUILDERS:
        near = nearest(name, [*BUILDERS])
        hint = f"did you mean `{near}`?" if near else f"there are {', '.join(BUILDERS)}"
        raise UsageError(f"no report is called `{name}`; {hint}")
    kind = BUILDERS[name]
    before: Source | None = None
    listed: Sequence[SourceEntry] = ()
    with collector_paused():
        if name == "changes":
            request = _comparison(kind, data, rev, revisions, staged=staged, progress=progress)
        elif revisions is not None:
            raise UsageError(f"the report `{name}` is about one state; choose it with --rev {revisions}")
        else:
            before = _compared(name, data, against) if against is not None else None
            listed = before.entries() if before is not None else []
            snapshot = _snapshot(data, rev, progress, staged=staged, named=names_in(listed))
            request = Request(name, kind.title, snapshot)
        request = replace(request, filters=with_handles(filters), days=days, as_of=as_of, by=by)
        _refuse_unknown(request)
        request = _with_results(request, result_files, earlier_files, tools)
        _refuse_by(request, kind)
        report = kind.build(request)
        if against is None:
            return report
        if before is None:
            before = _compared(name, data, against)  # which refuses
        # Filters may name what was not there yet.
        was = _settled(load_earlier(before, listed, request.snapshot, progress))
        earlier = replace(request, snapshot=was, results=None, earlier_results=None)
        return with_differences(report, kind.build(earlier), against)


def _compared(name: str, data: str | Path | Source | Snapshot, against: str) -> Source:
    """Return the state that a revision has, with which a report is compared."""
    if name in WITHOUT_DIFFERENCES:
        raise UsageError(
            f"the report `{name}` begins with no differences; "
            + ("name two revisions as A..B" if name == "changes" else "--before compares result files")
        )
    if not isinstance(data, str | Path):
        raise UsageError("a report is compared with a revision where it is made from a folder")
    # Before the data root was made there was nothing.
    return at_revision(data, against) or MemorySource({SETTINGS_FILE: "version: 1\n"})


def _with_results(
    request: Request,
    files: Iterable[ResultFile] | Joined | None,
    earlier: Iterable[ResultFile] | None,
    tools: Sequence[str],
) -> Request:
    """Return the request with result files joined to its test cases."""
    if files is None and earlier is None:
        return request
    if request.name not in WITH_RESULTS:
        raise UsageError(
            f"the report `{request.name}` tells nothing of results; {', '.join(WITH_RESULTS)} take result files"
        )
    if earlier is not None and (request.name != "results" or files is None):
        raise UsageError("the report `results` compares result files with those of an earlier run")
    projects = request.filters.projects
    joined = (
        files
        if isinstance(files, Joined)
        else join(request.snapshot, files or (), projects=projects, tools=tools)
    )
    before = join(request.snapshot, earlier, projects=projects, tools=tools) if earlier is not None else None
    return replace(request, results=joined, earlier_results=before)


def _snapshot(
    data: str | Path | Source | Snapshot,
    rev: str | None,
    progress: Progress | None,
    *,
    staged: bool,
    named: Mapping[str, str],
) -> Snapshot:
    if isinstance(data, Snapshot):
        return _settled(data)
    source = open_source(data, rev=rev, staged=staged) if isinstance(data, str | Path) else data
    return _settled(load(source, progress, named=named))


def _settled(snapshot: Snapshot) -> Snapshot:
    """Return the snapshot in which an id that several files have means that which carries the history."""
    if not snapshot.shared_ids:
        return snapshot
    from qafiles.history import settled  # noqa: PLC0415  # most reports need no history

    return settled(snapshot)


def _comparison(  # noqa: PLR0913  # as make_report
    kind: ReportKind,
    data: str | Path | Source | Snapshot,
    rev: str | None,
    revisions: str | None,
    *,
    staged: bool,
    progress: Progress | None,
) -> Request:
    if revisions is None or rev is not None:
        raise UsageError("the report `changes` compares two states; name them as A..B, or A for A and now")
    if not isinstance(data, str | Path):
        raise UsageError("the report `changes` is made from a folder and two revisions")
    before, after = states(data, revisions, staged=staged)
    options = MappingProxyType({"revisions": (revisions,)})
    title = f"{kind.title} {revisions}"
    snapshot = _settled(load(after, progress, named=names_in(before.entries())))
    return Request("changes", title, snapshot, before=before, options=options)


def _refuse_by(request: Request, kind: ReportKind) -> None:
    """Refuse to count by a field that nothing has of what the report counts."""
    if request.by is None:
        return
    if not kind.kinds:
        others = ", ".join(name for name, other in BUILDERS.items() if other.kinds)
        raise UsageError(f"the report `{request.name}` does not count by fields; --by goes with {others}")
    snapshots = [request.snapshot, *([request.earlier] if request.earlier is not None else [])]
    check_by(request.by, kind.kinds, snapshots)


def _refuse_unknown(request: Request) -> None:
    """Refuse a filter that names nothing; where two states are compared, nothing in either."""
    problem = problem_in(request.filters, request.snapshot)
    if problem is None or (
        request.earlier is not None and problem_in(request.filters, request.earlier) is None
    ):
        return
    raise UsageError(problem)
