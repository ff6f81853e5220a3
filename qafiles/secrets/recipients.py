"""Who can decrypt: the recipients of `.sops.yaml` by name, and how one is added or taken away."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from qafiles.diagnostics import Pointer
from qafiles.edits.proposal import FileChange, Proposal
from qafiles.errors import EditRefusedError, UsageError
from qafiles.kinds import SECRET
from qafiles.layout import path_for
from qafiles.loading.renewal import with_texts
from qafiles.parsing import parse
from qafiles.parsing.values import value_at
from qafiles.secrets.named_recipients import named_recipients
from qafiles.secrets.reading import rule_for, sops_config
from qafiles.secrets.strays import refuse_unreachable
from qafiles.secrets.synchronizing import Sync, outdated, readers, reencrypted, refuse_failures
from qafiles.secrets.threads import Counted, unseen
from qafiles.snapshot import EntityFile, Snapshot
from qafiles.snapshot.key_owners import described, users_with
from qafiles.snapshot.projects import find_project
from qafiles.sops_files.config import CONFIG_FILE, CreationRule, SopsConfig, field_of, named_keys
from qafiles.sops_files.recipients import LOCAL_KEY_TYPES, NAMED, Recipient
from qafiles.yaml_text.changes import with_item, with_value, without
from qafiles.yaml_text.texts import comment_behind


@dataclass(frozen=True, slots=True)
class Listed:
    """A recipient: its rule (None where only files name it), the users whose key it is, the comment behind it, its secrets."""

    recipient: Recipient
    rule: CreationRule | None
    users: tuple[EntityFile, ...]
    comment: str | None
    secrets: tuple[str, ...]


class _Named(NamedTuple):
    """Where `.sops.yaml` names a key: the value at the pointer is its text, keys with commas between, or a mapping."""

    recipient: Recipient
    pointer: Pointer


def recipients(snapshot: Snapshot) -> tuple[Listed, ...]:
    """Return the recipients of each rule in the order of `.sops.yaml`, then those that files name and no rule does.

    Raises SopsConfigError.
    """
    config, content = sops_config(snapshot), _text(snapshot)
    data = parse(content).data
    by_rule = {file.path: rule_for(config, file.path) for file in snapshot.of_kind(SECRET)}
    listed: list[Listed] = []
    for rule in config.rules:
        own = [file for file in snapshot.of_kind(SECRET) if by_rule[file.path] is rule]
        places = {item.recipient: item.pointer for item in reversed(_named(data, rule))}
        for recipient, pointer in reversed(places.items()):
            secrets = tuple(file.handle for file in own if recipient in readers(file))
            users = users_with(snapshot, recipient[1])
            listed.append(Listed(recipient, rule, users, _comment(content, pointer), secrets))
    foreign: dict[Recipient, list[str]] = {}
    for file in snapshot.of_kind(SECRET):
        for recipient in sorted(readers(file) - by_rule[file.path].recipients):
            foreign.setdefault(recipient, []).append(file.handle)
    listed += [
        Listed(recipient, None, users_with(snapshot, recipient[1]), None, tuple(handles))
        for recipient, handles in sorted(foreign.items())
    ]
    return tuple(listed)


def _comment(content: bytes, pointer: Pointer) -> str | None:
    try:
        return comment_behind(content, pointer) or None
    except EditRefusedError:
        return None


def with_recipient(
    snapshot: Snapshot, name: str, *, project: str | None = None, progress: Counted = unseen
) -> Sync:
    """Return what lets a recipient, or a user with all their `age_recipients`, decrypt: `.sops.yaml`, and the secrets anew.

    `project` narrows it to the rules for that project's secrets; it must be named where there are several rules and projects.
    Raises UsageError for a name that is no key and no user, EditRefusedError where a secret can't be read, and SopsError.
    """
    config = sops_config(snapshot)
    rules = _rules(snapshot, config, project, with_future=False)
    projects = [file.handle for file in snapshot.of_kind("project")]
    if len(rules) > 1 and project is None and len(projects) > 1:
        ways = " or ".join(f"--project {handle}" for handle in projects[:3])
        raise UsageError(
            f"{CONFIG_FILE} has {len(rules)} rules for secrets: add {ways}{' …' if projects[3:] else ''} for those of a project, or write "
            "the key below the rules that it is for, then run `qafiles secret sync`"
        )
    content = before = _text(snapshot)
    for recipient in named_recipients(snapshot, name):
        for rule in rules:
            if recipient not in rule.recipients:
                content = _added(content, rule, recipient)
    return _changed(snapshot, f"let {name} decrypt secrets", before, content, progress)


def without_recipients(
    snapshot: Snapshot, names: Sequence[str], *, project: str | None = None, progress: Counted = unseen
) -> Sync:
    """Return what keeps recipients, or users with all their `age_recipients`, from decrypting what is written from now on.

    `project` narrows it to the rules for that project's secrets. Raises UsageError when no rule names one, EditRefusedError
    when a rule would have no recipient left and where a secret can't be read, and SopsError.
    """
    config = sops_config(snapshot)
    rules = _rules(snapshot, config, project, with_future=True) if project else [*config.rules]
    known = {key for rule in config.rules for key in rule.recipients}
    removed: set[Recipient] = set()
    for name in names:
        keys = {*named_recipients(snapshot, name, known=known)}
        if not any(keys & rule.recipients for rule in rules):
            where = f" for project {project}" if project else ""
            raise UsageError(
                f"{CONFIG_FILE} does not name {name}{where}; `qafiles secret recipients` lists whom it names"
            )
        removed |= keys
    content = before = _text(snapshot)
    for rule in rules:
        if rule.recipients and rule.recipients <= removed:
            raise EditRefusedError(
                f"{CONFIG_FILE}: {_ordinal(rule)} would have no recipient left; add another one first. Nothing was written"
            )
        while mentions := [item for item in _named(parse(content).data, rule) if item.recipient in removed]:
            content = _taken_away(content, mentions[-1])
    return _changed(snapshot, f"keep {', '.join(names)} from decrypting secrets", before, content, progress)


def remaining(snapshot: Snapshot) -> tuple[str, ...]:
    """Return who can decrypt secrets, each with the whole key: those whose key no user names first."""
    keys = sorted({recipient for file in snapshot.of_kind(SECRET) for recipient in readers(file)})
    names = described(snapshot, keys)
    return tuple(names[key] for key in sorted(keys, key=lambda key: bool(users_with(snapshot, key[1]))))


def _changed(snapshot: Snapshot, title: str, before: bytes, content: bytes, progress: Counted) -> Sync:
    """Return the new `.sops.yaml` and every secret anew whose recipients it changes, as one proposal."""
    if content == before:
        return Sync(Proposal(title, ()), {}, {})
    refuse_unreachable(snapshot)
    after, _ = with_texts(snapshot, {CONFIG_FILE: content})
    files = outdated(after, sops_config(after))
    made = reencrypted(snapshot, after, files, title, progress)
    refuse_failures(made.failures)
    changes = (FileChange(CONFIG_FILE, before, content), *made.proposal.changes)
    return Sync(Proposal(title, changes, afterwards=made.proposal.afterwards), {}, made.lost)


def _text(snapshot: Snapshot) -> bytes:
    return snapshot.bytes_of(CONFIG_FILE) or b""


def _rules(
    snapshot: Snapshot, config: SopsConfig, project: str | None, *, with_future: bool
) -> list[CreationRule]:
    """Return the rules for the secrets of a project, or of all of them, in their order.

    A project without secrets may get some, and so may one that has them: `with_future` is whether those count, too.
    """
    places = snapshot.of_kind("project")
    if project is not None:
        places = (find_project(snapshot, project),)
    handles = {place.handle for place in places}
    files = [file for file in snapshot.of_kind(SECRET) if file.project in handles]
    handles -= set() if with_future else {str(file.project) for file in files}
    paths = [*(file.path for file in files), *(path_for(SECRET, f"{handle}/X") for handle in sorted(handles))]
    rules = {rule.pointer: rule for path in paths if (rule := config.rule_for(path)) is not None}
    if not rules:
        raise UsageError(
            f"{CONFIG_FILE} has no rule for these secrets; add one with `path_regex` and `encrypted_regex`"
        )
    return sorted(rules.values(), key=config.rules.index)


def _ordinal(rule: CreationRule) -> str:
    which = f"rule {int(rule.pointer[-1]) + 1}"
    return which if rule.path_regex is None else f"{which} (`{rule.path_regex}`)"


def _named(data: Any, rule: CreationRule) -> list[_Named]:
    """Return the keys that a rule names, in their order."""
    place = data["creation_rules"][rule.pointer[-1]]
    return [
        _Named((kind, key), pointer)
        for kind, _, key, pointer in named_keys(place, rule.pointer)
        if key is not None
    ]


def _added(content: bytes, rule: CreationRule, recipient: Recipient) -> bytes:
    data: dict[str, Any] = parse(content).data["creation_rules"][rule.pointer[-1]]
    kind, key = recipient
    pointer, place = rule.pointer, data
    groups = data.get("key_groups")
    if isinstance(groups, list):
        if len(groups) != 1 or kind not in LOCAL_KEY_TYPES:
            raise EditRefusedError(
                f"{CONFIG_FILE}: {_ordinal(rule)} has `key_groups`, and only you know in which of them the key belongs; "
                "write it there, then run `qafiles secret sync`. Nothing was written"
            )
        pointer, place = (*pointer, "key_groups", 0), groups[0]
    field = field_of(kind)
    present = place.get(field)
    if isinstance(present, str) and present.strip():
        return with_value(content, (*pointer, field), f"{present.rstrip().rstrip(',')},{key}")
    return with_item(content, (*pointer, field), key)


def _taken_away(content: bytes, item: _Named) -> bytes:
    data: Any = parse(content).data
    for part in item.pointer:
        data = data[part]
    if isinstance(data, str) and "," in data:
        kind, _ = item.recipient
        rest = [
            part.strip()
            for part in data.split(",")
            if part.strip() and NAMED[kind](part.strip()) != item.recipient[1]
        ]
        if rest:
            return with_value(content, item.pointer, ",".join(rest))
    pointer = item.pointer
    if isinstance(pointer[-1], int) and len(value_at(parse(content).data, pointer[:-1])) == 1:
        pointer = pointer[:-1]
    return without(content, pointer)
