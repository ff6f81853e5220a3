"""Committing: the one place where git runs as the user has set it up, with hooks, signing and filters.

`git commit --only` takes the given paths from the working tree and nothing else, whatever else is staged:
https://git-scm.com/docs/git-commit#Documentation/git-commit.txt---only
"""

import contextlib
import hashlib
import os
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from subprocess import PIPE, STDOUT, Popen
from tempfile import TemporaryFile
from typing import Final, NamedTuple

from qafiles.errors import GitError
from qafiles.git.changes_since import changes_since
from qafiles.git.process import environment
from qafiles.git.repository import GitRepository

PATIENCE: Final = 20.0
"""Seconds for which another git process may hold the index or a branch."""

_ARGUMENTS: Final = 500
_LARGEST: Final = 1 << 24
"""Bytes up to which a staged file is compared."""
_IN_PROGRESS: Final = {
    "MERGE_HEAD": ("merge", "git merge --continue", "git merge --abort"),
    "CHERRY_PICK_HEAD": ("cherry-pick", "git cherry-pick --continue", "git cherry-pick --abort"),
    "REVERT_HEAD": ("revert", "git revert --continue", "git revert --abort"),
    "rebase-merge": ("rebase", "git rebase --continue", "git rebase --abort"),
    "rebase-apply": ("rebase", "git rebase --continue", "git rebase --abort"),
    "rebase-apply/applying": ("git am", "git am --continue", "git am --abort"),
}
_LOCKED: Final = ("index.lock", "cannot lock ref", "Unable to create", "HEAD.lock")


class CommitRefusedError(GitError):
    """Git, or a hook of it, made no commit; `output` is all that they said."""

    def __init__(self, message: str, output: str = "") -> None:
        super().__init__(message)
        self.output = output


class Operation(NamedTuple):
    """Something that git has begun and not ended, and the commands that end it."""

    name: str
    to_continue: str
    to_abort: str


class Held(NamedTuple):
    """A lock that is held while git commits: its descriptor, and the variables that tell git's hooks of it."""

    descriptor: int
    variables: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit that was made: its object name, and what git and its hooks said."""

    name: str
    output: str


def operation_in_progress(repository: GitRepository) -> Operation | None:
    """Return the merge, rebase or the like that waits to be ended in a working tree, or None."""
    found = [facts for name, facts in _IN_PROGRESS.items() if os.path.lexists(repository.git_dir / name)]
    return Operation(*found[-1]) if found else None


def unmerged(repository: GitRepository, folder: str) -> list[str]:
    """Return the paths below a folder, relative to the top, that the index holds in conflict."""
    spec = ["--", folder] if folder else []
    out = repository.run("ls-files", "-z", "--unmerged", "--full-name", *spec)
    return sorted({line.partition("\t")[2] for line in _records(out)})


def uncommitted(repository: GitRepository, paths: Sequence[str]) -> list[str]:
    """Return those of the paths, relative to the top, that differ between HEAD, index and working tree.

    Paths that git does not track are not among them; those that it was told not to look at are.
    """
    found: dict[str, None] = {}
    for part in _parts(paths):
        options = ("--porcelain=v1", "-z", "--no-renames", "--untracked-files=no", "--ignore-submodules=all")
        found |= dict.fromkeys(line[3:] for line in _records(repository.run("status", *options, "--", *part)))
        tagged = _records(repository.run("ls-files", "-z", "-v", "--full-name", "--", *part))
        # https://git-scm.com/docs/git-update-index: `assume unchanged` is a small letter, `skip worktree` an S
        unseen = [line[2:] for line in tagged if line[0].islower() or line[0] == "S"]
        found |= dict.fromkeys(path for path in unseen if not _is_as_staged(repository, path))
    return [*found]


def _is_as_staged(repository: GitRepository, path: str) -> bool:
    """Return whether the index holds a path as it is in the working tree, whatever git was told to think of it."""
    if repository.top is None or not os.path.lexists(repository.top / path):
        return True
    try:
        name = repository.run("hash-object", "--", path).split()
    except GitError:
        return False
    staged = repository.run("ls-files", "-z", "--stage", "--full-name", "--", path).split()
    return name == staged[1:2]


def current_head(repository: GitRepository) -> str | None:
    """Return the commit that is checked out, None before the first one."""
    return repository.commit("HEAD") if repository.has_commit("HEAD") else None


def commit_since(
    repository: GitRepository, head: str | None, wanted: Mapping[str, bool], written: Collection[str]
) -> str | None:
    """Return the newest commit since `head` that changed all of these paths, None where there is none.

    `wanted` says of each path whether it has a file afterwards; `written` are those whose file is in the working tree as
    it was to be committed. `head` is None where there was no commit.
    """
    now = current_head(repository)
    if now is None or now == head:
        return None
    for name, changed in changes_since(repository, head, now):
        if any(path in wanted and wanted[path] != there for path, there in changed.items()):
            continue
        unchanged = [path for path in wanted if path not in changed]
        if len(unchanged) == len(wanted):
            continue
        # A file that git never tracked was deleted, or git's filters leave nothing of a change.
        kept = [path for path in unchanged if wanted[path]]
        gone = [path for path in unchanged if not wanted[path]]
        tracked = (repository.paths_in(name, part) for part in _parts(gone))
        if (
            {*kept} <= {*written}
            and not any(tracked)
            and not untracked(repository, kept)
            and not uncommitted(repository, kept)
        ):
            return name
    return None


def untracked(repository: GitRepository, paths: Sequence[str]) -> list[str]:
    """Return those of the paths that the index does not hold."""
    held = {path for part in _parts(paths) for path in repository.paths_in(None, part)}
    return [path for path in paths if path not in held]


def ignored(repository: GitRepository, paths: Sequence[str]) -> list[str]:
    """Return those of the paths that git would not track."""
    names = untracked(repository, paths)
    if not names:
        return []
    # It refuses to run where pathspecs are literal, and reads none.
    command = ("--no-literal-pathspecs", "check-ignore", "-z", "--stdin", "--no-index")
    process = repository.start(*command, takes_input=True, talks=False)
    out, _ = process.communicate(b"".join(os.fsencode(name) + b"\0" for name in names))
    return _records(out)


def wait_for_index(repository: GitRepository, patience: float = PATIENCE) -> bool:
    """Return whether no other git process holds the index, after waiting for one that does."""
    end = time.monotonic() + patience
    while os.path.lexists(repository.git_dir / "index.lock"):
        if time.monotonic() >= end:
            return False
        time.sleep(0.05)
    return True


def commit_paths(
    repository: GitRepository,
    message: str,
    paths: Sequence[str],
    *,
    folder: Path,
    held: Held | None = None,
) -> Commit:
    """Make one commit of these paths, relative to the top, as they are in the working tree, and return it.

    Other staged and unstaged work stays as it is. `folder` takes the message and the output for a moment; `held` is a
    lock that git holds on to, should this process die before it. Raises CommitRefusedError; then there is no commit, and
    the index is as it was.
    """
    top = repository.top
    if top is None:
        raise CommitRefusedError("a bare repository has no working tree to commit from")
    known = {path for path in paths if not os.path.lexists(top / path)}
    gone = {*untracked(repository, sorted(known))}
    wanted = [path for path in paths if path not in gone]
    added = untracked(repository, [path for path in wanted if path not in known])
    text = folder / "message"
    text.write_bytes(message.encode("utf-8", "surrogateescape") + b"\n")
    arguments = ["-F", os.fspath(text), "--only", "--pathspec-from-file=-", "--pathspec-file-nul"]
    specs = b"".join(b":(top,literal)" + os.fsencode(path) + b"\0" for path in wanted)
    head = current_head(repository)

    def attempt() -> str:
        output, code = _porcelain(repository, arguments, specs, folder, held)
        # Git may also fail, or be killed, once the commit is there.
        if (
            code
            and commit_since(repository, head, {path: path not in known for path in paths}, paths) is None
        ):
            raise CommitRefusedError("git made no commit", output)
        # Git may have ended before its index, and what a hook staged is in the commit alone.
        index_as_committed(repository, paths)
        return output

    try:
        if added:
            _retried(lambda: _update_index(repository, ("--add",), added))
        output = _retried(attempt)
    except BaseException:
        forget_added(repository, added)
        raise
    finally:
        text.unlink(missing_ok=True)
    return Commit(repository.commit("HEAD"), output)


class LeftBehind(NamedTuple):
    """What the index may hold after an interrupted commit: paths as the commit before has them, or as they were written.

    `written` are the SHA-256 of the files that were to be committed, by path.
    """

    commit: str | None
    written: Mapping[str, str | None]


def index_as_committed(
    repository: GitRepository, paths: Sequence[str], left_behind: LeftBehind | None = None
) -> None:
    """Put paths into the index as HEAD has them, after a commit of them that left the index behind.

    With `left_behind`, only those are put there that the index holds like that: the others were staged by somebody
    meanwhile.
    """
    with contextlib.suppress(GitError):  # the index is held; nothing is lost, and `git status` shows it
        behind = {path: (entry, blob) for path, entry, blob in _staged(repository, paths)}
        if left_behind is not None:
            ours = _ours(repository, {path: blob for path, (_, blob) in behind.items()}, left_behind)
            behind = {path: facts for path, facts in behind.items() if path in ours}
        if behind:
            lines = (f"{entry}\t".encode() + os.fsencode(path) for path, (entry, _) in behind.items())
            repository.run("update-index", "-z", "--index-info", data=b"\0".join((*lines, b"")))


def _staged(repository: GitRepository, paths: Sequence[str]) -> Iterator[tuple[str, str, str | None]]:
    """Yield the paths at which HEAD and the index differ, with mode and object name in HEAD, and the name in the index."""
    options = ("--cached", "--raw", "-z", "--no-renames", "--full-index", "--ignore-submodules=all")
    for part in _parts(paths):
        records = iter(_records(repository.run("diff-index", *options, "HEAD", "--", *part)))
        for facts in records:
            mode, staged, blob, name, _ = facts.lstrip(":").split(" ")
            yield next(records), f"{mode} {blob}", None if staged == "000000" else name


def _ours(repository: GitRepository, staged: Mapping[str, str | None], left: LeftBehind) -> set[str]:
    """Return those of the staged paths that nobody staged but the interrupted commit."""
    old = _blobs_in(repository, left.commit, [*staged])
    found = {path for path, blob in staged.items() if blob == old.get(path)}
    blobs = {path: blob for path, blob in staged.items() if blob is not None and path not in found}
    for path, content in zip(blobs, repository.blobs([*blobs.values()], _LARGEST), strict=True):
        # Git may have made the line ends those that it keeps.
        texts = () if content is None else (content, content.replace(b"\n", b"\r\n"))
        if left.written.get(path) in {hashlib.sha256(text).hexdigest() for text in texts}:
            found.add(path)
    return found


def _blobs_in(repository: GitRepository, commit: str | None, paths: Sequence[str]) -> dict[str, str]:
    """Return the object names that a commit has at these paths; None stands for no commit."""
    found: dict[str, str] = {}
    for part in _parts(paths) if commit is not None else ():
        for line in _records(repository.run("ls-tree", "-z", "--full-tree", str(commit), "--", *part)):
            facts, _, path = line.partition("\t")
            found[path] = facts.split(" ")[2]
    return found


def stage_paths(repository: GitRepository, paths: Sequence[str]) -> None:
    """Put paths, relative to the top, into the index as they are in the working tree, which ends a conflict in them.

    Raises CommitRefusedError when another process holds the index for too long.
    """
    _retried(lambda: _update_index(repository, ("--add", "--remove"), paths))


def forget_added(repository: GitRepository, paths: Sequence[str]) -> None:
    """Take paths that HEAD does not hold out of the index again, as far as it can be written."""
    held: set[str] = set()
    if repository.has_commit("HEAD"):
        held = {path for part in _parts(paths) for path in repository.paths_in("HEAD", part)}
    new = [path for path in paths if path not in held]
    if new:
        try:
            _retried(lambda: _update_index(repository, ("--force-remove",), new))
        except CommitRefusedError:
            return


def _update_index(repository: GitRepository, options: Sequence[str], paths: Sequence[str]) -> str:
    data = b"".join(os.fsencode(path) + b"\0" for path in paths)
    try:
        repository.run("update-index", *options, "-z", "--stdin", data=data)
    except GitError as error:
        raise CommitRefusedError(str(error), str(error)) from error
    return ""


def _retried(action: Callable[[], str], patience: float = PATIENCE) -> str:
    """Return what an action returns, which is tried again while another process holds the index or the branch."""
    end = time.monotonic() + patience
    pause = 0.02
    while True:
        try:
            return action()
        except CommitRefusedError as error:
            if time.monotonic() >= end or not any(word in error.output for word in _LOCKED):
                raise
        time.sleep(pause)
        pause = min(pause * 1.5, 0.5)


def _porcelain(
    repository: GitRepository,
    arguments: Sequence[str],
    data: bytes,
    folder: Path,
    held: Held | None,
) -> tuple[str, int]:
    """Return what git and its hooks say, which goes to a file in a folder for a moment, and git's exit code."""
    # A collection of garbage in the background would hold on to the lock.
    command = ["git", "-c", "gc.auto=0", "-c", "maintenance.auto=false", "commit", "--quiet", *arguments]
    assert repository.top is not None  # noqa: S101  # asked for by commit_paths
    inherited = () if held is None or os.name == "nt" else (held.descriptor,)
    # No pipe, whose end would have to be waited for where a hook leaves a process behind.
    with (
        TemporaryFile(dir=folder) as said,
        Popen(  # noqa: S603  # no shell
            command,
            cwd=repository.top,
            env={**_users_environment(repository), **(held.variables if held else {})},
            stdin=PIPE,
            stdout=said,
            stderr=STDOUT,
            pass_fds=inherited,
        ) as process,
    ):
        try:
            process.communicate(data)
        except BaseException:
            # Whoever asks next whether there is a commit needs a git that makes none any more.
            if os.name != "nt":
                process.terminate()
            process.wait()
            raise
        said.seek(0)
        out = said.read()
    return out.decode("utf-8", "backslashreplace").strip("\n"), process.returncode


def _users_environment(repository: GitRepository) -> dict[str, str]:
    """Return the environment of the caller, in which nothing names another repository or another index."""
    assert repository.top is not None  # noqa: S101  # as above
    clean = environment(repository.git_dir, repository.top)
    shown = {name: clean[name] for name in clean if name not in {"GIT_OPTIONAL_LOCKS", "GIT_NO_LAZY_FETCH"}}
    for name in ("LC_ALL", "LANGUAGE", "GIT_TERMINAL_PROMPT"):
        shown.pop(name, None)
        if name in os.environ:
            shown[name] = os.environ[name]
    for name in ("GIT_LITERAL_PATHSPECS", "GIT_DIR", "GIT_INDEX_FILE"):
        shown.pop(name, None)
    return shown


def _parts(paths: Sequence[str]) -> Iterable[Sequence[str]]:
    return (paths[start : start + _ARGUMENTS] for start in range(0, len(paths), _ARGUMENTS))


def _records(out: bytes) -> list[str]:
    return out.decode("utf-8", "surrogateescape").split("\0")[:-1]
