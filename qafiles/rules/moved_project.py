"""Project that stands at another path.

## Why is this bad?
It is none where it was renamed on purpose. But the rules of `.sops.yaml` go by paths, and `qafiles secret run --project` goes by the
handle: where two projects change places, each gets the readers and the secrets of the other. `qafiles validate --since` compares
two states.

## Example
```text
$ git mv organizations/acme/projects/shop organizations/acme/projects/web
$ qafiles validate --since HEAD
warning[QF706] moved-project: this project was `acme/shop` before, and is `acme/web` now
```

## Use instead
`qafiles mv acme/shop acme/web`, which names who comes to read its secrets before it does anything; or leave it where it is.
"""

from collections.abc import Iterator

from qafiles.diagnostics import Finding
from qafiles.diff.pairs import TwoStates
from qafiles.rules.rule import Need, Rule


def check_changes(states: TwoStates) -> Iterator[Finding]:
    """Yield a finding for each project whose id stood at another path before."""
    olds = {old.id: old for old in states.before.of_kind("project") if old.id is not None}
    for new in states.after.of_kind("project"):
        old = olds.get(new.id or "")
        if old is not None and old.path != new.path:
            message = f"this project was `{old.handle}` before, and is `{new.handle}` now"
            hint = "rules of .sops.yaml by path, and `secret run --project`, mean another project than before: is that wanted?"
            yield Finding(new.path, message, ("id",), "key", hint, subject=message)


RULE = Rule(
    "QF706",
    "warning",
    __doc__,
    scope="whole",
    needs=(Need("base", without="nothing"),),
    optional=True,
    check_changes=check_changes,
)
