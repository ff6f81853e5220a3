"""What has to be said of a run beside its figures: what can't be read, and what was run of which state."""

from collections.abc import Iterator, Sequence
from typing import Final

from qafiles.diagnostics import LeftOut
from qafiles.errors import GitError
from qafiles.git.repository import GitRepository
from qafiles.reports.request import Request
from qafiles.results.joined import Joined
from qafiles.results.result import Problem
from qafiles.snapshot import EntityFile
from qafiles.sources.repositories import repository_of

_MOST: Final = 20
_NAMED: Final = 3
_MOST_SHARDS: Final = 1_000


def left_out_of(*runs: Joined | None) -> LeftOut:
    """Return what could not be read of result files: each place with the reason, and what to do about it."""
    problems = [problem for run in runs if run is not None for problem in run.problems]
    if not problems:
        return LeftOut()
    paths = dict.fromkeys(problem.path for problem in problems)
    sentences = [
        f"{problem.place}: {problem.message}" + (f"; {problem.hint}" if problem.hint else "")
        for problem in problems[:_MOST]
    ]
    if len(problems) > _MOST:
        sentences.append(
            f"{len(problems) - _MOST} more problems of result files, all of them in the table `files`"
        )
    which = "1 result file is" if len(paths) == 1 else f"{len(paths)} result files are"
    sentences.append(f"{which} not read, or not as a whole: what did not run may have run")
    return LeftOut(tuple(sentences), is_missing=True)


def notes_on(joined: Joined, request: Request, cases: tuple[EntityFile, ...]) -> tuple[str, ...]:
    """Return what has to be said of a run: its commit, shards, files that say nothing new, and what is out of the scope."""
    return (
        *_commits(joined, request),
        *_shards(joined),
        *_files(joined),
        *_changed(joined),
        *_scope(joined, request, cases),
    )


def _commits(joined: Joined, request: Request) -> Iterator[str]:
    """Yield the commits of which the run was and the report is not."""
    revision = request.snapshot.source.revision
    head = revision or request.origin.commit
    repository = repository_of(request.snapshot.source)
    for commit, number in sorted(joined.commits.items(), key=lambda item: (-item[1], item[0])):
        if head is not None and (head.startswith(commit) or commit.startswith(head)):
            continue
        tests = "1 test is" if number == 1 else f"{number:,} tests are"
        if revision is not None:
            yield f"{tests} of commit {commit[:10]}, and the report is of commit {revision[:10]}"
        elif repository is not None and _is_known(repository, commit):
            yield (
                f"{tests} of commit {commit[:10]}, and the report is of the {request.origin}; "
                f"`--rev {commit[:10]}` reports on the test cases as they were then"
            )
    if revision is None and len(joined.commits) > 1:
        yield f"the tests are of several commits: {', '.join(commit[:10] for commit in sorted(joined.commits))}"


def _is_known(repository: GitRepository, commit: str) -> bool:
    try:
        return repository.has_commit(commit)
    except GitError:
        return False


def _shards(joined: Joined) -> Iterator[str]:
    """Yield the shards of a run of which no file holds a test."""
    totals: dict[str, set[int]] = {}
    for shard in dict.fromkeys(shard for file in joined.files for shard in file.shards):
        current, _, total = shard.partition("/")
        if current.isdigit() and total.isdigit() and int(total) <= _MOST_SHARDS:
            totals.setdefault(total, set()).add(int(current))
    for total, present in totals.items():
        missing = [str(number) for number in range(1, int(total) + 1) if number not in present]
        if missing:
            named = ", ".join(f"{number}/{total}" for number in missing[:_MOST])
            yield f"no file holds a test of shard {named}: what did not run may have run there"


def _files(joined: Joined) -> Iterator[str]:
    if not joined.files:
        yield "no result file was given: nothing is known to have run"
    if joined.passed_over:
        yield from _passed_over(joined.passed_over)
    repeated = [file for file in joined.files if file.repeats is not None]
    for file in repeated[:_NAMED]:
        yield f"{file.path} is the same as {file.repeats}, and counts once"
    if len(repeated) > _NAMED:
        yield f"{len(repeated) - _NAMED} more files are the same as others, and count once"
    broken = {problem.path for problem in joined.problems}
    empty = [file.path for file in joined.files if not file.tests and file.path not in broken]
    if empty:
        more = f" and {len(empty) - _NAMED} more" if len(empty) > _NAMED else ""
        yield f"no test is in {', '.join(empty[:_NAMED])}{more}"


def _passed_over(problems: Sequence[Problem]) -> Iterator[str]:
    """Yield which files are no result files, with the reasons of the first."""
    named = "; ".join(f"{problem.path}: {problem.message}" for problem in problems[:_NAMED])
    more = f"; and {len(problems) - _NAMED:,} more" if len(problems) > _NAMED else ""
    files = (
        "1 file is no result file and"
        if len(problems) == 1
        else f"{len(problems):,} files are no result files and"
    )
    yield f"{files} passed over: {named}{more}"


def _changed(joined: Joined) -> Iterator[str]:
    """Yield the sheets that testers filled in, and that say something else than test cases do by now."""
    by_sheet: dict[str, list[str]] = {}
    for path, sheet in joined.changed.items():
        by_sheet.setdefault(sheet, []).append(joined.snapshot.files[path].handle)
    for sheet, handles in by_sheet.items():
        named = ", ".join(sorted(handles)[:_MOST]) + (
            f" and {len(handles) - _MOST} more" if len(handles) > _MOST else ""
        )
        cases = "1 test case says" if len(handles) == 1 else f"{len(handles)} test cases say"
        yield f"{cases} something else now than when {sheet} was written: {named}"


def _scope(joined: Joined, request: Request, cases: tuple[EntityFile, ...]) -> Iterator[str]:
    if not cases:
        yield "there is no test case in the scope"
    if request.filters:
        inside = {case.path for case in cases}
        outside = sum(path not in inside for path in joined.ran)
        if outside:
            are = (
                "test case outside the scope has results, which are"
                if outside == 1
                else "test cases outside the scope have results, which are"
            )
            yield f"{outside:,} {are} not counted"
