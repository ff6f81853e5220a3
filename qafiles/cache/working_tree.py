"""What a working tree holds, told by git's index and by the content of what differs from it, before anything is imported.

Git runs at once, and is read when the answer is needed.
"""

import os
import time
from _blake2 import blake2b
from collections.abc import Collection, Iterator

from qafiles.cache.asked_git import SETTINGS_FILE, AskedGit, Where, has_journal, root_and_git
from qafiles.cache.contents import (
    MOST_BYTES,
    TOO_LARGE,
    changed_at,
    content_of,
    end_of_index,
    kind_of,
    stamp_of,
)
from qafiles.cache.git_answer import Answer
from qafiles.cache.index_listing import Listing
from qafiles.cache.untracked import Folders, Outside, is_at_rest, outside_of

__all__ = ["Where", "WorkingTree", "has_journal"]

_MOST_FILES = 20_000
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
_OTHERS = ("--literal-pathspecs", "ls-files", "-z", "--others", "--exclude-standard")


class WorkingTree(AskedGit):
    """The data root at or above a folder, in git: what was asked of git, and the answers as they are read."""

    meanwhile: Iterator[object] | None = None
    """What is done, step by step, while nothing else is to be done than to wait for git."""

    def __init__(self, root: str, git: str) -> None:
        """Ask git about a data root. Raises OSError."""
        self.asked_at = time.monotonic_ns()
        self.begun_at = time.time_ns()
        self.begun = self.begun_at // 1_000_000_000 - 1
        super().__init__(root, git)
        self._changed = self.ask(_CHANGED)
        self._listed: Answer | None = None
        self._settings: Answer | None = None
        self._others: Answer | None = None
        self._walk_begun = 0
        self._below = b""
        self._folders: Folders | None = None
        self._index: bytes | None = None

    @classmethod
    def asked(cls, folder: str) -> "WorkingTree | None":
        """Return the working tree of the data root at or above a folder, asked about; None where only loading can tell."""
        try:
            place = root_and_git(folder)
            return cls(*place) if place is not None else None
        except (OSError, ValueError):
            return None

    def ask_listing(self) -> Answer:
        """Let git list every entry of the index, with its stat data, and return its answer."""
        if self._listed is None:
            self._listed = self.ask(_LISTED)
        return self._listed

    def listing(self) -> bytes | None:
        """Return git's words on every entry of the index, with its stat data, as of the first time."""
        return self.ask_listing().read()

    def ask_settings(self) -> Answer:
        """Let git tell whether it tracks the settings, and return its answer."""
        if self._settings is None:
            self._settings = self.ask(("ls-files", "-z", "--", SETTINGS_FILE))
        return self._settings

    def forget_listing(self) -> None:
        """Let go of git's words on the index, which are half as large as the files; who needs them again asks again."""
        self._listed = None

    def index_told(self, where: Where) -> bytes:
        """Return the digest of the index of which git tells; where `index` returns another one, it may have told of either.

        Of an index that was written since git was asked, or just before, it is asked anew.
        """
        if self._index is None:
            self._index = self.index(where)
            if not is_at_rest(changed_at(os.path.join(where.git_dir, "index")), self.begun_at):
                self._changed, self._listed = self.ask(_CHANGED), None
                if self._others is not None:
                    self._others = None
                    self.walk()
        return self._index

    @staticmethod
    def index(where: Where) -> bytes:
        """Return a digest of the index as a file: where it is the same, git's words on it are."""
        return blake2b(end_of_index(os.path.join(where.git_dir, "index")), digest_size=20).digest()

    def walk(self) -> Answer:
        """Let git look for what it does not track, in every folder, and return its answer, with paths from the top of the repository."""
        if self._others is None:
            where = self.where() if not os.path.lexists(os.path.join(self.root, ".git")) else None
            self._walk_begun = time.time_ns()
            self._others = self._ask_for_others(where, ())
        return self._others

    def _ask_for_others(self, where: Where | None, folders: Collection[bytes]) -> Answer:
        """Let git look for what it does not track, in some folders and below them, or in all."""
        names = [*map(os.fsdecode, folders)]
        if where is not None and where.prefix:
            # As loading asks: from a folder below, git leaves out what its index says of ignore files above that are not there.
            self._below = os.fsencode(where.prefix) + b"/"
            names = [os.path.join(where.prefix, name) for name in names] or [where.prefix]
        top = where.top if where is not None and where.prefix else None
        return self.ask((*_OTHERS, "--", *names) if names else _OTHERS, top)

    def _others_in(self, answer: Answer) -> list[bytes] | None:
        """Return the paths of an answer, from the data root on; None where git failed, or tells of another folder."""
        words = answer.read()
        if words is None:
            return None
        paths = words.split(b"\0")[:-1]
        if not all(path.startswith(self._below) and path != self._below for path in paths):
            return None
        return [path[len(self._below) :] for path in paths] if self._below else paths

    def lacks_ignore_files(self, where: Where) -> bool:
        """Return whether the index has ignore files above the data root that are not there, so that git reads those."""
        above = (
            [f"{'../' * count}.gitignore" for count in range(1, where.prefix.count("/") + 2)]
            if where.prefix
            else []
        )
        missing = [name for name in above if not os.path.lexists(os.path.join(self.root, name))]
        return bool(missing) and self.ask(("ls-files", "-z", "--", *missing)).read() != b""

    def as_they_were(self, where: Where, known: Folders | None) -> Folders | None:
        """Return folders that are known as they are now, None where git has to walk through all of them.

        Where a few have changed, git is asked about those.
        """
        outside = self._outside(where)
        changed = known.changed(self.root, outside) if known is not None else None
        if known is None or changed is None or outside is None:
            return None
        return self._with_changes(where, known, outside, changed) if changed else known

    def take(self, folders: Folders | None) -> None:
        """Take what git does not track from folders that are as they are now, instead of from a walk."""
        self._folders = folders

    def _with_changes(
        self, where: Where, known: Folders, outside: Outside, changed: Collection[bytes]
    ) -> Folders | None:
        """Return folders of which some have changed as they are now; None where that can't be told."""
        # Where it minds no case, git tells of one folder other than it does of it in a walk through all.
        if self.minds_no_case():
            return None
        begun = time.time_ns()
        answer = self._ask_for_others(where, changed)
        while not answer.is_there() and self.step():
            pass
        others = self._others_in(answer)
        return known.with_changes(self.root, outside, changed, others, begun) if others is not None else None

    def folders(self, where: Where, others: list[bytes]) -> Folders | None:
        """Return the folders in which git, in its walk, has found something that it does not track."""
        return Folders.of(self.root, self._outside(where), others, self._walk_begun)

    def _outside(self, where: Where) -> Outside | None:
        config = self._config.read()
        return outside_of(where.top, where.prefix, where.common_dir, config) if config is not None else None

    def changed_so_far(self) -> list[bytes] | None:
        """Return the paths of entries that may differ from the index; None while git is looking for them, and where it fails."""
        if not self._changed.is_there():
            return None
        words = self._changed.read()
        return words.split(b"\0")[:-1] if words is not None else None

    def others_are_known(self) -> bool:
        """Return whether what git does not track is known without a walk."""
        return self._folders is not None

    def step(self) -> bool:
        """Return whether one more step was done of what is done meanwhile; False where there is none."""
        return self.meanwhile is not None and next(self.meanwhile, None) is not None

    def differing(self, folders: Folders | None) -> tuple[list[bytes], list[bytes]] | None:
        """Return the paths of entries that may differ from the index, and those that git does not track; None for too many.

        The latter are those of folders that are as they were, where there are such, of this time or of an earlier one.
        """
        folders = folders or self._folders
        walked = None if folders is not None else self.walk()
        answers = [self._changed] if walked is None else [self._changed, walked]
        while not all(answer.is_there() for answer in answers) and self.step():
            pass
        changed = self._changed.read()
        if folders is not None:
            others = [*folders.others]
        else:
            found = self._others_in(walked) if walked is not None else None
            if found is None:
                return None
            others = found
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
