"""Who may do what to a path, and whether somebody may, as one state of a data root says."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from qafiles.access.entity_data import NO_FILE, data_of
from qafiles.access.matrix import OPERATIONS, OWN_FIELDS, Operation, verdict
from qafiles.access.policy import Policy
from qafiles.access.target import Spelling, placed, spelling, target_of
from qafiles.errors import UsageError
from qafiles.kinds import SECRET
from qafiles.layout import nearest
from qafiles.rules.sops_config import sops_config
from qafiles.snapshot import Snapshot


class Right(NamedTuple):
    """What a user may do to a path, for one reason; operations are `change:FIELD` where only some fields may be changed."""

    user: str
    operations: tuple[str, ...]
    why: str


def operation_named(text: str) -> tuple[str, frozenset[str] | None]:
    """Return the operation and the fields that a word names: `create`, `change`, `change:FIELD`, `rename`, `delete`.

    Raises UsageError for any other word.
    """
    name, colon, field = text.partition(":")
    if name not in OPERATIONS or (colon and (name != "change" or not field)):
        near = nearest(name, [*OPERATIONS])
        hint = f"did you mean `{near}`?" if near else f"write {', '.join(OPERATIONS)}, or `change:FIELD`"
        raise UsageError(f"`{text}` is no operation; {hint}")
    return name, frozenset({field}) if field else None


def operation_on(snapshot: Snapshot, path: str, word: str, known: Spelling | None = None) -> Operation:
    """Return the operation that a word names, on a path of a snapshot. Raises UsageError as `operation_named` does.

    `known` is how the snapshot's paths are spelled, where that is asked more than once.
    """
    name, fields = operation_named(word)
    known = known if known is not None else spelling(snapshot.entries)
    target = placed(target_of(path, clash=known.clash(path)), known)
    recipients = (_recipients(snapshot, path, name),) if target.kind == SECRET else ()
    return Operation(name, target, fields, recipients)


def _recipients(snapshot: Snapshot, path: str, name: str) -> frozenset[str] | None:
    """Return the keys that decrypt a secret, or that would, where it is created."""
    content = snapshot.bytes_of(path)
    if content is not None and name != "create":
        return data_of(content).recipients
    config = sops_config(snapshot)
    rule = config.rule_for(path) if config is not None else None
    return frozenset(key for _, key in rule.recipients) if rule is not None else NO_FILE.recipients


def rights(
    snapshot: Snapshot,
    policy: Policy,
    path: str,
    asked: Sequence[str] = OPERATIONS,
    known: Spelling | None = None,
) -> list[Right]:
    """Return what each user may do to a path; who may do nothing is left out."""
    known = known if known is not None else spelling(snapshot.entries)
    operations = {word: operation_on(snapshot, path, word, known) for word in asked}
    result = []
    for handle in sorted(policy.people):
        reasons: dict[str, list[str]] = {}
        for word in asked:
            for operation, why in _allowed(policy, handle, operations[word], word):
                reasons.setdefault(why, []).append(operation)
        result += [Right(handle, tuple(names), why) for why, names in reasons.items()]
    return result


def _allowed(policy: Policy, handle: str, operation: Operation, word: str) -> Iterator[tuple[str, str]]:
    """Yield an operation that is allowed, or a change of each field that is, with the reason."""
    whole = verdict(policy, handle, operation)
    if whole.is_allowed:
        yield word, whole.why
    elif operation.name == "change" and operation.fields is None:
        some = {field for rule in policy.settings.rules for field in rule.fields}
        some |= OWN_FIELDS if operation.target.kind == "user" else set()
        for field in sorted(some):
            each = verdict(policy, handle, operation._replace(fields=frozenset({field})))
            if each.is_allowed:
                yield f"change:{field}", each.why
