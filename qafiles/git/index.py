"""Writing the index, which another git process may hold for a moment."""

import contextlib
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from qafiles.cache.digests import sha256
from qafiles.errors import GitError
from qafiles.git.process import parts, records
from qafiles.git.repository import GitRepository
from qafiles.git.uncommitted import PATIENCE

_LARGEST: Final = 1 << 24
"""Bytes up to which a staged file is compared."""
_LOCKED: Final = ("index.lock", "cannot lock ref", "Unable to create", "HEAD.lock")


class CommitRefusedError(GitError):
    """Git, or a hook of it, made no commit; `output` is all that they said."""

    def __init__(self, message: str, output: str = "") -> None:
        super().__init__(message)
        self.output = output


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
    for part in parts(paths):
        listed = iter(records(repository.run("diff-index", *options, "HEAD", "--", *part)))
        for facts in listed:
            mode, staged, blob, name, _ = facts.lstrip(":").split(" ")
            yield next(listed), f"{mode} {blob}", None if staged == "000000" else name


def _ours(repository: GitRepository, staged: Mapping[str, str | None], left: LeftBehind) -> set[str]:
    """Return those of the staged paths that nobody staged but the interrupted commit."""
    old = _blobs_in(repository, left.commit, [*staged])
    own_paths = {path for path, blob in staged.items() if blob == old.get(path)}
    blobs = {path: blob for path, blob in staged.items() if blob is not None and path not in own_paths}
    for path, content in zip(blobs, repository.blobs([*blobs.values()], _LARGEST), strict=True):
        # Git may have made the line ends those that it keeps.
        texts = () if content is None else (content, content.replace(b"\n", b"\r\n"))
        if left.written.get(path) in {sha256(text).hex() for text in texts}:
            own_paths.add(path)
    return own_paths


def _blobs_in(repository: GitRepository, commit: str | None, paths: Sequence[str]) -> dict[str, str]:
    """Return the object names that a commit has at these paths; None stands for no commit."""
    blobs: dict[str, str] = {}
    for part in parts(paths) if commit is not None else ():
        for line in records(repository.run("ls-tree", "-z", "--full-tree", str(commit), "--", *part)):
            facts, _, path = line.partition("\t")
            blobs[path] = facts.split(" ")[2]
    return blobs


def stage_paths(repository: GitRepository, paths: Sequence[str]) -> None:
    """Put paths, relative to the top, into the index as they are in the working tree, which ends a conflict in them.

    Raises CommitRefusedError when another process holds the index for too long.
    """
    retried(lambda: update_index(repository, ("--add", "--remove"), paths))


def forget_added(repository: GitRepository, paths: Sequence[str]) -> None:
    """Take paths that HEAD does not hold out of the index again, as far as it can be written."""
    committed: set[str] = set()
    if repository.has_commit("HEAD"):
        committed = {path for part in parts(paths) for path in repository.paths_in("HEAD", part)}
    new = [path for path in paths if path not in committed]
    if new:
        try:
            retried(lambda: update_index(repository, ("--force-remove",), new))
        except CommitRefusedError:
            return


def update_index(
    repository: GitRepository, options: Sequence[str], paths: Sequence[str], settings: Sequence[str] = ()
) -> str:
    """Call `git update-index` with paths, and return what it says, which is nothing. Raises CommitRefusedError."""
    data = b"".join(os.fsencode(path) + b"\0" for path in paths)
    try:
        repository.run(*settings, "update-index", *options, "-z", "--stdin", data=data)
    except GitError as error:
        raise CommitRefusedError(str(error), str(error)) from error
    return ""


def retried(action: Callable[[], str], patience: float = PATIENCE) -> str:
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
