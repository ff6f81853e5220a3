"""Figures of a report by the values of a field, as `--by` asks for them."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from qafiles.errors import UsageError
from qafiles.kinds import Kind
from qafiles.layout import LABELS
from qafiles.reports.field_values import items_at
from qafiles.reports.report import Column, EntityRef, Item, Table
from qafiles.snapshot import EntityFile, Snapshot
from qafiles.snapshot.selection import checked_fields
from qafiles.snapshot.unread import unread_reason

NOT_KNOWN: Final = "not known"
"""The group of entities that can't be read."""

Counts = tuple[Snapshot | None, EntityFile | None, Sequence[int]]
"""An entity of a snapshot, None for what is about none, and what it adds to each number of its groups."""


def check_by(by: str, kinds: Sequence[Kind], snapshots: Sequence[Snapshot]) -> None:
    """Raise UsageError where no entity of some kinds can have a field, in any snapshot, with the nearest that one has."""
    if not kinds_with(by, kinds, snapshots):
        problems = [_problem(by, kind, snapshots[0]) for kind in kinds]
        near = [problem for problem in problems if "did you mean" in problem]
        raise UsageError(next(iter([*near, *problems])))


def kinds_with(by: str, kinds: Sequence[Kind], snapshots: Sequence[Snapshot]) -> tuple[Kind, ...]:
    """Return those of some kinds that have a field: one of the model, a declared one or one that an entity has."""
    return tuple(kind for kind in kinds if not all(_problem(by, kind, snapshot) for snapshot in snapshots))


def _problem(by: str, kind: Kind, snapshot: Snapshot) -> str:
    try:
        checked_fields(snapshot, kind, [by], [*snapshot.settings.fields.of(kind)])
    except UsageError as error:
        return str(error)
    return ""


def groups_of(snapshot: Snapshot, file: EntityFile | None, by: str) -> tuple[Item | None, ...]:
    """Return the groups that an entity counts in: one for each value of the field, that of None where it has none."""
    if file is None:
        return (None,)
    items = items_at(snapshot, file, by)
    if not items and unread_reason(snapshot, file) is not None:
        return (NOT_KNOWN,)
    return tuple({key_of(item): item for item in items}.values()) or (None,)


def key_of(group: Item | None) -> str:
    """Return a text that equal groups share: true is not 1, which is 1.0, and an entity is known by its id."""
    if isinstance(group, EntityRef):
        return f"entity {group.id or group.path}"
    if isinstance(group, int | float) and not isinstance(group, bool):
        return f"number {int(group) if group == int(group) else group}"
    return f"{type(group).__name__} {group}"


class Grouping:
    """What a report counts by the values of a field: `of` says what, `numbers` are its columns."""

    def __init__(self, snapshot: Snapshot, by: str, of: str, numbers: Sequence[Column]) -> None:
        self.snapshot, self.by, self.of, self.numbers = snapshot, by, of, tuple(numbers)
        self._choices: dict[str, Item] = {
            key_of(choice): choice
            for known in map(snapshot.settings.fields.of, LABELS)
            if by in known
            for choice in known[by].choices
        }

    def table(self, counts: Iterable[Counts]) -> Table:
        """Return the table `by`: for each value of the field the sums of what the entities with it add."""
        groups: dict[str, Item | None] = {}
        sums: dict[str, Counter[int]] = defaultdict(Counter)
        for snapshot, file, own in counts:
            for group in groups_of(snapshot or self.snapshot, file, self.by):
                groups.setdefault(key_of(group), group)
                sums[key_of(group)].update(dict(enumerate(map(int, own))))
        return self.made(
            (group, [sums[key][i] for i in range(len(self.numbers))]) for key, group in groups.items()
        )

    def made(self, rows: Iterable[tuple[Item | None, Sequence[int]]]) -> Table:
        """Return the table of groups with their numbers, in the order of the field's choices, then of the values.

        Every choice has a row, even if no entity has it, and entities without a value have the last.
        """
        numbers: dict[str, tuple[Item | None, Sequence[int]]] = {
            key: (choice, [0] * len(self.numbers)) for key, choice in self._choices.items()
        }
        numbers |= {key_of(group): (group, own) for group, own in rows}
        return Table(
            "by",
            f"{self.of} by {self.by}",
            (Column(self.by, self.by, missing="none"), *self.numbers),
            tuple(
                (group, *own) for group, own in sorted(numbers.values(), key=lambda row: self._order(row[0]))
            ),
            "there is nothing to count",
        )

    def _order(self, group: Item | None) -> tuple[int, int | float, str]:
        key = key_of(group)
        if key in self._choices:
            return 0, [*self._choices].index(key), ""
        if group is None or group == NOT_KNOWN:
            return 3, group is not None, ""
        if isinstance(group, int | float):
            return 1, group, ""
        return 2, 0, group.handle if isinstance(group, EntityRef) else str(group)


def several_note(snapshot: Snapshot, by: str | None, files: Iterable[EntityFile | None]) -> tuple[str, ...]:
    """Return a sentence where an entity counts in several groups, so that they do not add up."""
    if by is None or all(len(groups_of(snapshot, file, by)) < 2 for file in files):
        return ()
    return (f"an entity with several values of `{by}` counts for each of them",)
