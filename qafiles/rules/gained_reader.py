r"""Secret that more can read than before.

## Why is this bad?
It is none where somebody was let in on purpose. But a key that `.sops.yaml` names newly, a project that moves to where another rule
is for it, or a file that was encrypted for more than before, give somebody the value; whoever reviews the change must know of it.
`qafiles validate --since` and `--merge` compare two states.

## Example
```text
$ git diff main -- .sops.yaml
+      - age19lckg4twhkrvqamvcyvlr5g67rk4msdyu5n04e3h0ap0k22hk54sdpl7lm
$ qafiles validate --since main
warning[QF705] gained-reader: newly able to read this secret, once it is encrypted anew: a key of no user: age19lckg4…
```

## Use instead
Find out who let them in, and whether that is wanted; nothing is to be changed where it is. Otherwise write the list as it was, and
move the project back.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from qafiles.diagnostics import Finding
from qafiles.diff.pairs import TwoStates
from qafiles.kinds import SECRET
from qafiles.rules.rule import Need, Rule
from qafiles.rules.sops_config import sops_config
from qafiles.snapshot import EntityFile, Snapshot

if TYPE_CHECKING:
    from qafiles.sops_files.recipients import Recipient

_HINT = "find out who let them in before it is merged; `qafiles diff` shows the change of .sops.yaml"


def check_changes(states: TwoStates) -> Iterator[Finding]:
    """Yield a finding for each recipient that comes to read a secret, or will when it is encrypted anew, with the whole key."""
    olds = {file.id: file for file in states.before.of_kind(SECRET) if file.id is not None}
    files = [file for file in states.after.of_kind(SECRET) if file.id in olds]
    if not files:
        return
    from qafiles.snapshot.key_owners import described  # noqa: PLC0415  # a data root without secrets needs none of it

    gains = [*_gains(states.before, states.after, olds, files)]
    names = described(states.after, {recipient for _, recipient, _ in gains})
    for file, recipient, how in gains:
        message = f"newly able to read this secret{how}: {names[recipient]}"
        yield Finding(file.path, message, ("sops",), "key", _HINT, subject=recipient[1])


def _gains(
    before: Snapshot, after: Snapshot, olds: Mapping[str, EntityFile], files: list[EntityFile]
) -> "Iterator[tuple[EntityFile, Recipient, str]]":
    """Yield who comes to read which secret: by its file, or by the rule that is for it."""
    from qafiles.sops_files.access import gained, gained_by_rule, shares_in  # noqa: PLC0415  # as above

    old_config, new_config = sops_config(before), sops_config(after)
    for file in files:
        old = olds[str(file.id)]
        was, now = shares_in(old.data), shares_in(file.data)
        for recipient in gained(was, now):
            yield file, recipient, ""
        old_rule = old_config.rule_for(old.path) if old_config is not None else None
        new_rule = new_config.rule_for(file.path) if new_config is not None else None
        rules = (rule.shares if rule is not None else None for rule in (old_rule, new_rule))
        for recipient in gained_by_rule(was, now, *rules):
            yield file, recipient, ", once it is encrypted anew"


RULE = Rule(
    "QF705",
    "warning",
    __doc__,
    scope="whole",
    needs=(Need("base", without="nothing"),),
    optional=True,
    check_changes=check_changes,
)
