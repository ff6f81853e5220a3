"""Edits from Python: several steps that are planned and written as one."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from types import MappingProxyType
from typing import Any

from qafiles.declared_fields import DeclaredFields
from qafiles.edits.plan import Plan, planned
from qafiles.edits.proposal import FileChange, Proposal
from qafiles.edits.proposals.assignments import Assignment, assigned
from qafiles.edits.proposals.mv import Reseal, move
from qafiles.edits.proposals.new import create
from qafiles.edits.proposals.restore import restore
from qafiles.edits.proposals.rm import Referring, remove
from qafiles.edits.proposals.set import set_fields
from qafiles.edits.proposals.several import set_several
from qafiles.edits.proposals.words import Group
from qafiles.edits.working_tree import working_tree
from qafiles.edits.writing.transaction import EditOptions, Outcome, transact
from qafiles.errors import EditFailedError
from qafiles.kinds import Kind
from qafiles.loading.renewal import with_texts
from qafiles.parsing import parse
from qafiles.parsing.values import same
from qafiles.snapshot import EntityFile, Snapshot

Fields = Mapping[str, Any]
"""Values by field; `a.b` is the field `b` of the mapping `a`, and None takes a field away."""


class Edit:
    """An edit in the making: each step sees what those before it did, and nothing is written before its end."""

    def __init__(self, snapshot: Snapshot, title: str) -> None:
        self._first = snapshot
        self._title = title
        self._changes: dict[str, FileChange] = {}
        self._moves: dict[str, str] = {}
        self._discarded: set[str] = set()
        self.snapshot = snapshot
        """What the steps so far lead to, without findings."""
        self.outcome: Outcome | None = None
        """What was written, once the edit has ended."""

    def new(
        self, kind: Kind, handle: str, fields: Fields | None = None, *, original: str | None = None
    ) -> EntityFile:
        """Return a new entity with a fresh id; `original` names one that it copies. Raises as `create` does."""
        proposal = create(self.snapshot, kind, handle, _assigned(fields or {}), original=original)
        self._take(proposal)
        return self.snapshot.files[proposal.changes[0].path]

    def set(self, entity: str | EntityFile | Iterable[str | EntityFile], fields: Fields) -> None:
        """Change fields of an entity, or of several at once. Raises as `set_several` does."""
        entities = [entity] if isinstance(entity, str | EntityFile) else entity
        made = _assigned(fields)
        self._take(
            set_several(self.snapshot, [Group(tuple(map(_name, entities)), lambda _kind, _declared: made)])
        )

    def set_each(self, changes: Mapping[str, Fields]) -> None:
        """Change the fields of each entity; fields may end in `+=` and `-=`. Raises as `set_several` does."""
        groups = [Group((name,), partial(_typed, fields)) for name, fields in changes.items()]
        self._take(set_several(self.snapshot, groups))

    def add(self, entity: str | EntityFile, field: str, *items: Any) -> None:
        """Add items to a list of an entity; those that it has are passed over. Raises as `set_fields` does."""
        change = Assignment(tuple(field.split(".")), "+=", [*items])
        self._take(set_fields(self.snapshot, _name(entity), [change]))

    def discard(self, entity: str | EntityFile, field: str, *items: Any) -> None:
        """Take items out of a list of an entity. Raises as `set_fields` does."""
        change = Assignment(tuple(field.split(".")), "-=", [*items])
        self._take(set_fields(self.snapshot, _name(entity), [change]))

    def move(self, entity: str | EntityFile, handle: str, reseal: Reseal | None = None) -> None:
        """Give an entity another handle; every reference follows. Raises as `qafiles.edits.proposals.mv.move` does."""
        self._take(move(self.snapshot, _name(entity), handle, reseal))

    def remove(self, entity: str | EntityFile, referring: Referring = "refuse") -> None:
        """Remove an entity. Raises as `qafiles.edits.proposals.rm.remove` does."""
        self._take(remove(self.snapshot, _name(entity), referring))

    def restore(self, entity: str, past: Snapshot) -> None:
        """Give an entity the bytes that it had in a past snapshot. Raises as `qafiles.edits.proposals.restore.restore` does."""
        self._take(restore(self.snapshot, past, entity))

    @property
    def proposal(self) -> Proposal:
        """The steps so far as one proposal."""
        return Proposal(
            self._title,
            tuple(self._changes.values()),
            MappingProxyType({**self._moves}),
            discarded=frozenset(self._discarded),
        )

    def plan(self) -> Plan:
        """Return the plan of the steps so far. Raises EditRefusedError as `planned` does."""
        return planned(self._first, self.proposal)

    def _take(self, proposal: Proposal) -> None:
        for change in proposal.changes:
            known = self._changes.get(change.path)
            if known is None:
                self._refuse_outdated(change)
            before = change.before if known is None else known.before
            self._changes[change.path] = FileChange(change.path, before, change.after)
        self._discarded |= {self._moves.get(path, path) for path in proposal.discarded}
        for new, old in proposal.moves.items():
            self._moves[new] = self._moves.pop(old, old)
        self.snapshot, _ = with_texts(
            self.snapshot, {change.path: change.after for change in proposal.changes}
        )

    def _refuse_outdated(self, change: FileChange) -> None:
        """Raise EditFailedError for a file that says something else than the snapshot, by which steps are planned."""
        file = self._first.files.get(change.path)
        if file is None or change.before is None or file.is_secret:
            return
        data = parse(change.before).data
        if not same(data, file.data) and (isinstance(data, dict) or file.data):
            raise EditFailedError(
                f"{change.path} was changed after the snapshot was loaded; load it again. Nothing was written"
            )


@contextmanager
def edit(snapshot: Snapshot, message: str, *, commit: bool = False, force: bool = False) -> Iterator[Edit]:
    """Yield an edit of the working tree that a snapshot was loaded from; it is written as a whole at its end.

    An exception leaves everything as it was. `commit` makes one commit with the message, `force` discards uncommitted work where
    files are removed or restored. Raises at the end as
    `transact` does: what others wrote meanwhile is checked together with the edit, and never overwritten.
    """
    root = working_tree(snapshot.source).root
    made = Edit(snapshot, message)
    yield made
    options = EditOptions(message=message if commit else None, force=force)
    made.outcome = transact(root, lambda _: made.proposal, options)


def _typed(fields: Fields, kind: Kind, declared: DeclaredFields) -> tuple[Assignment, ...]:
    return assigned(fields, kind, declared)


def _assigned(fields: Fields) -> list[Assignment]:
    return [Assignment(tuple(name.split(".")), "=", value) for name, value in fields.items()]


def _name(entity: str | EntityFile) -> str:
    return entity if isinstance(entity, str) else entity.path
