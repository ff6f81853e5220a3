"""Who comes to read secrets, and who no longer does, between two states; and what changed in `.sops.yaml`."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from qafiles.diff.sides import Side
from qafiles.layout import Place, classify
from qafiles.parsing import parse
from qafiles.snapshot import EntityFile
from qafiles.snapshot.key_owners import described_by
from qafiles.snapshot.unread import is_missing
from qafiles.sops_files.access import NOBODY, gained, gained_by_rule, lost, recipients_in, shares_in
from qafiles.sops_files.config import CONFIG_FILE, SopsConfig, read_config
from qafiles.sops_files.recipients import Recipient, Shares
from qafiles.sources import Content, Unreadable


class ReaderChange(NamedTuple):
    """A recipient who comes to read something, will once it is encrypted anew, or no longer does: whose key it is, with its comment."""

    what: Literal["gained", "pending", "lost"]
    recipient: Recipient
    who: str


class RuleChange(NamedTuple):
    """A rule of `.sops.yaml`, by its `path_regex` (None for all paths), whose recipients are other ones."""

    path_regex: str | None
    readers: tuple[ReaderChange, ...]


class Readers:
    """Who reads what in two states; whose the keys are is looked up once somebody gains or loses access."""

    def __init__(self, old: Side, new: Side) -> None:
        self.sides = old, new
        contents = [_content(side, CONFIG_FILE) for side in self.sides]
        self.configs = tuple(content if isinstance(content, bytes) else None for content in contents)
        self.missing = tuple(isinstance(content, Unreadable) and is_missing(content) for content in contents)
        """Whether git lacks the `.sops.yaml` of a side."""
        self.names: dict[Recipient, str] = {}
        self._parsed = tuple(map(_parsed, self.configs))

    def of_secret(self, before: EntityFile | None, after: EntityFile | None) -> tuple[ReaderChange, ...]:
        """Return what changed for a secret: all who read one that is new, and nothing of one that is gone.

        Of one at another place, also who will read it by the rule for that, once it is encrypted anew.
        """
        if after is None:
            return ()
        was, now = shares_in(before.data) if before is not None else NOBODY, shares_in(after.data)
        pending: tuple[Recipient, ...] = ()
        if before is not None and before.path != after.path:
            rules = (
                config.rule_for(path)
                for config, path in zip(self._parsed, (before.path, after.path), strict=True)
            )
            pending = gained_by_rule(was, now, *(rule.shares if rule is not None else None for rule in rules))
        return self._changes(was, now, pending)

    def of_config(self) -> tuple[RuleChange, ...]:
        """Return what changed in the rules of `.sops.yaml`, in the order of the later state; those that are gone last."""
        if self.configs[0] == self.configs[1] or any(self.missing):
            return ()
        old, new = map(_rules, self._parsed)
        result = []
        for regex in (*new, *(regex for regex in old if regex not in new)):
            readers = self._changes(old.get(regex, NOBODY), new.get(regex, NOBODY))
            if readers or (regex in old) != (regex in new):
                result.append(RuleChange(regex, readers))
        return tuple(result) or (RuleChange(None, ()),)

    def _changes(
        self, was: Shares, now: Shares, pending: Sequence[Recipient] = ()
    ) -> tuple[ReaderChange, ...]:
        items: list[tuple[Literal["gained", "pending", "lost"], Recipient]] = [
            *(("gained", recipient) for recipient in gained(was, now)),
            *(("pending", recipient) for recipient in pending),
            *(("lost", recipient) for recipient in lost(was, now)),
        ]
        unknown = {recipient for _, recipient in items} - self.names.keys()
        if unknown:
            self.names |= self._described(unknown)
        return tuple(ReaderChange(what, recipient, self.names[recipient]) for what, recipient in items)

    def _described(self, recipients: Iterable[Recipient]) -> dict[Recipient, str]:
        users = [user for side in self.sides for user in _users(side)]
        # Each key is described as the later state does, and otherwise as the earlier one did.
        by_state = [described_by(users, content or b"", recipients) for content in self.configs]
        return {
            key: max((names[key] for names in reversed(by_state)), key=lambda text: "  # " in text)
            for key in recipients
        }


def _parsed(content: bytes | None) -> SopsConfig:
    parsed = parse(content) if content is not None else None
    return read_config(parsed.data) if parsed is not None and not parsed.refusals else SopsConfig((), ())


def _rules(config: SopsConfig) -> Mapping[str | None, Shares]:
    """Return who can decrypt by each rule of a `.sops.yaml`; the first of two with one expression is the one that counts."""
    return {rule.path_regex: rule.shares for rule in reversed(config.rules) if recipients_in(rule.shares)}


def _content(side: Side, path: str) -> Content | None:
    entries = [entry for entry in side.source.entries() if entry.path == path]
    return next(iter(side.source.read(entries)), None)


def _users(side: Side) -> Iterator[EntityFile]:
    """Yield the users of a state, as far as they can be read."""
    if side.whole:
        yield from (file for file in side.files.values() if file.kind == "user")
        return
    entries = [entry for entry in side.source.entries() if entry.path.startswith("users/")]
    for entry, content in zip(entries, side.source.read(entries), strict=True):
        place = classify(entry.path)
        data = parse(content).data if isinstance(content, bytes) else None
        if isinstance(place, Place) and place.kind == "user" and isinstance(data, dict):
            yield EntityFile(entry.path, place.kind, place.handle, None, data, valid=False)
