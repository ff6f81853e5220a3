"""Rule about access in qafiles.yaml that names nobody, no field or no path, or that an earlier one always decides.

## Why is this bad?
Rules under `access` say who may change what. One that means nothing reads as if it guarded something, or lets somebody in whom
nobody meant.

- `who` has roles (`admin`, `member`, `guest`, each in the organization of the changed file) and users by handle or id.
- `repository_admins` and the keys of `pgp_keys` are users.
- `fields` are fields of the kinds that the rule is for; without `kinds`, of any kind.
- A glob under `paths` that matches no file is a warning: it may be for files that come later.
- The first rule that fits a change decides alone, so that a rule behind one that fits everything is never asked.

## Example
```yaml title=qafiles.yaml
version: 1
access:
  rules:
    - {who: [adda], may: [change], kinds: [document]}
```

## Use instead
```yaml title=qafiles.yaml
version: 1
access:
  rules:
    - {who: [ada], may: [change], kinds: [document]}
```
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Final

from qafiles.diagnostics import Finding, Pointer
from qafiles.kinds import ROLES
from qafiles.layout import KINDS, LABELS, SETTINGS_FILE, nearest
from qafiles.rules.path_globs import matches
from qafiles.rules.rule import Rule
from qafiles.snapshot import EntityFile, Snapshot

if TYPE_CHECKING:
    from qafiles.models.access import AccessRule

_MOST_GUESSES: Final = 50
"""Names of which the nearest is looked for: a hostile file may hold many."""
_MOST_COMPARISONS: Final = 200_000
"""Paths that are compared with globs."""


def check(snapshot: Snapshot) -> Iterator[Finding]:
    """Yield a finding for each name, field and glob under `access` that means nothing."""
    access = snapshot.settings.access
    names: list[tuple[str, Pointer, bool]] = [
        (name, ("access", "repository_admins", number), False)
        for number, name in enumerate(access.repository_admins)
    ]
    names += [(name, ("access", "pgp_keys", name), False) for name in access.pgp_keys]
    for number, rule in enumerate(access.rules):
        names += [(name, ("access", "rules", number, "who", at), True) for at, name in enumerate(rule.who)]
    yield from _people(snapshot, names)
    comparisons = _MOST_COMPARISONS
    for number, rule in enumerate(access.rules):
        yield from _fields(snapshot, rule, number)
        left = comparisons // max(len(rule.paths), 1)
        for at, glob in enumerate(rule.paths):
            comparisons -= min(left, len(snapshot.entries))
            if left and not any(matches(glob, path) for path in islice(snapshot.entries, left)):
                message = f"`{glob[:120]}` matches no file"
                hint = "write the path as it is now; `*` stays in a folder, `**` crosses folders"
                pointer = ("access", "rules", number, "paths", at)
                yield Finding(SETTINGS_FILE, message, pointer, hint=hint, subject=glob, severity="warning")
    yield from _hidden(access.rules)


def _people(snapshot: Snapshot, names: Sequence[tuple[str, Pointer, bool]]) -> Iterator[Finding]:
    """Yield a finding for each name that is no user's, nor a role where one may stand."""
    handles = [file.handle for file in snapshot.of_kind("user")]
    guesses = 0
    for name, pointer, may_be_role in names:
        if (may_be_role and name in ROLES) or user_named(snapshot, name) is not None:
            continue
        guesses += 1
        known = [*handles, *(ROLES if may_be_role else ())]
        near = nearest(name, known) if guesses <= _MOST_GUESSES else None
        message = f"no user is called `{name[:80]}`" + (", nor is that a role" if may_be_role else "")
        hint = f"did you mean `{near}`?" if near else "`qafiles list user` lists the users"
        at_key = pointer[-1] == name
        yield Finding(SETTINGS_FILE, message, pointer, "key" if at_key else "value", hint=hint, subject=name)


def user_named(snapshot: Snapshot, name: str) -> EntityFile | None:
    """Return the user that a setting names by id or handle."""
    by_id = snapshot.by_id.get(name)
    return by_id if by_id is not None and by_id.kind == "user" else snapshot.by_handle.get(("user", name))


def _fields(snapshot: Snapshot, rule: "AccessRule", number: int) -> Iterator[Finding]:
    """Yield a finding for each field that no entity of the rule's kinds has."""
    if not rule.fields:
        return
    from qafiles.models.stored import field_names  # noqa: PLC0415  # few data roots have such rules

    kinds = rule.kinds or KINDS
    known = {name for kind in kinds for name in (*field_names(kind), *snapshot.settings.fields.of(kind))}
    for at, name in enumerate(rule.fields):
        if name not in known and not name.startswith("x-"):
            near = nearest(name, sorted(known)) if at < _MOST_GUESSES else None
            where = LABELS[kinds[0]] if len(kinds) == 1 else "entity of these kinds"
            hint = f"did you mean `{near}`?" if near else "`qafiles explain KIND` lists the fields"
            pointer = ("access", "rules", number, "fields", at)
            yield Finding(
                SETTINGS_FILE, f"no {where} has a field `{name[:80]}`", pointer, hint=hint, subject=name
            )


def _hidden(rules: "Sequence[AccessRule]") -> Iterator[Finding]:
    """Yield a finding for each rule behind one that fits the same people, everywhere."""
    everywhere: set[str] = set()
    for number, rule in enumerate(rules):
        if everywhere.issuperset(rule.who):
            message = (
                "this rule is never asked: an earlier one decides for the same people, whatever they change"
            )
            hint = "put it in front of that rule"
            yield Finding(SETTINGS_FILE, message, ("access", "rules", number), hint=hint, subject=str(number))
        if not (rule.paths or rule.kinds):
            everywhere.update(rule.who)


RULE = Rule("QF208", "error", __doc__, check=check, scope="whole", needs=())
