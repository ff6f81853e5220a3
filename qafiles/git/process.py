"""How git runs: as a plain subprocess, with nothing of the user's that could change a result.

Importing GitPython takes longer than git needs to list ten thousand files, its runner can't unset a variable that a
calling hook has exported, and it reads a process's stderr only at the end, where a damaged repository fills the pipe.
"""

import os
import re
import sys
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from qafiles.cache.git_answer import git_on_path
from qafiles.cache.surroundings import GIT_OPTIONS, OF_ONE_REPOSITORY, variable, variables_of_git
from qafiles.errors import GitError

if TYPE_CHECKING:
    from subprocess import Popen

if sys.platform == "win32":
    # Otherwise a `git.exe` in the current folder, which may be a hostile repository, runs instead of git:
    # https://learn.microsoft.com/windows/win32/api/processenv/nf-processenv-needcurrentdirectoryforexepathw
    os.environ.setdefault("NoDefaultCurrentDirectoryInExePath", "1")

_NOWHERE: Final = os.path.join(os.sep, "git is not on PATH", "git")  # noqa: PTH118  # a text
_NOT_OWNED: Final = ("dubious ownership", "unsafe repository")
"""What git says of a folder of somebody else; the latter before 2.37, https://git-scm.com/docs/git-config#Documentation/git-config.txt-safedirectory"""

_lacks_objects: Final = re.compile(
    r"could not (?:fetch|read|open)|bad (?:object|tree|revision)|unable to (?:read|parse|find|open|unpack)"
    r"|(?:is|loose object.*) (?:corrupt|empty)|(?:missing|not a|failed to (?:read|parse|unpack|traverse)) "
    r"(?:blob|tree|commit|object|parent)|not a valid object name|cannot read|appears to be broken|promisor|inflate"
).search
"""What git says where an object is missing or damaged."""

_index_is_damaged: Final = re.compile(r"index (?:file|entry)|bad signature|stage entries|index uses").search

_ARGUMENTS: Final = 500
"""Paths in one command line."""


class NoGitError(GitError):
    """Git can't be used for a folder at all: it is missing, or refuses."""


class MissingObjectsError(GitError):
    """Git lacks objects that it needs, or they are damaged."""


def environment(git_dir: Path | None, folder: Path) -> dict[str, str]:
    """Return the environment for git: what a calling hook has exported counts only for the hook's own repository."""
    dropped: tuple[str, ...] = ()
    if git_dir is not None:
        if not _is_hook_of(git_dir, folder):
            dropped = OF_ONE_REPOSITORY
        elif not (folder / (variable("GIT_INDEX_FILE") or "")).exists():
            dropped = ("GIT_INDEX_FILE",)
    return variables_of_git(dropped)


def git_program() -> str:
    """Return the path of git in the folders of PATH that are absolute: in another, the repository itself may have a `git`.

    The name alone where it is in none of them, which starts nothing then.
    """
    path = variable("PATH")
    return _git_on(os.defpath if path is None else path)


@cache
def _git_on(path: str) -> str:
    if os.name == "posix":
        return git_on_path() or _NOWHERE
    import shutil  # noqa: PLC0415  # slow to import, and needed where programs have endings

    folders = [folder for folder in path.split(os.pathsep) if Path(folder).is_absolute()]
    return shutil.which("git", path=os.pathsep.join(folders)) or _NOWHERE


def _is_hook_of(git_dir: Path, folder: Path) -> bool:
    """Return whether GIT_DIR, if there is any, names this git folder; a hook may have changed the current folder."""
    named = variable("GIT_DIR")
    return not named or any(
        os.path.realpath(Path(base, named)) == os.path.realpath(git_dir) for base in (Path.cwd(), folder)
    )


def start(
    arguments: Sequence[str | bytes],
    folder: Path,
    variables: dict[str, str],
    *,
    takes_input: bool = False,
    talks: bool = True,
) -> "Popen[bytes]":
    """Return git running in a folder with these variables as its environment; `talks` keeps what it says on stderr.

    Raises NoGitError when git is not installed and GitError when it can't be started.
    """
    from subprocess import DEVNULL, PIPE, Popen  # noqa: PLC0415  # slow to import, and git may have been asked already

    command = [git_program(), *GIT_OPTIONS, *map(encoded, arguments)]
    stdin, stderr = PIPE if takes_input else DEVNULL, PIPE if talks else DEVNULL
    try:
        return Popen(command, cwd=folder, env=variables, stdin=stdin, stdout=PIPE, stderr=stderr)  # noqa: S603  # no shell
    except OSError as error:
        if error.filename in {"git", _NOWHERE}:
            raise NoGitError(
                "git is not installed, or not on PATH; https://git-scm.com/downloads has it"
            ) from error
        raise GitError(f"git could not be started in {folder}: {error.strerror}") from error


def encoded(argument: str | bytes) -> str | bytes:
    """Return an argument for git as the bytes that it is in the repository, whatever the locale is; Windows takes texts alone."""
    if isinstance(argument, bytes) or sys.platform == "win32":
        return os.fsdecode(argument) if sys.platform == "win32" else argument
    return argument.encode("utf-8", "surrogateescape")


def finish(process: "Popen[bytes]", verb: str, data: bytes | None = None) -> bytes:
    """Return what git prints after it was given its input.

    Raises NoGitError when git refuses the folder, MissingObjectsError when it lacks objects, and GitError when it fails
    otherwise, each with git's own words.
    """
    with process:
        out, raw = process.communicate(data)
    if not process.returncode:
        return out
    lines = [line.strip() for line in os.fsdecode(raw).splitlines() if line.strip()]
    if any(words in line for words in _NOT_OWNED for line in lines):
        raise NoGitError(f"git refuses this folder because somebody else owns it (`{lines[-1]}` allows it)")
    words = " ".join(lines)[:400] or "it gave no reason"
    if _index_is_damaged(words) and "open failed" not in words:
        words += " (delete the file `index` in git's folder, then `git reset` makes it anew)"
    kind = MissingObjectsError if lacks_objects(words) else GitError
    raise kind(f"git {verb} failed: {words}")


def lacks_objects(words: str) -> bool:
    """Return whether git says that an object is missing or damaged."""
    return _lacks_objects(words.lower()) is not None


def parts(paths: Sequence[str]) -> Iterable[Sequence[str]]:
    """Yield paths in parts that fit into a command line."""
    return (paths[start : start + _ARGUMENTS] for start in range(0, len(paths), _ARGUMENTS))


def records(out: bytes) -> list[str]:
    """Return what a command wrote with `-z`, one text for each record."""
    return out.decode("utf-8", "surrogateescape").split("\0")[:-1]


def readable(text: str) -> str:
    """Return a text of git's whose bytes are no UTF-8, as a name without its encoding, as Windows-1252 reads it."""
    if text.isascii():
        return text
    raw = text.encode("utf-8", "surrogateescape")
    for encoding in ("utf-8", "cp1252"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1")
