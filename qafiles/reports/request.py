"""What a report is made from: a state of the data, what it is limited to, and git's history where that is needed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from qafiles.diagnostics import NOTHING_LEFT_OUT, LeftOut
from qafiles.errors import GitError
from qafiles.git.dates import day
from qafiles.kinds import Kind
from qafiles.layout import SETTINGS_FILE
from qafiles.loading.earlier import load_earlier
from qafiles.loading.loader import load
from qafiles.reports.authors import Authors
from qafiles.reports.field_values import DeclaredColumns
from qafiles.reports.filters import NO_FILTERS, Filters, Selection
from qafiles.reports.grouping import Counts, Grouping, kinds_with, several_note
from qafiles.reports.report import Column, Figure, Report, Table
from qafiles.reports.suites import without_cases
from qafiles.results.joined import Joined
from qafiles.snapshot import Snapshot
from qafiles.snapshot.unread import left_out
from qafiles.sources import MemorySource, Source
from qafiles.sources.commit_state import CommitState, commit_state

_MOST_SHARED: Final = 5

if TYPE_CHECKING:
    from qafiles.history import History

_NAMED: Final = 3
"""Files that are named among those that are not committed."""


@dataclass(frozen=True)
class Request:
    """A report that is asked for.

    `before` is the earlier state of a report that compares two, and `days` the age from which something counts as old.
    `as_of` is the day from which ages are counted, by default that of the commit reported. `by` is the field by whose values
    the report is to count, None for no such count. `results` are those of a run, and `earlier_results` those of one to compare
    them with.
    """

    name: str
    title: str
    snapshot: Snapshot
    filters: Filters = NO_FILTERS
    days: int = 180
    as_of: date | None = None
    before: Source | Snapshot | None = None
    options: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    by: str | None = None
    results: Joined | None = None
    earlier_results: Joined | None = None

    @cached_property
    def origin(self) -> CommitState:
        """How the state stands to the commit that it comes from."""
        return commit_state(self.snapshot.source)

    @cached_property
    def selection(self) -> Selection:
        """The entities that the report is about."""
        return Selection(self.snapshot, self.filters)

    @cached_property
    def earlier(self) -> Snapshot | None:
        """The earlier state, loaded; one from before the data root was made holds nothing."""
        before = self.before
        if before is None or isinstance(before, Snapshot):
            return before
        entries = before.entries()
        if any(entry.path == SETTINGS_FILE for entry in entries):
            return load_earlier(before, entries, self.snapshot)
        return load(MemorySource({SETTINGS_FILE: "version: 1\n"}, before.revision, before.root))

    @cached_property
    def possible_history(self) -> "History":
        """Git's history up to the state, which says why when there is none."""
        from qafiles.history import history_of  # noqa: PLC0415  # most reports need no history

        return history_of(self.snapshot)

    @cached_property
    def history(self) -> "History":
        """Git's history up to the state. Raises GitError where there is none."""
        history = self.possible_history
        if history.unknown is not None:
            raise GitError(f"the report `{self.name}` is made from git's history, and {history.unknown}")
        return history

    @cached_property
    def authors(self) -> Authors:
        """The names of the authors of commits."""
        return Authors(self.snapshot, self.possible_history.people)

    @cached_property
    def today(self) -> date | None:
        """The day from which ages are counted: as asked for, else that of the last commit; None without either."""
        if self.as_of is not None:
            return self.as_of
        history = self.possible_history
        last = next((commit for commit in history.commits if commit.name == history.revision), None)
        return day(last.authored) if last is not None else None

    def columns_of(self, *kinds: Kind) -> DeclaredColumns:
        """Return the further columns of a table with a row for each entity of some kinds: what these declare."""
        return DeclaredColumns(self.snapshot, self.by if self.counted(kinds) else None, *kinds)

    def by_table(self, of: str, numbers: Sequence[Column], counts: Iterable[Counts]) -> tuple[Table, ...]:
        """Return the table of what entities add to numbers, by the values of the field asked for; none where none is."""
        if self.by is None:
            return ()
        return (Grouping(self.snapshot, self.by, of, numbers).table(counts),)

    def counted(self, kinds: Iterable[Kind]) -> tuple[Kind, ...]:
        """Return those of some kinds that have the field by which is counted."""
        snapshots = [self.snapshot, *([self.earlier] if self.earlier is not None else [])]
        return kinds_with(self.by, [*kinds], snapshots) if self.by is not None else ()

    def report(
        self,
        figures: tuple[Figure, ...],
        tables: tuple[Table, ...],
        *,
        notes: tuple[str, ...] = (),
        dated: bool = False,
        more: LeftOut = NOTHING_LEFT_OUT,
    ) -> Report:
        """Return the report with its contents; `dated` says that ages were counted, `notes` what is not covered.

        `more` is left out beside what the snapshot and the history lack.
        """
        source = self.snapshot.source
        lacking = self.origin.lacking
        without = left_out(self.snapshot) + self._history_left_out + more
        if lacking is not None:
            without += LeftOut((lacking,), is_missing=True)
        return Report(
            self.name,
            self.title,
            source.revision,
            figures,
            tables,
            source.root,
            self.today if dated else None,
            MappingProxyType(
                {**self.options, **self.filters.as_mapping(), **({"by": (self.by,)} if self.by else {})}
            ),
            (
                *dict.fromkeys(
                    (
                        *without.sentences,
                        *self._uncommitted(),
                        *self._shared_ids(),
                        *without_cases(self.snapshot, self.filters.suites),
                        *several_note(
                            self.snapshot, self.by, map(self.snapshot.files.get, self.selection.paths)
                        ),
                        *notes,
                    )
                ),
            ),
            self.origin,
            without,
        )

    @property
    def _history_left_out(self) -> LeftOut:
        """What is missing in the history, where the report is made from it."""
        if "possible_history" not in self.__dict__:
            return NOTHING_LEFT_OUT
        left_out = self.possible_history.left_out
        return left_out if left_out.is_missing else NOTHING_LEFT_OUT

    def _shared_ids(self) -> tuple[str, ...]:
        """Return a sentence about each of the first ids that several files have."""
        shared = self.snapshot.shared_ids
        if not shared:
            return ()
        from qafiles.history.shared_ids import notes_on  # noqa: PLC0415  # most reports need no history

        some = [files[0] for files in shared.values()][:_MOST_SHARED]
        more = len(shared) - len(some)
        return (
            *notes_on(self.snapshot, *some),
            *([f"{more} more ids stand in several files"] if more else []),
        )

    def history_notes(self) -> tuple[str, ...]:
        """Return sentences about what git's history lacks."""
        history = self.possible_history
        notes = [history.unknown, *history.left_out.sentences]
        if self.origin.uncommitted != () and history.revision is not None:
            notes.append(
                f"history is counted up to commit {history.revision[:10]}; what is not committed has none"
            )
        return tuple(dict.fromkeys(note for note in notes if note is not None))

    def _uncommitted(self) -> tuple[str, ...]:
        """Return a sentence that names what no commit holds, where there is anything."""
        paths = self.origin.uncommitted or ()
        more = f" and {len(paths) - _NAMED:,} more" if len(paths) > _NAMED else ""
        return (f"not committed: {', '.join(paths[:_NAMED])}{more}",) if paths else ()
