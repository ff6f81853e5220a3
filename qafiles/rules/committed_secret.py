"""Secret that a commit holds in clear text.

## Why is this bad?
Whoever has the repository, or had it once, can read that commit. Encrypting or deleting the file later changes nothing about
it, nor does rewriting the history: clones, forks and the forge keep what was pushed. `qafiles validate --since REV` looks
at every commit that REV does not reach, also where a later one has taken the value out again.

## Example
```text
$ git log --oneline main..
8f3c2d1a07 encrypt the password
51b0e9c4aa add the admin's password          <- in clear text
$ qafiles validate --since main
error[QF506] committed-secret: commit 51b0e9c4aa by Ada on 2026-01-02 holds this secret in clear text
```

## Use instead
Change the value where it is used, then set the new one:

```text
$ qafiles secret set ADMIN_PASSWORD
```

To set it before anything is committed, `qafiles validate --staged` in a pre-commit hook finds it in time (QF501).
"""

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from qafiles.diagnostics import Finding, Undecided
from qafiles.errors import GitError
from qafiles.git import GitRepository
from qafiles.kinds import KIND_FACTS, SECRET
from qafiles.parsing import MAX_SIZE, parse
from qafiles.rules.rule import Need, Rule
from qafiles.snapshot import Snapshot
from qafiles.sources import FolderSource, GitObjectSource, Source
from qafiles.sources.overlay import OverlaySource

if TYPE_CHECKING:
    from qafiles.git.log import LoggedCommit

_is_secret = re.compile(rf"/{KIND_FACTS[SECRET].folder}/[^\0]*\.ya?ml\Z").search
# Of a file that is no YAML, such as one with the marks of a conflict.
_in_clear = re.compile(rb"secret_value[\"']?[ \t]*:[ \t]*[\"']?(?!ENC\[)[^\s\"']").search


class _Tips(NamedTuple):
    """The commits that a source comes from, in their repository."""

    repository: GitRepository
    commits: tuple[str, ...]


def check_commits(snapshot: Snapshot, since: str) -> Iterator[Finding | Undecided]:
    """Yield a finding for each path at which a commit that `since` does not reach holds a secret in clear text.

    What is said of commits and contents that the clone lacks comes last.
    """
    tips = _tips(snapshot.source)
    if tips is None or not tips.repository.has_commit(since):
        return
    prefix = "" if snapshot.source.root == "." else f"{snapshot.source.root}/"
    added = [*_added(tips, f"{prefix}organizations", since)]
    blobs = [*dict.fromkeys(blob for _, _, blob in added)]
    contents = dict(zip(blobs, _contents(tips.repository, blobs), strict=True))
    clear_blobs = {blob for blob, content in contents.items() if content and holds_clear_text(content)}
    holding: dict[str, dict[str, LoggedCommit]] = {}
    for commit, path, blob in added:
        if blob in clear_blobs and path.startswith(prefix):
            holding.setdefault(path[len(prefix) :], {})[commit.name] = commit
    for path, commits in sorted(holding.items()):
        yield _finding(snapshot, path, [*commits.values()])
    yield from _undecided(tips, since, sum(content is None for content in contents.values()))


def _contents(repository: GitRepository, blobs: list[str]) -> Iterator[bytes | None]:
    """Yield the content of each blob, None for those that the clone lacks, however many these are."""
    contents = repository.blobs(blobs, MAX_SIZE + 1)
    for _ in blobs:
        try:
            yield next(contents, None)
        except GitError:
            yield None


def _undecided(tips: _Tips, since: str, missing: int) -> Iterator[Undecided]:
    """Yield what can't be known of the commits in between, because the clone lacks them or their contents."""
    from qafiles.git.commits_since import cut_off_since  # noqa: PLC0415  # as above
    from qafiles.git.completeness import HOW_TO_GET_COMMITS, how_to_get_objects  # noqa: PLC0415  # as above

    if any(cut_off_since(tips.repository, since, tip) for tip in tips.commits):
        reason = f"the clone is shallow and lacks commits since {since[:10]}: {HOW_TO_GET_COMMITS}"
        yield Undecided("QF506", reason)
    if missing:
        what = "1 secret's file" if missing == 1 else f"{missing} files of secrets"
        reason = f"git can't read {what} that commits since {since[:10]} hold: {how_to_get_objects(tips.repository)}"
        yield Undecided("QF506", reason)


def _finding(snapshot: Snapshot, path: str, commits: "list[LoggedCommit]") -> Finding:
    """Return what to say of the commits, the newest of them first."""
    from qafiles.git.dates import day_text  # noqa: PLC0415  # only where something was found

    first = commits[-1]
    day = day_text(first.authored)
    others = len(commits) - 1
    more = f", and so {'does 1 other' if others == 1 else f'do {others} others'}" if others else ""
    message = (
        f"commit {first.name[:10]} by {first.author_name} on {day} holds this secret in clear text{more}"
    )
    hint = "change the value at its source: no later commit takes it out of the history"
    pointer = ("secret_value",) if path in snapshot.files else ()
    return Finding(path, message, pointer, "key", hint, subject=first.name)


def _tips(source: Source) -> _Tips | None:
    from qafiles.sources.merged import MergedSource  # noqa: PLC0415  # only where commits are looked at

    while isinstance(source, OverlaySource):
        source = source.base
    if isinstance(source, MergedSource):
        ours = source.ours
        return _Tips(ours.repository, (str(ours.revision), source.theirs))
    if not isinstance(source, FolderSource | GitObjectSource) or source.repository is None:
        return None
    revision = source.revision or "HEAD"
    if not source.repository.has_commit(revision):
        return None
    return _Tips(source.repository, (source.repository.commit(revision),))


def _added(tips: _Tips, folder: str, since: str) -> "Iterable[tuple[LoggedCommit, str, str]]":
    """Yield each commit with the paths and blobs of secrets that it brought, newest first."""
    from qafiles.git.log import log  # noqa: PLC0415  # as above

    for tip in tips.commits:
        for commit in log(tips.repository, tip, [folder], after=since):
            for change in commit.changes:
                if change.after is not None and _is_secret(change.path):
                    yield commit, change.path, change.after


def holds_clear_text(content: bytes) -> bool:
    """Return whether the file of a secret holds its value in clear text."""
    data = parse(content).data
    if not isinstance(data, dict):
        return _in_clear(content) is not None
    value = data.get("secret_value")
    if isinstance(value, str):
        from qafiles.sops_files.secret_file import is_sealed  # noqa: PLC0415  # as above

        return bool(value) and not is_sealed(value)
    return value is not None


RULE = Rule(
    "QF506",
    "error",
    __doc__,
    scope="whole",
    needs=(Need("history", without="nothing"),),
    check_commits=check_commits,
)
