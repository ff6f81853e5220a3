"""Committing: the one place where git runs as the user has set it up, with hooks, signing and filters.

`git commit --only` takes the given paths from the working tree and nothing else, whatever else is staged:
https://git-scm.com/docs/git-commit#Documentation/git-commit.txt---only
"""

import os
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from subprocess import PIPE, STDOUT, Popen
from typing import NamedTuple

from qafiles.cache.ctrl_c import CtrlCLater
from qafiles.git.commits_since import changes_since
from qafiles.git.index import CommitRefusedError, forget_added, index_as_committed, retried, update_index
from qafiles.git.process import encoded, environment, git_program, parts
from qafiles.git.repository import GitRepository
from qafiles.git.uncommitted import current_head, uncommitted, untracked


class CommitLock(NamedTuple):
    """A lock that is held while git commits: its descriptor, and the variables that tell git's hooks of it."""

    descriptor: int
    variables: Mapping[str, str]


class Commit(NamedTuple):
    """A commit that was made: its object name, and what git and its hooks said."""

    name: str
    output: str


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
        unchanged_files = [path for path in unchanged if wanted[path]]
        unchanged_deletions = [path for path in unchanged if not wanted[path]]
        tracked = (repository.paths_in(name, part) for part in parts(unchanged_deletions))
        if (
            {*unchanged_files} <= {*written}
            and not any(tracked)
            and not untracked(repository, unchanged_files)
            and not uncommitted(repository, unchanged_files)
        ):
            return name
    return None


def commit_paths(
    repository: GitRepository,
    message: str,
    paths: Sequence[str],
    *,
    folder: Path,
    lock: CommitLock | None = None,
) -> Commit:
    """Make one commit of these paths, relative to the top, as they are in the working tree, and return it.

    Other staged and unstaged work stays as it is. `folder` takes the message and the output for a moment; `lock` is a
    lock that git holds on to, should this process die before it. Raises CommitRefusedError; then there is no commit, and
    the index is as it was.
    """
    top = repository.top
    if top is None:
        raise CommitRefusedError("a bare repository has no working tree to commit from")
    known = {path for path in paths if not os.path.lexists(top / path)}
    untracked_deletions = {*untracked(repository, sorted(known))}
    wanted = [path for path in paths if path not in untracked_deletions]
    added = untracked(repository, [path for path in wanted if path not in known])
    # Where git takes two names in another case for one, a file that is renamed so is one that it has already.
    settings = ("-c", "core.ignoreCase=false") if _only_case_differs(known, added) else ()
    text = folder / "message"
    text.write_bytes(message.encode("utf-8", "surrogateescape") + b"\n")
    options = ("--quiet", "-F", os.fspath(text), "--only", "--pathspec-from-file=-", "--pathspec-file-nul")
    arguments = [*settings, "commit", *options]
    specs = b"".join(b":(top,literal)" + os.fsencode(path) + b"\0" for path in wanted)
    head = current_head(repository)

    def attempt() -> str:
        output, code = _porcelain(repository, arguments, specs, folder, lock)
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
            retried(lambda: update_index(repository, ("--add",), added, settings))
        output = retried(attempt)
    except BaseException:
        forget_added(repository, added)
        raise
    finally:
        text.unlink(missing_ok=True)
    return Commit(repository.commit("HEAD"), output)


def _only_case_differs(deleted: Collection[str], added: Sequence[str]) -> bool:
    """Return whether a file that is new has the name of one that is gone, in another case."""
    return not {path.casefold() for path in deleted}.isdisjoint(path.casefold() for path in added)


def _porcelain(
    repository: GitRepository,
    arguments: Sequence[str],
    data: bytes,
    folder: Path,
    lock: CommitLock | None,
) -> tuple[str, int]:
    """Return what git, called with its settings and a command, and its hooks say, which goes to a file in a folder for a moment, and git's exit code."""
    # A collection of garbage in the background would hold on to the lock.
    command = [
        git_program(),
        "-c",
        "gc.auto=0",
        "-c",
        "maintenance.auto=false",
        *map(encoded, arguments),
    ]
    assert repository.top is not None  # noqa: S101  # asked for by commit_paths
    inherited = () if lock is None or os.name == "nt" else (lock.descriptor,)
    from tempfile import TemporaryFile  # noqa: PLC0415  # most edits are committed later

    # No pipe, whose end would have to be waited for where a hook leaves a process behind.
    with TemporaryFile(dir=folder) as said:
        process = None
        try:
            with CtrlCLater():  # a git that nobody has in hand yet would run on
                process = Popen(  # noqa: S603  # no shell
                    command,
                    cwd=repository.top,
                    env={**_users_environment(repository), **(lock.variables if lock else {})},
                    stdin=PIPE,
                    stdout=said,
                    stderr=STDOUT,
                    pass_fds=inherited,
                )
            process.communicate(data)
        except BaseException:
            # Whoever asks next whether there is a commit needs a git that makes none any more.
            if process is not None:
                _end(process)
            raise
        said.seek(0)
        out = said.read()
    return out.decode("utf-8", "backslashreplace").strip("\n"), process.returncode


def _end(process: "Popen[bytes]") -> None:
    if process.stdin is not None:
        process.stdin.close()
    if os.name != "nt":
        process.terminate()
    process.wait()


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
