"""Version that went down.

## Why is this bad?
Versions count changes. A lower one than before means that two states have the same number, and that whoever waits for a
higher version of a secret never sees the new value. It is mostly an old file copied over a new one, or a merge that took
the wrong side. `qafiles validate --since` compares two states.

## Example
Before:
```yaml title=organizations/acme/projects/shop/test_traversals/pay.yaml (before)
id: k2v9w1hx8rj0qz4mtb7nc5ap
test_case_id: open
version: 3
```

Now:
```yaml title=organizations/acme/projects/shop/test_traversals/pay.yaml
id: k2v9w1hx8rj0qz4mtb7nc5ap
test_case_id: open
version: 2
```

## Use instead
Before:
```yaml title=organizations/acme/projects/shop/test_traversals/pay.yaml (before)
id: k2v9w1hx8rj0qz4mtb7nc5ap
test_case_id: open
version: 3
```

Now:
```yaml title=organizations/acme/projects/shop/test_traversals/pay.yaml
id: k2v9w1hx8rj0qz4mtb7nc5ap
test_case_id: open
version: 4
```
"""

from collections.abc import Iterator
from typing import Final

from qafiles.diagnostics import Finding
from qafiles.diff.pairs import TwoStates
from qafiles.kinds import KIND_FACTS, SECRET
from qafiles.rules.rule import Need, Rule

_VERSIONED: Final = frozenset(
    {SECRET, *(kind for kind, facts in KIND_FACTS.items() if "version" in facts.derived)}
)


def check_changes(states: TwoStates) -> Iterator[Finding]:
    """Yield a finding for each written `version` that is lower than before."""
    for old, new in states.changed_files:
        if old is None or new is None or new.kind not in _VERSIONED:
            continue
        was, now = old.get("version"), new.get("version")
        if isinstance(was, int | float) and isinstance(now, int | float) and now < was:
            yield Finding(
                new.path,
                f"`version` was {int(was)} before, and is {int(now)}",
                ("version",),
                hint=f"write at least {int(was)}; after a change of the value, {int(was) + 1}",
            )


RULE = Rule(
    "QF703",
    "error",
    __doc__,
    scope="whole",
    needs=(Need("base", without="nothing"),),
    check_changes=check_changes,
)
