"""The whole history of some folders in one pass of git: every commit, and the blobs that it changed."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import IO, Final, NamedTuple

from qafiles.cache.surroundings import git_file
from qafiles.errors import GitError
from qafiles.git.completeness import is_shallow
from qafiles.git.people import People, Person
from qafiles.git.process import readable, records
from qafiles.git.repository import GitRepository

_FILES: Final = frozenset({"100644", "100755"})

_CHUNK: Final = 1 << 18

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
    """A commit with what it changed against its first parent; dates are git's raw ones, `1700000000 +0100`.

    A date that git can't read is empty, and so may be the author's name and e-mail address.
    """

    name: str
    parents: tuple[str, ...]
    author: str
    email: str
    authored: str
    committed: str
    subject: str
    changes: tuple[BlobChange, ...]

    @property
    def person(self) -> Person:
        """The author."""
        return Person(self.author, self.email)

    @property
    def author_name(self) -> str:
        """What to call the author: the name, without one the e-mail address, and without either `nobody`."""
        return self.author.strip() or self.email.strip() or "nobody"

    def meant(self, people: People) -> "LoggedCommit":
        """Return the commit with the author who is meant by the one that it names."""
        person = people.get(self.person)
        return self if person is None else self._replace(author=person.name, email=person.email)


def log(
    repository: GitRepository, commit: str, folders: Sequence[str], *, after: str | None = None
) -> list[LoggedCommit]:
    """Return every commit that is reachable from one, newest first and none before its children, with their parents.

    Changes are those below the folders, of which the empty one is the top. Symbolic links and submodules count as no
    file. With `after`, those are left out that this commit reaches. Raises GitError.
    """
    known = [f"^{after}"] if after is not None else []
    limits = [] if "" in folders else ["--", *folders]
    command = (*_LOG, commit, *known, *limits)
    # Read while git works. A damaged repository makes it say more than a pipe holds, so that it says nothing at first.
    with repository.start(*command, talks=False) as process:
        assert process.stdout is not None  # noqa: S101  # a pipe was asked for
        commits = [*_commits(_tokens(process.stdout))]
    if process.returncode:
        repository.run(*command)
        raise GitError(
            f"git log failed with {process.returncode}, and not when it was asked again; try again"
        )
    return commits


def first_parents(repository: GitRepository, commit: str, count: int) -> list[str]:
    """Return a commit and those before it on its first-parent line, as many as asked for. Raises GitError."""
    out = repository.run("rev-list", "--first-parent", f"--max-count={count}", commit)
    return out.decode("ascii").split()


def between(repository: GitRepository, after: str, commit: str) -> frozenset[str]:
    """Return the commits that one commit reaches and another does not, as `after..commit` does. Raises GitError."""
    return frozenset(repository.run("rev-list", commit, f"^{after}").decode("ascii").split())


def boundary(repository: GitRepository) -> frozenset[str]:
    """Return the commits whose parents a shallow clone lacks; none in a complete repository."""
    if not is_shallow(repository):
        return frozenset()
    content = git_file(repository.common_dir, "shallow") or b""
    return frozenset(content.decode("ascii").split()) if content.isascii() else frozenset()


def deleted_in(repository: GitRepository, parent: str, commit: str) -> list[str]:
    """Return the paths, relative to the top, that a commit holds no more but its parent does."""
    out = repository.run(
        "diff-tree", "-r", "-z", "--no-renames", "--diff-filter=D", "--name-only", parent, commit
    )
    return records(out)


def _tokens(stream: IO[bytes]) -> Iterator[str]:
    """Yield what stands between NULs."""
    rest = b""
    while data := stream.read(_CHUNK):
        *whole, rest = (rest + data).split(b"\0")
        yield from b"\0".join(whole).decode("utf-8", "surrogateescape").split("\0") if whole else ()


def _commits(tokens: Iterator[str]) -> Iterator[LoggedCommit]:
    """Yield the commits of a log; one that breaks off in the middle is left out, since git then says what failed."""
    token = next(tokens, None)
    while token is not None:
        head = [token, *islice(tokens, len(_FIELDS))]
        if len(head) <= len(_FIELDS):
            return
        changes = []
        while (token := next(tokens, None)) is not None and token.startswith((":", "\n:")):
            mode, new_mode, before, after, _ = token.lstrip("\n:").split(" ")
            changes.append(
                BlobChange(
                    next(tokens, ""),
                    before if mode in _FILES else None,
                    after if new_mode in _FILES else None,
                )
            )
        name, parents, author, email, authored, committed, subject, _ = head
        if not (author.isascii() and email.isascii() and subject.isascii()):
            author, email, subject = map(readable, (author, email, subject))
        yield LoggedCommit(
            name, tuple(parents.split()), author, email, authored, committed, subject, tuple(changes)
        )
