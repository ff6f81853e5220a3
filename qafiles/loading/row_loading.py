"""A data root as it is loaded from rows that earlier runs have kept of its files: the others are read."""

import marshal
from _blake2 import blake2b
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any, Final, Protocol

from qafiles.cache.file_bodies import body_of
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
    KeptFiles,
    Row,
    is_usual,
    marked,
)
from qafiles.declared_fields import NOTHING_DECLARED, DeclaredFields
from qafiles.diagnostics import Diagnostic, EntityName
from qafiles.fingerprints import with_fingerprints
from qafiles.layout import ENTITY_FOLDERS, KINDS, SETTINGS_FILE, Place, classify
from qafiles.loading.read_rows import Placed, Reading, ReadRow, read_rows, rows_ahead
from qafiles.loading.reading_ahead import ReadingAhead
from qafiles.models.settings import settings_of
from qafiles.snapshot import EntityFile, Snapshot
from qafiles.snapshot.entity_fields import fields_at_hand
from qafiles.snapshot.entity_file import Examine
from qafiles.snapshot.file_rows import RowFiles, file_of
from qafiles.snapshot.read_state import ReadState
from qafiles.sources import Source, SourceEntry
from qafiles.sources.source import name_of

_UNREAD: Final[Row] = ("", "", None, b"", None, 0, b"", None)
_WITHOUT_SHARING: Final = 2
"""The version of `marshal` in which equal values are equal bytes."""

Progress = Callable[[str, int, int], None]


class Listed(Protocol):
    """The files of a source as they are listed, sorted by path, and which of them are known without being read."""

    @property
    def source(self) -> Source:
        """Where files are read that are not known."""

    @property
    def entries(self) -> Mapping[str, SourceEntry]:
        """What the source lists."""

    @property
    def is_sha_1(self) -> bool:
        """Whether git's names are those of SHA-1."""

    @property
    def changed(self) -> frozenset[str] | None:
        """The files that differ, where the others are the very ones that are kept; None where that is not known of all."""

    def same(self, path: str) -> Row | None:
        """Return the row that is known to be that of a file, None for one that has to be read."""

    def mark(self, path: str) -> bytes | None:
        """Return the mark with which what is read of a file now is kept."""


class RowLoading:
    """One data root as it is loaded: its settings and the rows that are known, then all of them."""

    def __init__(self, state: Listed, stored: KeptFiles, examine: Examine | None) -> None:
        self.state = state
        self.stored = stored
        self.examine = examine
        self.made: dict[str, EntityFile] = {}
        self.diagnostics: list[Diagnostic] = []
        self.settings_row, data, fields = self._settings()
        self.settings = settings_of(data, fields)
        self.fields = blake2b(marshal.dumps(data.get("fields"), _WITHOUT_SHARING), digest_size=16).digest()
        self.numbers = {kind: fields_at_hand(kind, self.settings.fields) for kind in KINDS}
        self.is_alike = stored.fields == self.fields
        self.placed: list[Placed] = []
        self.rows: dict[str, Row] = {}
        self.again, self.odd = self._take()

    def _settings(self) -> tuple[Row | None, Mapping[str, Any], DeclaredFields]:
        """Return the row and the data of the settings, and the custom fields; no row where they have problems, or are not there."""
        path, state = SETTINGS_FILE, self.state
        entry = state.entries.get(path)
        if entry is None or entry.refused is not None or entry.unmerged:
            return None, {}, NOTHING_DECLARED
        row = state.same(path)
        if row is not None and row[BODY]:
            return row, *_kept_settings(row)
        content = next(iter(state.source.read([entry])))
        if not isinstance(content, bytes):
            return None, {}, NOTHING_DECLARED
        name, mark = name_of(content, is_sha_1=state.is_sha_1), state.mark(path)
        row = self.stored.row(path, name)
        if row is not None:
            return marked(row, mark), *_kept_settings(row)
        from qafiles.loading.settings import faultless_settings  # noqa: PLC0415  # they seldom change

        data = faultless_settings(content, state.source.revision)
        if data is None:
            return None, {}, NOTHING_DECLARED
        fields = settings_of(data).fields
        body = marshal.dumps((data, fields.to_plain()))
        return (SETTINGS, "", None, name, mark, 0, body, None), data, fields

    def _take(self) -> tuple[list[str], Iterable[str]]:
        """Take the rows of files that are the same as then, and place the files that have to be read.

        Return all other paths, and those, sorted, beside which each row that is taken or read is one that `is_usual` accepts.
        """
        state, stored, odd = self.state, self.stored.rows, self.stored.odd
        changed = state.changed if self.is_alike else None
        maybe: Iterable[str]
        if changed is not None:
            self.rows = dict(stored)
            maybe = stored if odd is None else sorted({*odd, *changed}.intersection(stored))
            again = [
                path
                for path in maybe
                if not (row := stored[path])[MARK]
                or path in changed
                or (row[KIND] and not self._is_enough(row))
            ]
        else:
            same = {path: state.same(path) for path in state.entries}
            again = [p for p, row in same.items() if row is None or (row[KIND] and not self._is_enough(row))]
            self.rows = {path: row or _UNREAD for path, row in same.items()}
            maybe = self.rows
        for path in again:
            self._place(path)
        return again, maybe

    def replaced(self) -> Iterator[tuple[str, Row]]:
        """Yield the paths and rows of those that are kept which are not the very ones that have been loaded."""
        kept = self.stored.rows
        # Where the files are those that are kept, the others have been taken.
        paths = self.again if self.state.changed is not None and self.is_alike else kept
        return ((path, kept[path]) for path in paths if self.rows.get(path) is not kept[path])

    def _place(self, path: str) -> None:
        """Place a file that has to be read, or say what else lies there."""
        place, mark, old = classify(path), self.state.mark(path), self.stored.rows.get(path)
        row: Row
        if isinstance(place, Place):
            self.placed.append((self.state.entries[path], place))
            row = (place.kind, place.handle, None, b"", mark, IS_GONE, b"", None)
        elif path == SETTINGS_FILE and self.settings_row is not None:
            row = self.settings_row
        else:
            is_doubtful = path.partition("/")[0] in ENTITY_FOLDERS and not path.endswith(".yaml")
            row = ("", "", None, b"", mark, MAY_BE_LINK if is_doubtful else 0, b"", None)
        self.rows[path] = _same(row, old)

    def _is_enough(self, row: Row) -> bool:
        """Return whether a row says all that is asked of its file."""
        is_examined = row[FLAGS] & IS_EXAMINED or self.examine is None
        return bool(self.is_alike and row[BODY] and is_examined)

    def read(self, progress: Progress | None, ahead: ReadingAhead | None = None) -> None:
        """Read the files that are not known by what git says of them, in a process that was started `ahead` where there is one."""
        elsewhere = partial(rows_ahead, ahead, self.settings.fields) if ahead is not None else None
        reading = Reading(self.settings.fields, self.numbers, self.examine, self.state.is_sha_1, elsewhere)
        for number, ((entry, place), read) in enumerate(
            zip(self.placed, read_rows(self.state.source, self.placed, reading, self._known), strict=True)
        ):
            if progress is not None and number % 256 == 0:
                progress("files", number, len(self.placed))
            if read is not None:
                self._add(entry.path, place, read)

    def _known(self, path: str, name: bytes) -> Row | None:
        row = self.stored.row(path, name)
        return row if row is not None and self._is_enough(row) else None

    def _add(self, path: str, place: Place, read: ReadRow) -> None:
        mark = self.state.mark(path)
        row = self._known(path, read.name) if read.is_known else None
        if row is not None:
            new = marked(row, mark)
        else:
            new = (place.kind, place.handle, read.id, read.name, mark, read.flags, read.body, read.title)
        self.rows[path] = _same(new, self.stored.rows.get(path))
        if read.plain is not None:
            from qafiles.loading.entity_files import from_plain  # noqa: PLC0415  # most files are kept

            entity = from_plain(
                path, place, (*read.plain[:-1], False), self.settings.fields, self.numbers[place.kind]
            )
            self.made[path] = entity.file
            self.diagnostics += entity.diagnostics()

    def snapshot(
        self, named: Mapping[str, str], programs: bytes, others: Callable[[], bytes | None]
    ) -> Snapshot:
        """Return what has been loaded; `others` is asked for a digest of what is no entity, None where that is not known."""
        odd = [path for path in self.odd if not is_usual(self.rows[path])]
        rows = dict(self.rows)
        for path in odd:
            row = rows[path]
            if not row[KIND] or row[FLAGS] & IS_GONE or row[KIND] == SETTINGS:
                del rows[path]
        declared, numbers, stored = self.settings.fields, self.numbers, self.stored
        is_alike = self.is_alike
        with_findings = self.examine is not None
        for path in odd:
            if path in rows and rows[path][FLAGS] & HAS_PROBLEMS and rows[path][BODY]:
                self.diagnostics += _diagnostics(path, rows[path])

        def make(path: str, row: Row) -> EntityFile:
            return file_of(path, row, declared, numbers, with_findings=with_findings)

        def earlier(path: str, name: str) -> EntityFile | None:
            # Rows of other custom fields have other values at hand, under the same names of bytes.
            row = stored.row(path, bytes.fromhex(name)) if is_alike else None
            return make(path, row) if row is not None else None

        return Snapshot(
            RowFiles(rows, self.made, make),
            tuple([path for path in odd if not self.rows[path][KIND]]),
            self.settings,
            with_fingerprints(self.diagnostics),
            examine=self.examine,
            as_named=frozenset(
                path for path, name in named.items() if path in rows and rows[path][NAME].hex() == name
            ),
            read_state=ReadState(rows, programs + self.fields, earlier, others),
            source=self.state.source,
            entries=self.state.entries,
        )


def _kept_settings(row: Row) -> tuple[Mapping[str, Any], DeclaredFields]:
    """Return the data of the settings, and their custom fields, whose declarations take long to be looked through."""
    data, fields = marshal.loads(body_of(row[BODY]))  # noqa: S302  # our own
    return data, DeclaredFields.from_plain(fields)


def _same(row: Row, old: Row | None) -> Row:
    """Return a row, as the very one that is kept where it is equal to it."""
    return old if old is not None and old == row else row


def _diagnostics(path: str, row: Row) -> Iterable[Diagnostic]:
    from qafiles.loading.file_problem import FileProblem  # noqa: PLC0415  # most files have none

    name = EntityName(row[0], row[2], row[1])
    for plain in marshal.loads(body_of(row[BODY]))[3]:  # noqa: S302  # our own
        yield FileProblem.from_plain(plain).diagnostic(path, name)
