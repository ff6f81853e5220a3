"""Working trees, commits and the index of a data root as they are loaded from what earlier runs have kept of their files."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Final, NamedTuple

from qafiles.cache.file_rows import (
    BODY,
    FLAGS,
    KIND,
    MARK,
    MAY_BE_LINK,
    NAME,
    NO_INDEX,
    SETTINGS,
    FilesStore,
    KeptFiles,
    Row,
)
from qafiles.cache.git_answer import git_on_path
from qafiles.cache.working_tree import Where, WorkingTree, has_journal
from qafiles.git import GitRepository
from qafiles.git.completeness import has_objects
from qafiles.layout import SETTINGS_FILE
from qafiles.loading.listed_tree import ListedTree, can_be_entered, listed_tree
from qafiles.loading.other_files import digest_of_others
from qafiles.loading.reading_ahead import ReadingAhead
from qafiles.loading.row_loading import Progress, RowLoading
from qafiles.processes import collector_paused
from qafiles.snapshot import Snapshot
from qafiles.snapshot.entity_file import Examine
from qafiles.sources import GitObjectSource, SourceEntry
from qafiles.sources.folder import FolderSource, refused_in_tree
from qafiles.sources.source import SHA_1_DIGITS
from qafiles.sources.tree_entries import TreeEntries, TreePaths

_NOTHING_NAMED: Final[Mapping[str, str]] = MappingProxyType({})
_LEAST_OLDER: Final = 2_000


class _TreeFiles(NamedTuple):
    """The files of a working tree: one is known where git says that it is the one that was read."""

    source: FolderSource
    entries: Mapping[str, SourceEntry]
    is_sha_1: bool
    state: ListedTree
    stored: KeptFiles

    @classmethod
    def of(cls, root: str, where: Where, state: ListedTree, stored: KeptFiles) -> "_TreeFiles":
        repository = GitRepository(Path(where.git_dir), Path(where.top))
        source = FolderSource(Path(root), repository, root=where.prefix or ".", listed=TreePaths(state.marks))
        entries = TreeEntries(state.marks)
        is_sha_1 = len(where.words.rstrip(b"\n").rpartition(b"\n")[2]) == SHA_1_DIGITS
        return cls(source, entries, is_sha_1, state, stored)

    @property
    def changed(self) -> frozenset[str] | None:
        return self.state.changed if self.state.is_as_kept else None

    def same(self, path: str) -> Row | None:
        row, mark = self.stored.rows.get(path), self.state.marks[path]
        is_same = row is not None and mark and row[MARK] == mark and path not in self.state.changed
        return row if is_same else None

    def mark(self, path: str) -> bytes | None:
        return self.state.mark(path)


@collector_paused()
def load_kept(
    tree: WorkingTree,
    examine: Examine | None = None,
    progress: Progress | None = None,
    named: Mapping[str, str] = _NOTHING_NAMED,
    ahead: ReadingAhead | None = None,
) -> Snapshot | None:
    """Return the snapshot of a working tree that git was asked about; None where only loading as a whole can tell.

    What has been read is kept for later runs; a few files are read by a process that was started `ahead`, with the same
    `examine`. Raises DataRootError as `load` does.
    """
    where = tree.where()
    if where is None or has_journal(where.git_dir):
        return None
    store = FilesStore(where.common_dir, where.git_dir, where.prefix, tree.git)
    stored = store.read()
    state = listed_tree(tree, where, stored)
    if state is None or SETTINGS_FILE not in state.marks:
        return None
    tree.forget_listing()  # half as large as the files
    files = _TreeFiles.of(tree.root, where, state, stored)
    loading = RowLoading(files, stored, examine)
    if loading.settings_row is None or _has_links(files.source.folder, loading):
        return None
    if not can_be_entered(tree.root, state.marks):
        return None
    loading.read(progress, ahead)
    _keep_tree(store, stored, state, loading)
    beside = {path: loading.rows[path] for path in loading.odd}
    others = partial(digest_of_others, tree.root, beside, state.mark, state.changed)
    return loading.snapshot(named, store.key, others)


def _has_links(folder: Path, loading: RowLoading) -> bool:
    """Return whether one of the files that are no entities is a link, or another repository, among them."""
    doubtful = [path for path in loading.odd if loading.rows[path][FLAGS] & MAY_BE_LINK]
    return any(refused_in_tree(folder, path) is not None for path in doubtful)


def _keep_tree(store: FilesStore, stored: KeptFiles, state: ListedTree, loading: RowLoading) -> None:
    """Keep the rows of a working tree, where they are others than those that are kept."""
    rows, is_alike = loading.rows, loading.is_alike
    is_same = stored.digests == state.digests and is_alike and len(stored.rows) == len(rows)
    # The others are the very rows that are kept.
    if is_same and all(stored.rows.get(path) is rows[path] for path in loading.again):
        return
    older = dict(stored.older) if is_alike else {}
    for path, row in loading.replaced() if is_alike else ():
        now = rows.get(path)
        if row[BODY] and row[KIND] != SETTINGS and (now is None or now[NAME] != row[NAME]):
            older[path, row[NAME]] = row
    base = stored.base if is_alike else None
    store.write(KeptFiles(state.digests, loading.fields, rows, _latest(older, rows), base))


def _latest(older: dict[tuple[str, bytes], Row], rows: Mapping[str, Row]) -> dict[tuple[str, bytes], Row]:
    """Return those rows of other states that were added last, no more than there are files."""
    return dict([*older.items()][-max(_LEAST_OLDER, len(rows)) :])


class _ObjectFiles(NamedTuple):
    """The files of a commit, or of the index: one is known where its bytes have the name of those that were read."""

    source: GitObjectSource
    entries: Mapping[str, SourceEntry]
    is_sha_1: bool
    stored: KeptFiles
    changed: None = None

    def same(self, path: str) -> Row | None:
        entry = self.entries[path]
        if entry.unmerged or entry.refused is not None or not entry.blob:
            return None
        return self.stored.row(path, bytes.fromhex(entry.blob))

    def mark(self, path: str) -> None:
        del path


@collector_paused()
def load_objects(
    source: GitObjectSource,
    examine: Examine | None = None,
    progress: Progress | None = None,
    named: Mapping[str, str] = _NOTHING_NAMED,
) -> Snapshot | None:
    """Return the snapshot of a commit, or of the index; None where only loading as a whole can tell.

    What has been read is kept for later runs. Raises what `load` raises.
    """
    git = git_on_path()
    if git is None:
        return None
    entries = {entry.path: entry for entry in source.entries()}
    if any(entry.refused is not None for entry in entries.values()):
        return None
    from qafiles.loading.meanwhile import Meanwhile  # noqa: PLC0415  # threads are for commits alone

    repository = source.repository
    is_whole = Meanwhile(lambda: has_objects(repository, [entry.blob for entry in entries.values()]))
    store = FilesStore(str(repository.common_dir), str(repository.git_dir), source.folder, git)
    stored = store.read()
    blob = next((entry.blob for entry in entries.values()), "")
    loading = RowLoading(_ObjectFiles(source, entries, len(blob) == SHA_1_DIGITS, stored), stored, examine)
    # What is known of a content that can't be read any more would hide that; and where rows say too little, what they save is
    # less than what they cost.
    is_little = stored.rows and 2 * len(loading.placed) > len(entries)
    if not is_whole.result() or loading.settings_row is None or is_little:
        return None
    loading.read(progress)
    _keep_objects(store, stored, loading)
    return loading.snapshot(named, store.key, lambda: None)


def _keep_objects(store: FilesStore, stored: KeptFiles, loading: RowLoading) -> None:
    """Keep what was read of a commit beside what is kept of the working tree, for which alone it is made anew."""
    if not stored.rows:
        store.write(KeptFiles(NO_INDEX, loading.fields, loading.rows, {}))
    elif loading.is_alike and loading.placed:
        read = {entry.path: loading.rows[entry.path] for entry, _ in loading.placed}
        new = {(path, row[NAME]): row for path, row in read.items() if row[BODY]}
        if new.keys() - stored.older.keys():
            store.write(stored._replace(older=_latest({**stored.older, **new}, stored.rows)))
