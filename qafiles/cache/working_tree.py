"""What a working tree holds, told by git's index and by the content of what differs from it, before anything is imported.

Git runs at once, and is read when the answer is needed.
"""

import os
import time
from _blake2 import blake2b

from qafiles.cache.contents import MOST_BYTES, TOO_LARGE, content_of, kind_of, stamp_of, told_by_its_end
from qafiles.cache.git_answer import Answer, git_on_path
from qafiles.cache.index_listing import Listing
from qafiles.cache.surroundings import GIT_FILES, GIT_OPTIONS, OF_ONE_REPOSITORY, VARIABLES, variables_of_git
from qafiles.cache.untracked import Folders, outside_of

SETTINGS_FILE = "qafiles.yaml"
_MOST_FILES = 20_000
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
_LISTED = ("ls-files", "-s", "-v", "-z", "--debug")
_CHANGED = (
    "diff-files",
    "-z",
    "--name-only",
    "--no-renames",
    "--ignore-submodules=all",
    "--relative",
    "--",
    ".",
)
_OTHERS = ("ls-files", "-z", "--others", "--exclude-standard")


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


class WorkingTree:
    """The data root at or above a folder, in git: what was asked of git, and the answers as they are read."""

    def __init__(self, root: str, git: str) -> None:
        """Ask git about a data root. Raises OSError."""
        self.root = root
        self.git = git
        self.begun = int(time.time()) - 1
        self.variables = variables_of_git(OF_ONE_REPOSITORY)
        self._where = self._ask(_WHERE)
        self._changed = self._ask(_CHANGED)
        self._listed: Answer | None = None
        self._others: Answer | None = None
        self._walk_begun = 0
        self._config = self._ask(_CONFIG)

    @classmethod
    def asked(cls, folder: str) -> "WorkingTree | None":
        """Return the working tree of the data root at or above a folder, asked about; None where only loading can tell."""
        if not hasattr(os, "posix_spawn") or any(
            name in os.environ for name in (*OF_ONE_REPOSITORY, "GIT_DIR")
        ):
            return None
        try:
            root, git = data_root_at(folder), git_on_path()
            return cls(root, git) if root is not None and git is not None else None
        except (OSError, ValueError):
            return None

    def where(self) -> Where | None:
        """Return the repository; None where git refuses, or no commit is checked out."""
        words = self._where.read()
        try:
            return Where(words, self.root) if words is not None else None
        except ValueError:
            return None

    def listing(self) -> bytes | None:
        """Return git's words on every entry of the index, with its stat data, as of the first time."""
        if self._listed is None:
            self._listed = self._ask(_LISTED)
        return self._listed.read()

    @staticmethod
    def index(where: Where) -> bytes:
        """Return a digest of the index as a file: where it is the same, git's words on it are."""
        return blake2b(told_by_its_end(os.path.join(where.git_dir, "index")), digest_size=20).digest()

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

    def walk(self) -> Answer:
        """Let git look for what it does not track, in every folder, and return its answer."""
        if self._others is None:
            self._walk_begun = time.time_ns()
            self._others = self._ask(_OTHERS)
        return self._others

    def as_they_were(self, where: Where, known: Folders | None) -> Folders | None:
        """Return folders that are known where git would tell the same of them again, else None."""
        is_same = known is not None and known.are_as_they_were(self.root, self._outside(where))
        return known if is_same else None

    def folders(self, where: Where, others: list[bytes]) -> Folders | None:
        """Return the folders in which git, in its walk, has found something that it does not track."""
        return Folders.of(self.root, self._outside(where), others, self._walk_begun)

    def _outside(self, where: Where) -> bytes | None:
        config = self._config.read()
        return outside_of(where.top, where.prefix, where.common_dir, config) if config is not None else None

    def differing(self, folders: Folders | None) -> tuple[list[bytes], list[bytes]] | None:
        """Return the paths of entries that may differ from the index, and those that git does not track; None for too many.

        The latter are those of folders that are as they were, where there are such.
        """
        walked = None if folders is not None else self.walk()
        changed = self._changed.read()
        if folders is not None:
            others = [*folders.others]
        else:
            words = walked.read() if walked is not None else None
            if words is None:
                return None
            others = words.split(b"\0")[:-1]
        if changed is None:
            return None
        paths = [*dict.fromkeys(changed.split(b"\0")[:-1])], others
        return paths if sum(map(len, paths)) <= _MOST_FILES else None

    def contents(self, listing: Listing, changed: list[bytes], others: list[bytes]) -> bytes | None:
        """Return a digest of the content of all that the index does not vouch for; None where it is too much."""
        digest = blake2b(digest_size=20)
        top = os.fsencode(self.root) + b"/"
        size = 0
        for paths in (changed, others, listing.by_content):
            digest.update(b"%d\0" % len(paths))
            for path in paths:
                content = content_of(top + path)
                size += len(content)
                if size > MOST_BYTES or content[:1] == TOO_LARGE:
                    return None
                digest.update(b"%s\0%d\0" % (path, len(content)) + content)
        for path in listing.repositories:
            # Git does not compare what else lies in the place of one.
            content = content_of(top + path)
            if content[:1] == TOO_LARGE:
                return None
            digest.update(b"%s\0%d\0" % (path, len(content)) + content + kind_of(top + path))
        return digest.digest()

    def times(self, listing: Listing, changed: list[bytes], others: list[bytes]) -> bytes:
        """Return a digest of the times of all that the index does not vouch for: other ones than before tell that it was written meanwhile."""
        digest = blake2b(digest_size=20)
        top = os.fsencode(self.root) + b"/"
        for path in (*changed, *others, *listing.by_content, *listing.repositories):
            digest.update(path + stamp_of(top + path))
        return digest.digest()

    def again(self) -> "tuple[Answer, Answer]":
        """Ask anew what may have changed since the first time without a trace in the files."""
        self._where, self._config = self._ask(_WHERE), self._ask(_CONFIG)
        return self._where, self._config

    def _ask(self, arguments: tuple[str, ...]) -> "Answer":
        return Answer([self.git, *GIT_OPTIONS, *_TRUST, "-C", self.root, *arguments], self.variables)


def data_root_at(folder: str) -> str | None:
    """Return the one data root that a folder is or lies in, as `open_source` finds it; None for none and for several."""
    start = os.path.join(os.getcwd(), folder)
    parts = start.split("/")
    start = os.path.realpath(start) if ".." in parts else os.path.normpath(start)
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
