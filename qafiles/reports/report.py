"""What a report says, as values that every output format shows alike."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType
from typing import Literal, NamedTuple

from qafiles.diagnostics import NOTHING_LEFT_OUT, LeftOut
from qafiles.errors import UsageError
from qafiles.kinds import Kind
from qafiles.layout import nearest
from qafiles.snapshot import EntityFile
from qafiles.sources.commit_state import CommitState


class EntityRef(NamedTuple):
    """An entity that a cell names. It may be gone at the revision reported; `path` is then the one that it had."""

    kind: Kind
    handle: str
    id: str | None
    path: str


Item = str | int | float | date | EntityRef
Cell = Item | None | tuple[Item, ...]
"""A value in a table: a tuple is a list, None is shown as nothing. Texts may hold whatever a file holds."""


class Figure(NamedTuple):
    """A number (or a date, or a text) that a report begins with; `name` is what programs call it, `title` what people do."""

    name: str
    title: str
    value: str | int | float | date | None


class Column(NamedTuple):
    """A column: its name for programs, its heading for people, and what its cells are.

    A `number` is to be added or aligned, a `gap` says what is wrong. `always_shown` columns are shown to people even where all cells
    are empty, since that is what one wants to know; `missing` is what an empty cell is then called. A `detail` is for programs and
    spreadsheets: people see it where they ask for it.
    """

    name: str
    title: str
    form: Literal["text", "number", "gap"] = "text"
    missing: str = ""
    always_shown: bool = False
    detail: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells below columns, in an order that the same data always has; `empty` says what it means to have no row."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...] = field(repr=False)
    empty: str = "nothing"

    def filled(self) -> tuple[int, ...]:
        """Return the indexes of those columns that people see: that hold anything, or say something by holding nothing."""
        return tuple(
            index
            for index, column in enumerate(self.columns)
            if not column.detail
            and (
                column.always_shown
                or column.missing
                or any(row[index] not in {None, ()} for row in self.rows)
            )
        )

    def shaped(self, names: Sequence[str] | None, limit: int | None) -> "Table":
        """Return the table with these columns, in this order, and at most so many rows; None for all.

        Raises UsageError for a column that it does not have.
        """
        if names is None and (limit is None or limit >= len(self.rows)):
            return self
        known = [column.name for column in self.columns]
        for name in names or ():
            if name not in known:
                near = nearest(name, known)
                hint = f"did you mean `{near}`?" if near else f"it has {', '.join(known)}"
                raise UsageError(f"the table `{self.name}` has no column `{name}`; {hint}")
        indexes = [known.index(name) for name in (known if names is None else names)]
        return replace(
            self,
            columns=tuple(
                self.columns[index]._replace(detail=self.columns[index].detail and names is None)
                for index in indexes
            ),
            rows=tuple(tuple(row[index] for index in indexes) for row in self.rows[:limit]),
        )


@dataclass(frozen=True, slots=True)
class Report:
    """The result of one report at one state of a data root; the first table is the main one.

    `revision` is the commit reported, None for the working tree and the index; `origin` says how these stand to the commit
    below them. `root` is the data root relative to the top of the git repository. `as_of` is the day from which ages are
    counted, None where git gives none. `filters` are the choices made, by the name of the option. `notes` are sentences
    about what the figures do not cover, among them what could not be read, `left_out`.
    """

    name: str
    title: str
    revision: str | None
    figures: tuple[Figure, ...]
    tables: tuple[Table, ...]
    root: str = "."
    as_of: date | None = None
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    notes: tuple[str, ...] = ()
    origin: CommitState = field(default_factory=lambda: CommitState("working tree"))
    left_out: LeftOut = NOTHING_LEFT_OUT

    @property
    def state(self) -> str:
        """What is reported: a commit, or the index or the working tree with how many files no commit holds."""
        return self.revision or str(self.origin)

    def with_tables(self, tables: tuple[Table, ...]) -> "Report":
        """Return the report with these tables alone."""
        return replace(self, tables=tables)

    def table(self, name: str) -> Table:
        """Return the table with a name; raises KeyError."""
        return {table.name: table for table in self.tables}[name]

    def chosen(self, name: str | None) -> Table:
        """Return the table with a name, the main one for None. Raises UsageError where there is none."""
        known = [table.name for table in self.tables]
        if name is None or name in known:
            return self.tables[0 if name is None else known.index(name)]
        near = nearest(name, known)
        hint = f"did you mean `{near}`?" if near else f"it has {', '.join(known)}"
        raise UsageError(f"the report `{self.name}` has no table `{name}`; {hint}")


def ref(file: EntityFile) -> EntityRef:
    """Return a cell that names the entity in a file."""
    return EntityRef(file.kind, file.handle, file.id, file.path)
