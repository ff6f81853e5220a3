"""What loading has read of each file of a data root, kept between runs as rows: plain values, a tuple for each path.

A row is taken for a file where git says that the file is the one that was read, or where its bytes have the same name. All rows are
one record of the store; what changes later is a second, small one, which names the first, until it has grown.
"""

import marshal
from _blake2 import blake2b
from collections.abc import Mapping
from itertools import accumulate, pairwise
from struct import Struct, error
from typing import Any, Final, NamedTuple, TypeVar

from qafiles.cache.file_bodies import Body, bodies_in, body_of, packed_blocks
from qafiles.cache.programs import programs
from qafiles.cache.store import Store

Row = tuple[str, str, str | None, bytes, bytes | None, int, Body, str | None]
"""Kind, handle, id, git's name of the bytes that were read, the mark of the index, flags, the rest of what was read, and the title."""

KIND: Final = 0
HANDLE: Final = 1
ID: Final = 2
NAME: Final = 3
MARK: Final = 4
FLAGS: Final = 5
BODY: Final = 6
TITLE: Final = 7
SETTINGS: Final = "settings"
"""The kind of the row of the settings; that of what is no entity is empty."""

VALID: Final = 1
HAS_PROBLEMS: Final = 2
IS_EXAMINED: Final = 4
IS_GONE: Final = 8
MAY_BE_LINK: Final = 16
HAS_FINDINGS: Final = 32

K = TypeVar("K")
Rows = Mapping[str, Row]
Older = Mapping[tuple[str, bytes], Row]

_UNUSUAL: Final = IS_EXAMINED | HAS_PROBLEMS | IS_GONE | MAY_BE_LINK
"""The flags that say whether there is more to a file."""

_FORMAT: Final = b"qafiles files 6"
_KIND: Final = "files-"
_MOST_RECORDS: Final = 16
_MOST_BYTES: Final = 192 << 20
_LEAST_CHANGES: Final = 500
_SHARE: Final = 8
_HEAD: Final = Struct("!Q")
"""The length of what is read as values; the bodies follow."""
_LENGTH: Final = 8
"""How many values a row has."""


class KeptFiles(NamedTuple):
    """What is kept of the files of a data root.

    `digests` are those of git's index when the rows were stored, of the file and of git's words on it, whose marks are then those of
    all tracked files, and `fields` one of the custom fields with which files were read. `older` are rows of other states, by path and name.
    `odd` are the paths, sorted, of all rows but those that `is_usual` accepts, None where that is not known.
    """

    digests: tuple[bytes, bytes]
    fields: bytes
    rows: dict[str, Row]
    older: dict[tuple[str, bytes], Row]
    base: "_Base | None" = None
    odd: list[str] | None = None

    def row(self, path: str, name: bytes) -> Row | None:
        """Return what a path was read as when its bytes had a name, None where that is not kept."""
        now, first = self.rows.get(path), self.base.rows.get(path) if self.base is not None else None
        for row in (now, first):
            if row is not None and row[NAME] == name and row[BODY]:
                return row
        return self.older.get((path, name))


class _Base(NamedTuple):
    """The first record: what names it, and its rows as they were stored."""

    name: bytes
    rows: dict[str, Row]
    older: dict[tuple[str, bytes], Row]
    odd: list[str]


NO_INDEX: Final = (b"", b"")
NOTHING_KEPT: Final = KeptFiles(NO_INDEX, b"", {}, {})


class FilesStore:
    """Where the rows of one data root are kept."""

    def __init__(self, common_dir: str, git_dir: str, prefix: str, git: str) -> None:
        """Take git's folders, the data root's path from the top of the repository, and the git that is asked."""
        own = f"{git_dir}\n{prefix}".encode("utf-8", "surrogateescape")
        self._store = Store.of(common_dir)
        self._name = f"{_KIND}{blake2b(own, digest_size=8).hexdigest()}"
        self.key = b"\0".join((_FORMAT, programs(git), own))

    def is_begun(self) -> bool:
        """Return whether an earlier run has kept rows, of whatever release."""
        return self._name in self._store.names(self._name)

    def read(self) -> KeptFiles:
        """Return what is kept; nothing where that is nothing, or damaged."""
        body = self._store.read(self._name, self.key)
        if body is None:
            return NOTHING_KEPT
        whole = memoryview(body)
        try:
            end = _HEAD.size + _HEAD.unpack_from(whole)[0]
            name, index, fields, columns, older, odd = marshal.loads(whole[_HEAD.size : end])  # noqa: S302  # the user's own, and whole
            rows = _rows(columns, whole, end)
        except (ValueError, EOFError, TypeError, AttributeError, error):
            return NOTHING_KEPT
        if not (_are_bytes(name, fields) and _is_index(index) and type(older) is dict and type(odd) is list):
            return NOTHING_KEPT
        base = _Base(name, rows, older, odd)
        return self._changed(base, fields) or KeptFiles(index, fields, rows, older, base, odd)

    def _changed(self, base: _Base, fields: bytes) -> KeptFiles | None:
        """Return what is kept with the changes since the first record; None without any."""
        body = self._store.read(f"{self._name}-since", self.key)
        if body is None:
            return None
        try:
            name, index, changed, older = marshal.loads(body)  # noqa: S302  # as above
        except (ValueError, EOFError, TypeError):
            return None
        if not (_are_bytes(name) and _is_index(index) and type(changed) is dict and type(older) is dict):
            return None
        if name != base.name:
            return None
        rows = {**base.rows, **changed}
        if len(rows) != len(base.rows) or None in changed.values():
            rows = {path: rows[path] for path in sorted(rows) if rows[path] is not None}
        odd = [path for path, row in changed.items() if row is not None and not is_usual(row)]
        odd += [path for path in base.odd if path not in changed]
        return KeptFiles(index, fields, rows, {**base.older, **older}, base, sorted(odd))

    def write(self, stored: KeptFiles) -> None:
        """Keep rows: those that differ from the first record, where they are few."""
        base = stored.base
        if base is not None:
            changed = _changes(base.rows, stored.rows)
            older = {key: row for key, row in stored.older.items() if base.older.get(key) is not row}
            if len(changed) + len(older) <= max(_LEAST_CHANGES, len(base.rows) // _SHARE):
                self._store.write(
                    f"{self._name}-since",
                    self.key,
                    marshal.dumps((base.name, stored.digests, _whole(changed), _whole(older))),
                )
                return
        columns, bodies = _columns(stored.rows)
        odd = [path for path, row in stored.rows.items() if not is_usual(row)]
        values = (_name(stored), stored.digests, stored.fields, columns, _whole(stored.older), odd)
        head = marshal.dumps(values)
        if _HEAD.size + len(head) + len(bodies) > _MOST_BYTES:
            return
        if self._store.write(self._name, self.key, _HEAD.pack(len(head)) + head, bodies):
            self._store.keep_latest(_KIND, 2 * _MOST_RECORDS)


def _columns(rows: Rows) -> tuple[tuple[Any, ...], bytes]:
    """Return rows by columns, which are read in half the time, and the bodies of all, packed."""
    columns = [*zip(*rows.values(), strict=True)] or [()] * _LENGTH
    kinds, handles, ids, names, marks, flags, bodies, titles = columns
    lengths = [len(body) if isinstance(body, bytes) else body[2] - body[1] for body in bodies]
    blocks = [*packed_blocks(bodies)]
    ends = [*map(len, blocks)]
    values = ("\0".join(rows), kinds, "\0".join(handles), ids, names, marks, flags, lengths, ends, titles)
    return values, b"".join(blocks)


def _rows(columns: Any, content: memoryview, start: int) -> dict[str, Row]:
    """Return the rows that columns stand for, and bodies that begin at a place in a content.

    Raises ValueError, TypeError or AttributeError for values that are none.
    """
    paths, kinds, handles, ids, names, marks, flags, lengths, blocks, titles = columns
    if not lengths:
        return {}
    ends = [*accumulate(blocks, initial=start)]
    if ends[-1] != len(content):
        raise ValueError(blocks)
    bodies = bodies_in([content[begin:end] for begin, end in pairwise(ends)], lengths)
    rows = zip(kinds, handles.split("\0"), ids, names, marks, flags, bodies, titles, strict=True)
    return dict(zip(paths.split("\0"), rows, strict=True))


def _whole(rows: Mapping[K, Row | None]) -> dict[K, tuple[Any, ...] | None]:
    """Return rows with their bodies in them, as plain values."""
    return {
        key: (*row[:BODY], body_of(row[BODY]), *row[BODY + 1 :]) if row is not None else None
        for key, row in rows.items()
    }


def _name(stored: KeptFiles) -> bytes:
    """Return what names a first record: two of which have one say the same of files, if perhaps of other times."""
    digest = blake2b(b"%s %d %d" % (stored.fields, len(stored.rows), len(stored.older)), digest_size=16)
    for path, row in stored.rows.items():
        digest.update(
            b"%s\0%s %s %d\n"
            % (path.encode("utf-8", "surrogateescape"), row[NAME], row[MARK] or b"-", row[FLAGS])
        )
    for (path, name), row in stored.older.items():
        digest.update(b"%s\0%s %d\n" % (path.encode("utf-8", "surrogateescape"), name, row[FLAGS]))
    return digest.digest()


def is_usual(row: Row) -> bool:
    """Return whether a row is that of an entity that has been read, and examined, from a file that git vouches for, and found without problems."""
    is_of_entity = bool(row[KIND]) and row[KIND] != SETTINGS
    return bool(is_of_entity and row[FLAGS] & _UNUSUAL == IS_EXAMINED and row[BODY] and row[MARK])


def marked(row: Row, mark: bytes | None) -> Row:
    """Return a row with another mark."""
    kind, handle, id_, name, _, flags, body, title = row
    return kind, handle, id_, name, mark, flags, body, title


def _changes(before: Rows, rows: Rows) -> dict[str, Row | None]:
    """Return the rows that are others than before, by path; None for a path that is not there any more."""
    changed: dict[str, Row | None] = {path: row for path, row in rows.items() if before.get(path) is not row}
    if len(before) + sum(path not in before for path in changed) != len(rows):
        changed |= dict.fromkeys(path for path in before if path not in rows)
    return changed


def _is_index(value: Any) -> bool:
    return type(value) is tuple and len(value) == len(NO_INDEX) and _are_bytes(*value)


def _are_bytes(*values: Any) -> bool:
    return all(isinstance(value, bytes) for value in values)
