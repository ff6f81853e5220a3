"""Date of creation that was changed.

## Why is this bad?
When an entity was made does not change any more. A written `created_at` is what the history of another tool left behind,
and reports trust it. `qafiles validate --since` compares two states.

## Example
Before:
```yaml title=users/bob.yaml (before)
id: k2v9w1hx8rj0qz4mtb7nc5ap
name: Bob
created_at: "2026-03-01T09:30:00Z"
```

Now:
```yaml title=users/bob.yaml
id: k2v9w1hx8rj0qz4mtb7nc5ap
name: Bob
created_at: "2026-04-01T09:30:00Z"
```

## Use instead
Before:
```yaml title=users/bob.yaml (before)
id: k2v9w1hx8rj0qz4mtb7nc5ap
name: Bob
created_at: "2026-03-01T09:30:00Z"
```

Now:
```yaml title=users/bob.yaml
id: k2v9w1hx8rj0qz4mtb7nc5ap
name: Bob Miller
created_at: "2026-03-01T09:30:00Z"
```
"""

from collections.abc import Iterator

from qafiles.diagnostics import Finding
from qafiles.diff.pairs import TwoStates
from qafiles.rules.reversed_timestamps import instant
from qafiles.rules.rule import Need, Rule


def check_changes(states: TwoStates) -> Iterator[Finding]:
    """Yield a finding for each `created_at` that was written before and is another moment now."""
    for old, new in states.changed_files:
        if old is None or new is None:
            continue
        was, now = old.get("created_at"), new.get("created_at")
        if not isinstance(was, str) or not isinstance(now, str) or was == now:
            continue
        if instant(was) is None or instant(was) != instant(now):
            hint = f"write `{was[:35]}` again, or delete the field where git knows the date"
            if new.is_secret:
                hint = f"write `{was[:35]}` again"
            yield Finding(new.path, f"`created_at` was `{was[:35]}` before", ("created_at",), hint=hint)


RULE = Rule(
    "QF702",
    "error",
    __doc__,
    scope="whole",
    needs=(Need("base", without="nothing"),),
    optional=True,
    check_changes=check_changes,
)
