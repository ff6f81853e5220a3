"""The whole history of some folders in one pass of git: every commit, and the blobs that it changed."""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from qafiles.git.repository import GitRepository

_FILES: Final = frozenset({"100644", "100755"})

_FIELDS: Final = ("%H", "%P", "%an", "%ae", "%ad", "%cd", "%s")

_LOG: Final = (
    "log",
    # What the user's settings could change: log.showRoot, log.follow, diff.orderFile and others.
    "--root",
    "--no-follow",
    "-O/dev/null",
    "--raw",
    "-z",
    "--no-abbrev",
    "--no-renames",
    "--diff-merges=first-parent",
    # Every commit, also on branches whose changes a merge has dropped: what was changed there was changed.
    "--full-history",
    "--sparse",
    # No parent before its children, and otherwise the newest first.
    "--date-order",
    "--encoding=UTF-8",
    "--no-show-signature",
    "--no-notes",
    "--no-decorate",
    "--no-color",
    "--no-ext-diff",
    "--no-textconv",
    "--no-relative",
    "--date=raw",
    f"--format=tformat:{'%x00'.join(_FIELDS)}%x00",
)


class BlobChange(NamedTuple):
    """A path, relative to the top, with its blob before and after a commit; None where there was or is no file."""

    path: str
    before: str | None
    after: str | None


class LoggedCommit(NamedTuple):
    """A commit with what it changed against its first parent; dates are git's raw ones, `1700000000 +0100`."""

    name: str
    parents: tuple[str, ...]
    author: str
    email: str
    authored: str
    committed: str
    subject: str
    changes: tuple[BlobChange, ...]


def log(repository: GitRepository, commit: str, folders: Sequence[str]) -> list[LoggedCommit]:
    """Return every commit that is reachable from one, newest first and none before its children, with their parents.

    Changes are those below the folders, of which the empty one is the top. Symbolic links and submodules count as no
    file. Raises GitError.
    """
    limits = [] if "" in folders else ["--", *folders]
    out = repository.run(*_LOG, commit, *limits)
    return [*_commits(out)]


def boundary(repository: GitRepository) -> frozenset[str]:
    """Return the commits whose parents a shallow clone lacks; none in a complete repository."""
    if repository.run("rev-parse", "--is-shallow-repository").strip() != b"true":
        return frozenset()
    place = repository.common_dir / "shallow"
    try:
        return frozenset(place.read_text("ascii").split())
    except (OSError, ValueError):
        return frozenset()


def deleted_in(repository: GitRepository, parent: str, commit: str) -> list[str]:
    """Return the paths, relative to the top, that a commit holds no more but its parent does."""
    out = repository.run(
        "diff-tree", "-r", "-z", "--no-renames", "--diff-filter=D", "--name-only", parent, commit
    )
    return out.decode("utf-8", "surrogateescape").split("\0")[:-1]


def _commits(out: bytes) -> Iterator[LoggedCommit]:
    tokens = out.decode("utf-8", "surrogateescape").split("\0")
    at, end = 0, len(tokens) - 1
    while at < end:
        name, parents, author, email, authored, committed, subject = tokens[at : at + len(_FIELDS)]
        at += len(_FIELDS) + 1
        changes = []
        while at < end and tokens[at].startswith((":", "\n:")):
            mode, new_mode, before, after, _ = tokens[at].lstrip("\n:").split(" ")
            path = tokens[at + 1]
            at += 2
            changes.append(
                BlobChange(path, before if mode in _FILES else None, after if new_mode in _FILES else None)
            )
        yield LoggedCommit(
            name.lstrip("\n"),
            tuple(parents.split()),
            author,
            email,
            authored,
            committed,
            subject,
            tuple(changes),
        )
