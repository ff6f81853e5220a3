"""What the files of a source have to do with a commit: how they stand to it, and which of them it does not hold."""

from typing import NamedTuple

from qafiles.errors import GitError
from qafiles.git.process import MissingObjectsError, records
from qafiles.git.repository import GitRepository
from qafiles.git.uncommitted import current_head, uncommitted
from qafiles.layout import ENTITY_FOLDERS, SETTINGS_FILE
from qafiles.sources.folder import FolderSource
from qafiles.sources.git_objects import GitObjectSource
from qafiles.sources.overlay import OverlaySource
from qafiles.sources.source import Source

_OURS = frozenset({*ENTITY_FOLDERS, SETTINGS_FILE, ".sops.yaml"})


class CommitState(NamedTuple):
    """Where files come from: `name` is what people call it, `commit` the one that they are of or stand on.

    `uncommitted` are the paths, relative to the data root, at which that commit holds something else; None where nobody
    knows. Files that mean nothing to qafiles are not among them.
    """

    name: str
    commit: str | None = None
    uncommitted: tuple[str, ...] | None = None
    lacking: str | None = None
    """What git lacks that would tell."""

    @property
    def is_dirty(self) -> bool:
        """Whether there is something that no commit holds."""
        return bool(self.uncommitted)

    def __str__(self) -> str:
        if self.name == "commit":
            return str(self.commit)
        at = f"{self.name} on {self.commit[:10]}" if self.commit is not None else self.name
        if self.uncommitted is None:
            return f"{at}, of which nobody knows what is committed" if self.commit else f"{at} outside git"
        if not self.uncommitted:
            return f"{at}, all committed"
        number = len(self.uncommitted)
        return f"{at}, {number:,} {'file' if number == 1 else 'files'} not committed"


def commit_state(source: Source) -> CommitState:
    """Return how the files of a source stand to the commit that they come from."""
    while isinstance(source, OverlaySource):
        source = source.base
    if source.revision is not None:
        return CommitState("commit", source.revision, ())
    if isinstance(source, GitObjectSource):
        name, repository = "index", source.repository
    elif isinstance(source, FolderSource) and source.repository is not None:
        name, repository = "working tree", source.repository
    else:
        return CommitState("working tree" if isinstance(source, FolderSource) else "memory")
    folder = "" if source.root == "." else source.root
    commit = None
    try:
        commit = current_head(repository)
        paths = _staged(repository, commit, folder) if name == "index" else _on_disk(repository, folder)
    except MissingObjectsError as error:
        return CommitState(name, commit, lacking=str(error))
    except GitError:
        return CommitState(name, commit)
    prefix = f"{folder}/" if folder else ""
    inside = {path.removeprefix(prefix) for path in paths if path.startswith(prefix)}
    data_paths = sorted(path for path in inside if path.partition("/")[0] in _OURS)
    return CommitState(name, commit, tuple(data_paths))


def _staged(repository: GitRepository, commit: str | None, folder: str) -> list[str]:
    if commit is None:
        return [entry.path for entry in repository.index_entries(folder)]
    options = ("--cached", "--ita-invisible-in-index", "--no-renames", "--name-only", "-z")
    return records(repository.run("diff-index", *options, commit, "--", *([folder] if folder else [])))


def _on_disk(repository: GitRepository, folder: str) -> list[str]:
    spec = ["--", folder] if folder else []
    new = records(repository.run("ls-files", "-z", "--others", "--exclude-standard", "--full-name", *spec))
    return [*uncommitted(repository, [folder or "."]), *new]
