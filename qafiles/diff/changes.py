"""What a comparison says: entities added, removed, renamed, moved and changed, and their fields."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

from qafiles.diagnostics import NOTHING_LEFT_OUT, LeftOut
from qafiles.kinds import SECRET, Kind
from qafiles.parsing.values import ABSENT
from qafiles.snapshot import EntityFile
from qafiles.snapshot.field_changes import FieldChange, SecretNote, secret_note

if TYPE_CHECKING:
    from qafiles.diff.readers import ReaderChange, RuleChange

What = Literal["added", "removed", "renamed", "moved", "changed"]
WHATS: Final[tuple[What, ...]] = ("added", "removed", "renamed", "moved", "changed")


@dataclass(frozen=True, slots=True)
class EntityChange:
    """One entity that differs: its file in both states, None where it is not there, and its fields that differ.

    `rewritten` are fields with another text that mean the same. `carried` says that the entity has another handle only
    because its project or organization has one. `illegible` says in which states the file can't be read. `instead_of` is
    another entity that had the handle before: files that did not change and refer to it by handle now mean this one. `readers` are
    those who come to read a secret, will once it is encrypted anew, or no longer do.
    """

    before: EntityFile | None
    after: EntityFile | None
    fields: tuple[FieldChange, ...] = ()
    rewritten: tuple[FieldChange, ...] = field(default=(), repr=False)
    carried: bool = False
    illegible: tuple[Literal["before", "after"], ...] = ()
    instead_of: EntityFile | None = None
    readers: "tuple[ReaderChange, ...]" = ()

    @property
    def is_only_carried(self) -> bool:
        """Whether nothing is to say of it but that its project or organization has another name."""
        return self.carried and not self.fields and not self.readers

    @property
    def file(self) -> EntityFile:
        """The file as it is after the change, or as it was when it is gone."""
        file = self.after or self.before
        assert file is not None  # noqa: S101  # a change has at least one side
        return file

    @property
    def kind(self) -> Kind:
        """The kind of the entity."""
        return self.file.kind

    @property
    def what(self) -> What:
        """What happened: a renamed entity has another name in the same folder, a moved one another folder."""
        if self.before is None:
            return "added"
        if self.after is None:
            return "removed"
        if self.before.handle == self.after.handle:
            return "changed"
        folders = {file.handle.rpartition("/")[0] for file in (self.before, self.after)}
        return "renamed" if len(folders) == 1 else "moved"

    @property
    def secret(self) -> SecretNote | None:
        """What happened to the ciphertext of a secret; None when nothing did, or when the secret is new or gone."""
        if self.kind != SECRET or self.before is None:
            return None
        return secret_note({item.name for item in (*self.fields, *self.rewritten)})


@dataclass(frozen=True, slots=True)
class Diff:
    """All that differs between two states of a data root, sorted by path.

    `rewritten` holds the entities whose text differs and whose meaning does not; they are no changes. `settings` are the
    changes of qafiles.yaml, and `rules` those of who can decrypt by `.sops.yaml`. `left_out` is what could not be read of either state.
    """

    changes: tuple[EntityChange, ...]
    rewritten: tuple[EntityChange, ...] = field(default=(), repr=False)
    settings: tuple[FieldChange, ...] = ()
    rules: "tuple[RuleChange, ...]" = ()
    left_out: LeftOut = field(default=NOTHING_LEFT_OUT, compare=False)

    def __bool__(self) -> bool:
        return bool(self.changes or self.settings or self.rules)

    @property
    def counts(self) -> Mapping[What, int]:
        """The number of entities to which each thing happened, without those that their project carried along."""
        counts = Counter(change.what for change in self.changes if not change.is_only_carried)
        return {what: counts[what] for what in WHATS}

    def applied(self, data: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
        """Return the data of the second state, by path, made of that of the first."""
        result = {path: dict(fields) for path, fields in data.items()}
        everything = (*self.changes, *self.rewritten)
        olds = {
            change.before.path: result.pop(change.before.path, {}) for change in everything if change.before
        }
        for change in everything:
            if change.after is not None:
                fields = olds[change.before.path] if change.before else {}
                for item in (*change.fields, *change.rewritten):
                    if item.new is ABSENT:
                        fields.pop(item.name, None)
                    else:
                        fields[item.name] = item.new
                result[change.after.path] = fields
        return result
