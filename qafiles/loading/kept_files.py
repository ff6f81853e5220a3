"""The working tree of a data root as it is loaded from what earlier runs have kept of its files: the others are read."""

import marshal
from _blake2 import blake2b
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from qafiles.cache.file_rows import (
    BODY,
    FLAGS,
    HAS_PROBLEMS,
    IS_EXAMINED,
    IS_GONE,
    KIND,
    MARK,
    MAY_BE_LINK,
    NAME,
    SETTINGS,
    FilesStore,
    KeptFiles,
    Row,
    marked,
)
from qafiles.cache.working_tree import Where, WorkingTree, has_journal
from qafiles.diagnostics import Diagnostic, EntityName
from qafiles.fingerprints import with_fingerprints
from qafiles.git import GitRepository, ListedPath
from qafiles.layout import ENTITY_FOLDERS, KINDS, SETTINGS_FILE, Place, classify
from qafiles.loading.listed_tree import ListedTree, can_be_entered, listed_tree
from qafiles.loading.other_files import digest_of_others
from qafiles.loading.read_rows import Placed, Reading, ReadRow, read_rows
from qafiles.models.settings import settings_of
from qafiles.snapshot import EntityFile, Snapshot
from qafiles.snapshot.entity_fields import fields_at_hand
from qafiles.snapshot.entity_file import Examine
from qafiles.snapshot.file_rows import RowFiles, file_of
from qafiles.snapshot.read_state import ReadState
from qafiles.sources import SourceEntry
from qafiles.sources.folder import FolderSource, refused_in_tree
from qafiles.sources.source import SHA_1_DIGITS, name_of

_WITHOUT_SHARING: Final = 2
"""The version of `marshal` in which equal values are equal bytes."""
_new = tuple.__new__  # a NamedTuple's own constructor takes more than twice as long
Progress = Callable[[str, int, int], None]


def load_kept(
    tree: WorkingTree,
    examine: Examine | None = None,
    progress: Progress | None = None,
    named: Mapping[str, str] = MappingProxyType({}),
) -> Snapshot | None:
    """Return the snapshot of a working tree that git was asked about; None where only loading as a whole can tell.

    What has been read is kept for later runs. Raises DataRootError as `load` does.
    """
    where = tree.where()
    if where is None or has_journal(where.git_dir):
        return None
    store = FilesStore(where.common_dir, where.git_dir, where.prefix, tree.git)
    kept = store.read()
    state = listed_tree(tree, where, kept)
    if state is None or SETTINGS_FILE not in state.marks:
        return None
    loading = _Loading(tree.root, where, state, kept, examine)
    if loading.settings_row is None or loading.has_links() or not can_be_entered(tree.root, state.marks):
        return None
    loading.read(progress)
    loading.keep(store)
    return loading.snapshot(named, store.key)


class _Loading:
    """One data root as it is loaded: rows as they are known, then all of them."""

    def __init__(
        self, root: str, where: Where, state: ListedTree, kept: KeptFiles, examine: Examine | None
    ) -> None:
        repository = GitRepository(Path(where.git_dir), Path(where.top))
        listed = tuple(_new(ListedPath, (path, False, False)) for path in state.marks)
        self.source = FolderSource(Path(root), repository, root=where.prefix or ".", listed=listed)
        self.entries = {path: _new(SourceEntry, (path, "", None, False)) for path in state.marks}
        self.is_sha_1 = len(where.words.rstrip(b"\n").rpartition(b"\n")[2]) == SHA_1_DIGITS
        self.state = state
        self.kept = kept
        self.made: dict[str, EntityFile] = {}
        self.diagnostics: list[Diagnostic] = []
        self.settings_row, data = self._settings()
        self.settings = settings_of(data)
        self.fields = blake2b(marshal.dumps(data.get("fields"), _WITHOUT_SHARING), digest_size=16).digest()
        self.numbers = {kind: fields_at_hand(kind, self.settings.fields) for kind in KINDS}
        self.is_alike = kept.fields == self.fields
        self.examine = examine
        self.placed: list[Placed] = []
        self.rows: dict[str, Row] = {}
        self._take()

    def _settings(self) -> tuple[Row | None, Mapping[str, Any]]:
        """Return the row and the data of the settings; no row where they have problems, or are not there."""
        path, state = SETTINGS_FILE, self.state
        row = self.kept.rows.get(path)
        if row is not None and self._is_same(path, row) and row[BODY]:
            return row, marshal.loads(row[BODY])  # noqa: S302  # our own
        content = next(iter(self.source.read([self.entries[path]])))
        if not isinstance(content, bytes):
            return None, {}
        name = name_of(content, is_sha_1=self.is_sha_1)
        if row is not None and row[NAME] == name and row[BODY]:
            return marked(row, state.mark(path)), marshal.loads(row[BODY])  # noqa: S302  # our own
        from qafiles.loading.settings import faultless_settings  # noqa: PLC0415  # they seldom change

        data = faultless_settings(content, None)
        if data is None:
            return None, {}
        return (SETTINGS, "", None, name, state.mark(path), 0, marshal.dumps(data)), data

    def _is_same(self, path: str, row: Row) -> bool:
        """Return whether git says that a file is the one of which a row was made."""
        mark = self.state.marks[path]
        return bool(mark) and row[MARK] == mark and path not in self.state.changed

    def _take(self) -> None:
        """Take the rows of files that are the same as then, and place the others, which have to be read."""
        old, rows = self.kept.rows, self.rows
        changed = self.state.changed
        for path, mark in self.state.marks.items():
            row = old.get(path)
            is_same = row is not None and mark and row[MARK] == mark and path not in changed
            if row is not None and is_same and (not row[KIND] or self._is_enough(row)):
                rows[path] = row
                continue
            place = classify(path)
            if isinstance(place, Place):
                self.placed.append((self.entries[path], place))
                rows[path] = (place.kind, place.handle, None, b"", self.state.mark(path), IS_GONE, b"")
            elif path == SETTINGS_FILE:
                if self.settings_row is not None:
                    rows[path] = _same(self.settings_row, row)
            else:
                is_doubtful = path.partition("/")[0] in ENTITY_FOLDERS and not path.endswith(".yaml")
                flags = MAY_BE_LINK if is_doubtful else 0
                rows[path] = _same(("", "", None, b"", self.state.mark(path), flags, b""), row)

    def _is_enough(self, row: Row) -> bool:
        """Return whether a row says all that is asked of its file."""
        is_examined = row[FLAGS] & IS_EXAMINED or self.examine is None
        return bool(self.is_alike and row[BODY] and is_examined)

    def has_links(self) -> bool:
        """Return whether one of the files that are no entities is a link, or another repository, among them."""
        folder = self.source.folder
        return any(
            row[FLAGS] & MAY_BE_LINK and refused_in_tree(folder, path) is not None
            for path, row in self.rows.items()
        )

    def read(self, progress: Progress | None) -> None:
        """Read the files that are not known by what git says of them."""
        reading = Reading(self.settings.fields, self.numbers, self.examine, self.is_sha_1)
        for number, ((entry, place), read) in enumerate(
            zip(self.placed, read_rows(self.source, self.placed, reading, self._known), strict=True)
        ):
            if progress is not None and number % 256 == 0:
                progress("files", number, len(self.placed))
            if read is not None:
                self._add(entry.path, place, read)

    def _known(self, path: str, name: bytes) -> Row | None:
        row = self.kept.row(path, name)
        return row if row is not None and self._is_enough(row) else None

    def _add(self, path: str, place: Place, read: ReadRow) -> None:
        mark = self.state.mark(path)
        row = self._known(path, read.name) if read.is_known else None
        if row is not None:
            new = marked(row, mark)
        else:
            new = (place.kind, place.handle, read.id, read.name, mark, read.flags, read.body)
        self.rows[path] = _same(new, self.kept.rows.get(path))
        if read.plain is not None:
            from qafiles.loading.entity_files import from_plain  # noqa: PLC0415  # most files are kept

            entity = from_plain(
                path, place, (*read.plain[:-1], False), self.settings.fields, self.numbers[place.kind]
            )
            self.made[path] = entity.file
            self.diagnostics += entity.diagnostics()

    def keep(self, store: FilesStore) -> None:
        """Keep the rows, where they are others than those that are kept."""
        kept, state = self.kept, self.state
        is_same = (
            kept.index_digest == state.index_digest and self.is_alike and len(kept.rows) == len(self.rows)
        )
        if not state.index_digest or (
            is_same and all(kept.rows.get(path) is row for path, row in self.rows.items())
        ):
            return
        older = dict(kept.older) if self.is_alike else {}
        for path, row in kept.rows.items() if self.is_alike else ():
            now = self.rows.get(path)
            if row[BODY] and row[KIND] != SETTINGS and (now is None or now[NAME] != row[NAME]):
                older[path, row[NAME]] = row
        base = kept.base if self.is_alike else None
        store.write(KeptFiles(state.index_digest, self.fields, self.rows, older, base))

    def snapshot(self, named: Mapping[str, str], programs: bytes) -> Snapshot:
        """Return what has been loaded."""
        rows = {
            path: row
            for path, row in self.rows.items()
            if row[KIND] and not row[FLAGS] & IS_GONE and row[KIND] != SETTINGS
        }
        declared, numbers, kept = self.settings.fields, self.numbers, self.kept
        with_findings = self.examine is not None
        for path, row in rows.items():
            if row[FLAGS] & HAS_PROBLEMS and row[BODY]:
                self.diagnostics += _diagnostics(path, row)

        def make(path: str, row: Row) -> EntityFile:
            return file_of(path, row, declared, numbers, with_findings=with_findings)

        def earlier(path: str, name: str) -> EntityFile | None:
            row = kept.row(path, bytes.fromhex(name))
            return make(path, row) if row is not None else None

        return Snapshot(
            RowFiles(rows, self.made, make),
            tuple(path for path, row in self.rows.items() if not row[KIND]),
            self.settings,
            with_fingerprints(self.diagnostics),
            examine=self.examine,
            as_named=frozenset(
                path for path, name in named.items() if path in rows and rows[path][NAME].hex() == name
            ),
            read_state=ReadState(
                rows,
                programs + self.fields,
                earlier,
                lambda: digest_of_others(str(self.source.folder), self.rows, self.state.mark),
            ),
            source=self.source,
            entries=MappingProxyType(self.entries),
        )


def _same(row: Row, old: Row | None) -> Row:
    """Return a row, as the very one that is kept where it is equal to it."""
    return old if old is not None and old == row else row


def _diagnostics(path: str, row: Row) -> Iterable[Diagnostic]:
    from qafiles.loading.file_problem import FileProblem  # noqa: PLC0415  # most files have none

    name = EntityName(row[0], row[2], row[1])
    for plain in marshal.loads(row[BODY])[3]:  # noqa: S302  # our own
        yield FileProblem.from_plain(plain).diagnostic(path, name)
