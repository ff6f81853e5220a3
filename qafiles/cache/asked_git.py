"""What git says of the repository of a data root, beside its files, asked before anything is imported.

Git runs at once, and is read when the answer is needed.
"""

import os
from _blake2 import blake2b

from qafiles.cache.contents import content_of, stamp_of
from qafiles.cache.git_answer import Answer, git_on_path
from qafiles.cache.surroundings import GIT_FILES, GIT_OPTIONS, OF_ONE_REPOSITORY, VARIABLES, variables_of_git

SETTINGS_FILE = "qafiles.yaml"
_TRUST = ("-c", "core.trustctime=true", "-c", "core.checkStat=default")
_WHERE = (
    "rev-parse",
    "--is-inside-work-tree",
    "--show-toplevel",
    "--show-prefix",
    "--git-common-dir",
    "--absolute-git-dir",
    "HEAD",
)
_CONFIG = ("config", "--null", "--list")


class Where:
    """The repository of a data root: git's folders, the commit that is checked out, and git's own words for all of it."""

    __slots__ = ("common_dir", "git_dir", "prefix", "top", "words")

    def __init__(self, words: bytes, root: str) -> None:
        """Take what git said. Raises ValueError for anything but a commit in a working tree."""
        inside, top, prefix, common, git_dir, _, end = os.fsdecode(words).split("\n")
        if (inside, end) != ("true", ""):
            raise ValueError(words)
        self.words = words
        self.top, self.prefix, self.git_dir = top, prefix.rstrip("/"), git_dir
        self.common_dir = os.path.normpath(os.path.join(root, common))


_NO = frozenset({b"false", b"no", b"off", b"0"})
"""https://git-scm.com/docs/git-config#Documentation/git-config.txt-boolean"""
_PLACES_OF_CONFIGURATION = ("HOME", "XDG_CONFIG_HOME", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM")
"""The environment variables that say where git's configuration is, https://git-scm.com/docs/git-config#FILES"""


class AskedGit:
    """Git as it was asked about the repository of a data root."""

    def __init__(self, root: str, git: str) -> None:
        """Ask a git about the repository in which a data root lies. Raises OSError."""
        self.root = root
        self.git = git
        self.variables = variables_of_git(OF_ONE_REPOSITORY)
        self._where = self.ask(_WHERE)
        self._config = self.ask(_CONFIG)

    def where(self) -> Where | None:
        """Return the repository; None where git refuses, or no commit is checked out."""
        words = self._where.read()
        try:
            return Where(words, self.root) if words is not None else None
        except ValueError:
            return None

    def around(self, where: Where) -> bytes | None:
        """Return a digest of all that answers depend on beside the files; None where that can't be told."""
        config = self._config.read()
        if config is None or b"\0mailmap.blob" in b"\0" + config.lower() or has_journal(where.git_dir):
            return None
        digest = blake2b(digest_size=20)
        # Which files can be read is no matter of the files alone.
        user = (os.geteuid(), os.getegid(), *sorted(os.getgroups()))
        parts = [where.words, config, repr(user).encode(), os.fsencode(self.root)]
        names = VARIABLES - {"PATH"} | {
            name for name in self.variables if name.startswith(("GIT_", "QAFILES_"))
        }
        parts += [os.fsencode(f"{name}={self.variables.get(name)}") for name in sorted(names)]
        parts += [content_of(os.path.join(where.common_dir, name)) for name in GIT_FILES]
        parts.append(content_of(os.path.join(where.git_dir, "commondir")))
        parts.append(content_of(os.path.join(where.top, ".mailmap")))
        # Git reads these through links, and the one of the tree not.
        named = [os.path.join(where.top, os.path.expanduser(place)) for place in _mailmaps(config)]
        if any("%(" in place or ":(" in place for place in named):
            return None  # git alone knows where that is
        parts += [content_of(os.path.realpath(place)) for place in named]
        parts += _objects(os.path.join(where.common_dir, "objects"))
        for part in parts:
            digest.update(b"%d " % len(part) + part)
        return digest.digest()

    def minds_no_case(self) -> bool:
        """Return whether git takes paths for the same that differ in case alone, and where that can't be told."""
        config = self._config.read()
        entries = [entry.partition(b"\n") for entry in (config or b"core.ignorecase").split(b"\0")]
        values = [value for name, _, value in entries if name.lower() == b"core.ignorecase"]
        # A name without a value means yes, and one with an empty value no, which look alike here.
        return bool(values) and values[-1].lower() not in _NO

    def again(self) -> tuple[Answer, Answer]:
        """Ask anew what may have changed since the first time without a trace in the files."""
        self._where, self._config = self.ask(_WHERE), self.ask(_CONFIG)
        return self._where, self._config

    def ask(self, arguments: tuple[str, ...], folder: str | None = None) -> Answer:
        """Return what git is going to answer in the data root, or in another folder."""
        return Answer(
            [self.git, *GIT_OPTIONS, *_TRUST, "-C", folder or self.root, *arguments], self.variables
        )


def root_and_git(folder: str) -> tuple[str, str] | None:
    """Return the one data root that a folder is or lies in, and git's path; None where only loading can tell."""
    if not hasattr(os, "posix_spawn") or any(name in os.environ for name in (*OF_ONE_REPOSITORY, "GIT_DIR")):
        return None
    # Git would read other files in each folder that it runs in.
    if any((place := os.environ.get(name)) and not os.path.isabs(place) for name in _PLACES_OF_CONFIGURATION):
        return None
    root, git = data_root_at(folder), git_on_path()
    return (root, git) if root is not None and git is not None else None


def absolute(folder: str) -> str:
    """Return a folder as `open_source` takes it: from the root of the file system, and through no link but for `..`."""
    start = os.path.join(os.getcwd(), folder)
    return os.path.realpath(start) if ".." in start.split("/") else os.path.normpath(start)


def data_root_at(folder: str) -> str | None:
    """Return the one data root that a folder is or lies in, as `open_source` finds it; None for none and for several."""
    start = absolute(folder)
    if not os.path.isdir(start):
        return None
    places = [start]
    while places[-1] != os.path.dirname(places[-1]):
        places.append(os.path.dirname(places[-1]))
    roots = [place for place in places if os.path.isfile(os.path.join(place, SETTINGS_FILE))]
    return roots[0] if len(roots) == 1 else None


def _objects(folder: str) -> list[bytes]:
    """Return what tells whether the objects at hand are others: a partial or a damaged clone gets those that it lacks."""
    places = (folder, os.path.join(folder, "pack"))
    return [
        *map(stamp_of, places),
        content_of(os.path.join(folder, "info", "alternates")),
    ]


def has_journal(git_dir: str) -> bool:
    """Return whether an edit of any data root of a working tree was interrupted, or is being written."""
    base = os.path.join(git_dir, "qafiles")
    try:
        names = os.listdir(base)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return any(os.path.lexists(os.path.join(base, name, "journal")) for name in names)


def _mailmaps(config: bytes) -> list[str]:
    """Return the files of names that a configuration names."""
    entries = (entry.partition(b"\n") for entry in config.split(b"\0"))
    return [os.fsdecode(value) for name, _, value in entries if name.lower() == b"mailmap.file"]
