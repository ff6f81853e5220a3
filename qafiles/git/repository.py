"""A git repository and what it holds: paths of the working tree, the index and commits, and their contents."""

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from qafiles.cache.asked_paths import PATHS
from qafiles.cache.surroundings import git_file
from qafiles.errors import GitError, UnknownRevisionError
from qafiles.git.completeness import how_to_get_objects
from qafiles.git.contents import contents
from qafiles.git.listed_paths import ListedPath, listed_paths
from qafiles.git.process import MissingObjectsError, environment, finish, records, start

if TYPE_CHECKING:
    from subprocess import Popen

_NONE: Final[Mapping[str, str]] = MappingProxyType({})
EMPTY_FILES: Final = {
    "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391": "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
    "473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813": (
        "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321"
    ),
}
"""The object name of the empty tree by that of the empty file, which an intended file has, in SHA-1 and SHA-256."""


class TreeEntry(NamedTuple):
    """A path in the index or in a tree, with git's mode and object name."""

    path: str
    mode: str
    blob: str
    stage: int = 0


class GitRepository(NamedTuple):
    """A git repository: its git folder, and the top of its working tree (None when it is bare)."""

    git_dir: Path
    top: Path | None

    @property
    def common_dir(self) -> Path:
        """The git folder that all linked worktrees share; the git folder itself where there are none."""
        content = git_file(self.git_dir, "commondir")
        if content is None:
            return self.git_dir
        return Path(os.path.normpath(self.git_dir / os.fsdecode(content).strip()))

    def start(
        self,
        *arguments: str,
        takes_input: bool = False,
        talks: bool = True,
        variables: Mapping[str, str] = _NONE,
    ) -> "Popen[bytes]":
        """Return a git command that runs here, from the top; `variables` are added to its environment."""
        # These are folders of this machine, named in its own encoding.
        work_tree = [os.fsencode(f"--work-tree={self.top}")] if self.top else []
        # From the top, since git hands hooks a GIT_INDEX_FILE that is relative to it.
        folder = self.top or self.git_dir
        command: list[str | bytes] = [os.fsencode(f"--git-dir={self.git_dir}"), *work_tree, *arguments]
        whole = {**environment(self.git_dir, folder), **variables}
        return start(command, folder, whole, takes_input=takes_input, talks=talks)

    def run(self, *arguments: str, data: bytes | None = None, variables: Mapping[str, str] = _NONE) -> bytes:
        """Return what a git command prints, which gets `data` as its input.

        Raises GitError with git's own words, and MissingObjectsError with what gets the objects that it lacks.
        """
        process = self.start(*arguments, takes_input=data is not None, variables=variables)
        try:
            return finish(process, arguments[0], data)
        except MissingObjectsError as error:
            raise MissingObjectsError(f"{error}; {how_to_get_objects(self)}") from error

    def work_tree_paths(self, folder: str) -> list[ListedPath]:
        """Return the paths below a folder that git tracks or would track, relative to it; some may be deleted.

        `folder` is relative to the top, and empty for the top itself.
        """
        spec = ["--", folder] if folder else []
        return listed_paths(self.run(*PATHS, *spec), folder)

    def index_entries(self, folder: str) -> list[TreeEntry]:
        """Return the entries of the index below a folder, given and answered relative to the top, with unmerged stages.

        Files that are only intended to be added (`git add -N`) are not part of the next commit and left out.
        """
        spec = ["--", folder] if folder else []
        entries = []
        for line in records(self.run("ls-files", "-z", "--stage", "--full-name", *spec)):
            facts, _, path = line.partition("\t")
            mode, blob, stage = facts.split(" ")
            entries.append(TreeEntry(path, mode, blob, int(stage)))
        empty = next((entry.blob for entry in entries if entry.blob in EMPTY_FILES), None)
        if empty is None:
            return entries
        # Unlike diff-files this never looks at the working tree, where it may have to run the user's filters.
        real = ("diff-index", "--cached", "--ita-invisible-in-index", "--no-renames", "--name-only", "-z")
        staged_paths = {*records(self.run(*real, EMPTY_FILES[empty], *spec))}
        return [entry for entry in entries if entry.path in staged_paths]

    def commit(self, revision: str) -> str:
        """Return the full object name of the commit that a revision names.

        Raises UnknownRevisionError, and MissingObjectsError where git may lack the commit.
        """
        from qafiles.git.unknown_revision import is_plain, unknown  # noqa: PLC0415  # many commands name none

        if is_plain(revision) and (plain := self._name_of(revision + "^{commit}")):
            return plain
        name = self._name_of(revision)
        if name is None:
            self._refuse_broken(revision)
            raise unknown(revision, self.run, self._name_of)
        # In a second step, since `:/text` would take what is put behind it for more text to find.
        commit = self._name_of(name + "^{commit}")
        if commit is not None:
            return commit
        kind = self._type_of(name)
        if kind in {"blob", "tree", "tag"}:
            raise UnknownRevisionError(f"`{revision}` is no commit; name a commit, tag or branch")
        if name == revision.lower() and not kind:
            raise unknown(revision, self.run, self._name_of)
        raise MissingObjectsError(
            f"git lacks the commit {name[:12]}, which `{revision}` names; {how_to_get_objects(self)}"
        )

    def _refuse_broken(self, revision: str) -> None:
        """Raise MissingObjectsError where a revision names nothing since git can't read what leads to it."""
        if revision.startswith(("-", "^")) or "\0" in revision:
            return
        try:
            self.run("rev-parse", "--verify", revision)
        except MissingObjectsError:
            raise
        except GitError:
            if revision.startswith("HEAD") and not self.has_commit("HEAD") and not self.is_unborn():
                raise MissingObjectsError(
                    f"git can't read the commit that HEAD names; {how_to_get_objects(self)}"
                ) from None

    def _type_of(self, name: str) -> str:
        """Return what an object is, as far as its first bytes tell; empty for one that is not here."""
        with self.start("cat-file", "-t", name, talks=False) as process:
            return process.communicate()[0].decode().strip()

    def has_commit(self, revision: str) -> bool:
        """Return whether a revision such as `HEAD` or `REV^` names a commit that is here."""
        return self._name_of(revision + "^{commit}") is not None

    def is_unborn(self) -> bool:
        """Return whether HEAD is a branch without a commit, and not one whose commit is lost."""
        with self.start("log", "-1", "--format=") as process:
            _, words = process.communicate()
        return b"does not have any commits yet" in words

    def _name_of(self, revision: str) -> str | None:
        # An option, a negated name and what no command line can carry name nothing.
        if revision.startswith(("-", "^")) or "\0" in revision:
            return None
        try:
            return self.run("rev-parse", "--verify", "--quiet", revision).decode().strip()
        except GitError:
            return None

    def tree_entries(self, commit: str, folder: str) -> list[TreeEntry]:
        """Return the entries of a commit below a folder, relative to it; none when the commit has no such folder."""
        if folder and not self.paths_in(commit, [folder]):
            return []
        entries = []
        for line in records(self.run("ls-tree", "-r", "-z", "--full-tree", f"{commit}:{folder}")):
            facts, _, path = line.partition("\t")
            mode, _, blob = facts.split(" ")
            entries.append(TreeEntry(path, mode, blob))
        return entries

    def paths_in(self, commit: str | None, paths: Sequence[str]) -> set[str]:
        """Return those of a few paths that a commit, or the index, holds."""
        if commit is None:
            output = self.run("ls-files", "-z", "--cached", "--full-name", "--", *paths)
        else:
            output = self.run("ls-tree", "-z", "--name-only", "--full-tree", commit, "--", *paths)
        return {*records(output)}.intersection(paths)

    def links_in(self, commit: str, paths: Sequence[str]) -> set[str]:
        """Return those of a few paths that are symbolic links or submodules in a commit."""
        output = self.run("ls-tree", "-z", "--full-tree", commit, "--", *paths)
        entries = (entry.partition("\t") for entry in records(output))
        return {path for facts, _, path in entries if facts.startswith(("120000 ", "160000 "))}.intersection(
            paths
        )

    def additions(self, revision: str, paths: Sequence[str]) -> dict[str, int]:
        """Return how recently the first-parent history added each of the paths: 1 for what the last such commit added.

        Paths that the history up to the revision never added are left out, as those with a line break are.
        """
        asked = [path for path in paths if "\n" not in path]
        data = "\n".join([revision, "--", *asked, ""]).encode("utf-8", "surrogateescape")
        options = ("--first-parent", "--diff-merges=first-parent", "--no-renames", "--diff-filter=A")
        out = self.run(
            "log",
            "--no-show-signature",
            *options,
            "--format=tformat:%x01",
            "--name-only",
            "-z",
            "--stdin",
            data=data,
        )
        newer = 0
        recency: dict[str, int] = {}
        for token in records(out):
            if token == "\1":  # noqa: S105  # no password
                newer += 1
            else:
                recency.setdefault(token.removeprefix("\n"), newer)
        return {path: recency[path] for path in asked if path in recency}

    def data_roots(self, commit: str | None, settings_file: str) -> list[str]:
        """Return the folders that hold a settings file, in a commit or in the index; the empty one is the top."""
        entries = self.index_entries("") if commit is None else self.tree_entries(commit, "")
        places = (entry.path.rpartition("/") for entry in entries)
        return sorted({folder for folder, _, name in places if name == settings_file})

    def blobs(
        self, names: Sequence[str], limit: int, variables: Mapping[str, str] = _NONE
    ) -> Iterator[bytes | None]:
        """Yield the first bytes of each blob in order, None for one that the repository lacks or can't read.

        `variables` are added to git's environment.
        """

        def start(*command: str) -> "Popen[bytes]":
            return self.start(*command, takes_input=True, talks=False, variables=variables)

        return contents(start, names, limit)
