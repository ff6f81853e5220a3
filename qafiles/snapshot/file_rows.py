"""Files as rows that an earlier run kept: each is made when somebody asks for it, and looked up without being made."""

import marshal
from collections.abc import Callable, ItemsView, Iterable, Iterator, Mapping, ValuesView
from types import MappingProxyType
from typing import Any, Final, TypeVar

from qafiles.cache.file_bodies import body_of
from qafiles.cache.file_rows import (
    BODY,
    FLAGS,
    HANDLE,
    HAS_FINDINGS,
    HAS_PROBLEMS,
    ID,
    IS_EXAMINED,
    KIND,
    TITLE,
    VALID,
    Row,
)
from qafiles.declared_fields import DeclaredFields
from qafiles.diagnostics import Finding
from qafiles.kinds import Kind
from qafiles.snapshot.entity_fields import EntityFields, KeptFields
from qafiles.snapshot.entity_file import EntityFile
from qafiles.snapshot.lazy import lazy

K = TypeVar("K")

_NONE_BROKEN: Final = frozenset[str]()


def file_of(
    path: str,
    row: Row,
    declared: DeclaredFields,
    numbers: Mapping[Kind, Mapping[str, int]],
    *,
    with_findings: bool,
) -> EntityFile:
    """Return the file that a row is of, with the same numbers of fields as when it was made, and with what was found in it."""
    kind, flags = row[KIND], row[FLAGS]
    if not flags & (HAS_PROBLEMS | HAS_FINDINGS):
        fields_kept = KeptFields(row[BODY], numbers[kind], row[TITLE])
        found = () if with_findings and flags & IS_EXAMINED else None
        return EntityFile(
            path, kind, row[HANDLE], row[ID], fields_kept, bool(flags & VALID), _NONE_BROKEN, declared, found
        )
    fields, at_hand, broken, _, findings = marshal.loads(body_of(row[BODY]))  # noqa: S302  # our own
    return EntityFile(
        path,
        kind,
        row[HANDLE],
        row[ID],
        EntityFields(fields, at_hand, numbers[kind]),
        bool(flags & VALID),
        frozenset(broken) if broken else _NONE_BROKEN,
        declared,
        tuple((code, Finding.from_plain(item)) for code, item in findings or ())
        if with_findings and flags & IS_EXAMINED
        else None,
    )


class RowFiles(Mapping[str, EntityFile]):
    """The files of rows by path, sorted; some may be made already."""

    def __init__(
        self,
        rows: Mapping[str, Row],
        made: Mapping[str, EntityFile],
        make: Callable[[str, Row], EntityFile],
    ) -> None:
        """Take rows of entities, sorted by path, those of their files that are there, and what makes one."""
        self.rows = rows
        self._made = {**made}
        self._make = make
        self._is_whole = False

    def __getitem__(self, path: str) -> EntityFile:
        file = self._made.get(path)
        if file is None:
            file = self._made[path] = self._make(path, self.rows[path])
        return file

    def __iter__(self) -> Iterator[str]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __contains__(self, path: object) -> bool:
        return path in self.rows

    def values(self) -> ValuesView[EntityFile]:
        """Return all files, sorted by path."""
        return self._whole().values()

    def items(self) -> ItemsView[str, EntityFile]:
        """Return all paths and files, sorted by path."""
        return self._whole().items()

    def _whole(self) -> dict[str, EntityFile]:
        if not self._is_whole:
            made = self._made
            self._made = {
                path: made[path] if path in made else self._make(path, row) for path, row in self.rows.items()
            }
            self._is_whole = True
        return self._made

    def changed(self, files: Mapping[str, EntityFile | None]) -> "RowFiles":
        """Return the files with some others in their places, None for one that is not there any more."""
        rows = {path: row for path, row in self.rows.items() if files.get(path, row) is not None}
        new = {path: file for path, file in files.items() if file is not None}
        rows |= {path: _row_of(file) for path, file in new.items()}
        if not new.keys() <= self.rows.keys():
            rows = {path: rows[path] for path in sorted(rows)}
        # Each of the others is made once, whichever is asked for it.
        return RowFiles(rows, new, lambda path, _: self[path])

    def where(self, is_wanted: Callable[[Row], Any]) -> Iterator[EntityFile]:
        """Yield the files whose rows meet a condition, sorted by path."""
        return (self[path] for path, row in self.rows.items() if is_wanted(row))

    @lazy
    def paths_by_id(self) -> dict[str, str]:
        """The path of the file with each id, the first one of several."""
        rows = reversed([*self.rows.items()])
        return {id_: path for path, row in rows if (id_ := row[ID]) is not None}

    @property
    def number_with_ids(self) -> int:
        """How many of the files have an id."""
        return sum(row[ID] is not None for row in self.rows.values())

    @lazy
    def paths_by_handle(self) -> dict[tuple[Kind, str], str]:
        """The path of the file of each kind and handle."""
        return {(row[KIND], row[HANDLE]): path for path, row in self.rows.items()}


def _row_of(file: EntityFile) -> Row:
    """Return what is looked up of a file that nothing is kept of."""
    return file.kind, file.handle, file.id, b"", None, VALID if file.valid else 0, b"", None


class FilesByKey(Mapping[K, EntityFile]):
    """Files by what they are looked up by, which tells their paths."""

    def __init__(self, files: Mapping[str, EntityFile], paths: Mapping[K, str]) -> None:
        """Take files by path, and the path for each key."""
        self._files = files
        self._paths = paths

    def __getitem__(self, key: K) -> EntityFile:
        return self._files[self._paths[key]]

    def __iter__(self) -> Iterator[K]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)

    def __contains__(self, key: object) -> bool:
        return key in self._paths


def candidates(files: Mapping[str, EntityFile], texts: Iterable[bytes]) -> Iterable[EntityFile]:
    """Return the files that may hold one of some texts, in UTF-8, sorted by path, and perhaps more."""
    if not isinstance(files, RowFiles):
        return files.values()
    searched = [*texts]
    if not searched:
        return ()
    bodies = [(path, row[BODY]) for path, row in files.rows.items()]
    # Most texts are in few files.
    blocks = {body[0] for _, body in bodies if not isinstance(body, bytes)}
    held = {block for block in blocks if _holds(block.data, searched)}
    # Of a row without a body nothing is kept.
    paths = [
        path
        for path, body in bodies
        if (
            not body or _holds(body, searched)
            if isinstance(body, bytes)
            else body[0] in held and _holds(body_of(body), searched)
        )
    ]
    return (files[path] for path in paths)


def _holds(content: bytes, texts: list[bytes]) -> bool:
    return any(text in content for text in texts)


def texts_that_mean(targets: Iterable[EntityFile]) -> set[bytes]:
    """Return the texts of which a reference to a file holds one: its id, the name of a secret, its handle without the project."""
    names = (
        (file.id, file.secret_name if file.is_secret else None, file.handle.split("/", 2)[-1])
        for file in targets
    )
    return {name.encode("utf-8", "surrogatepass") for of_one in names for name in of_one if name is not None}


def with_errors(files: Mapping[str, EntityFile]) -> Iterable[EntityFile]:
    """Return the files that have errors, sorted by path."""
    if isinstance(files, RowFiles):
        return files.where(lambda row: not row[FLAGS] & VALID)
    return (file for file in files.values() if not file.valid)


def of_kind(files: Mapping[str, EntityFile], kind: Kind) -> tuple[EntityFile, ...]:
    """Return the files of a kind, sorted by path."""
    if isinstance(files, RowFiles):
        return tuple([files[path] for path, row in files.rows.items() if row[KIND] == kind])
    return tuple(file for file in files.values() if file.kind == kind)


def by_handle(files: Mapping[str, EntityFile]) -> Mapping[tuple[Kind, str], EntityFile]:
    """Return the file of each kind and handle."""
    if isinstance(files, RowFiles):
        return FilesByKey(files, files.paths_by_handle)
    return MappingProxyType({(file.kind, file.handle): file for file in files.values()})
