"""Files as rows that an earlier run kept: each is made when somebody asks for it, and looked up without being made."""

import marshal
from collections.abc import Callable, Collection, ItemsView, Iterable, Iterator, Mapping, ValuesView
from types import MappingProxyType
from typing import Any, Final, TypeVar

from qafiles.cache.file_bodies import Block, Body, body_of, may_hold
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
        earlier: "tuple[RowFiles, Collection[str]] | None" = None,
    ) -> None:
        """Take rows of entities, sorted by path, those of their files that are there, and what makes one.

        `earlier` are other files, from which those at some paths alone differ.
        """
        self.rows = rows
        self._found: dict[bytes, list[str]] = {}
        self._earlier = earlier
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
        new = {path: file for path, file in files.items() if file is not None}
        rows = {**self.rows, **{path: _row_of(file) for path, file in new.items()}}
        for path in files.keys() - new.keys():
            rows.pop(path, None)
        if not new.keys() <= self.rows.keys():
            # The new ones are behind all others, which are sorted.
            rows = {path: rows[path] for path in sorted(rows)}
        # Each of the others is made once, whichever is asked for it.
        return RowFiles(rows, new, lambda path, _: self[path], (self, files.keys()))

    def where(self, is_wanted: Callable[[Row], Any]) -> Iterator[EntityFile]:
        """Yield the files whose rows meet a condition, sorted by path."""
        return (self[path] for path, row in self.rows.items() if is_wanted(row))

    @lazy
    def paths_by_id(self) -> dict[str, str]:
        """The path of the file with each id, the first one of several."""
        new = self._new_ids()
        if new is not None and self._earlier is not None:
            return self._earlier[0].paths_by_id | new
        rows = reversed([*self.rows.items()])
        return {id_: path for path, row in rows if (id_ := row[ID]) is not None}

    @property
    def number_with_ids(self) -> int:
        """How many of the files have an id."""
        return sum(row[ID] is not None for row in self.rows.values())

    @lazy
    def paths_by_handle(self) -> dict[tuple[Kind, str], str]:
        """The path of the file of each kind and handle."""
        if self._earlier is None:
            return {(row[KIND], row[HANDLE]): path for path, row in self.rows.items()}
        earlier, changed = self._earlier
        paths = earlier.paths_by_handle.copy()
        for rows in (earlier.rows, self.rows):
            for path in changed:
                if path in rows:
                    key = rows[path][KIND], rows[path][HANDLE]
                    if rows is self.rows:
                        paths[key] = path
                    elif paths.get(key) == path:
                        del paths[key]
        return paths

    @lazy
    def paths_of_kinds(self) -> dict[Kind, list[str]]:
        """The paths of the files of each kind, sorted; a kind without any is not there."""
        paths: dict[Kind, list[str]] = {}
        for path, row in self.rows.items():
            paths.setdefault(row[KIND], []).append(path)
        return paths

    def paths_that_may_hold(self, text: bytes) -> list[str]:
        """Return the paths of the files whose fields hold a text, in UTF-8, and perhaps of more; it is looked for once."""
        found = self._found.get(text)
        if found is None:
            bodies, others = self.bodies
            items = (
                item for block, own in bodies.items() if block is None or text in block.data for item in own
            )
            found = [path for path, body in items if path not in others and may_hold(body, text)]
            found += [path for path in others if path in self.rows and may_hold(self.rows[path][BODY], text)]
            self._found[text] = found
        return found

    @lazy
    def bodies(self) -> tuple[dict[Block | None, list[tuple[str, Body]]], frozenset[str]]:
        """The paths and bodies of files by the block that they are packed in, and the paths of which this is not so any more."""
        if self._earlier is not None and "bodies" in self._earlier[0].__dict__:
            known, others = self._earlier[0].bodies
            return known, others.union(self._earlier[1])
        bodies: dict[Block | None, list[tuple[str, Body]]] = {}
        for path, row in self.rows.items():
            body = row[BODY]
            bodies.setdefault(None if isinstance(body, bytes) else body[0], []).append((path, body))
        return bodies, frozenset()

    def _new_ids(self) -> dict[str, str] | None:
        """Return the ids that there are beside those of the earlier files, with their paths; None where others went, or may have."""
        if self._earlier is None:
            return None
        earlier, changed = self._earlier
        new: dict[str, str] = {}
        for path in changed:
            before, after = earlier.rows.get(path), self.rows.get(path)
            old_id, new_id = before and before[ID], after and after[ID]
            if old_id == new_id:
                continue
            if old_id is not None or new_id in earlier.paths_by_id or new_id in new:
                return None
            new[str(new_id)] = path
        return new


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


def with_errors(files: Mapping[str, EntityFile]) -> Iterable[EntityFile]:
    """Return the files that have errors, sorted by path."""
    if isinstance(files, RowFiles):
        return files.where(lambda row: not row[FLAGS] & VALID)
    return (file for file in files.values() if not file.valid)


def of_kind(files: Mapping[str, EntityFile], kind: Kind) -> tuple[EntityFile, ...]:
    """Return the files of a kind, sorted by path."""
    if isinstance(files, RowFiles):
        return tuple([files[path] for path in files.paths_of_kinds.get(kind, ())])
    return tuple(file for file in files.values() if file.kind == kind)


def by_handle(files: Mapping[str, EntityFile]) -> Mapping[tuple[Kind, str], EntityFile]:
    """Return the file of each kind and handle."""
    if isinstance(files, RowFiles):
        return FilesByKey(files, files.paths_by_handle)
    return MappingProxyType({(file.kind, file.handle): file for file in files.values()})
