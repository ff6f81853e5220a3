"""Id that was changed in place.

## Why is this bad?
An entity is its id: with another one, its history ends here, references by the old id lead nowhere, and what other tools
know about it is lost. Whoever wants a new entity makes a new file. `qafiles validate --since` compares two states.

## Example
Before:
```yaml title=organizations/acme/projects/shop/tags/slow.yaml (before)
id: ux5q1gpzr2kh0jmz8w3vcd7n
name: slow
color: navy
```

Now:
```yaml title=organizations/acme/projects/shop/tags/slow.yaml
id: k2v9w1hx8rj0qz4mtb7nc5ap
name: slow
color: navy
```

## Use instead
Before:
```yaml title=organizations/acme/projects/shop/tags/slow.yaml (before)
id: ux5q1gpzr2kh0jmz8w3vcd7n
name: slow
color: navy
```

Now:
```yaml title=organizations/acme/projects/shop/tags/slow.yaml
id: ux5q1gpzr2kh0jmz8w3vcd7n
name: slow tests
color: navy
```
"""

from collections.abc import Iterator

from qafiles.diagnostics import Finding
from qafiles.diff.pairs import TwoStates
from qafiles.rules.rule import Need, Rule


def check_changes(states: TwoStates) -> Iterator[Finding]:
    """Yield a finding for each file with another id than before, where the old id is gone and the new one is new."""
    file_pairs = states.changed_files
    deleted_ids = {old.path: old.id for old, new in file_pairs if old is not None and new is None}
    for old, new in file_pairs:
        if old is None and new is not None and new.id is not None and deleted_ids.get(new.path) is not None:
            yield Finding(
                new.path,
                f"the id was `{deleted_ids[new.path]}` before",
                ("id",),
                hint="write the old id again; another entity belongs in a file of its own",
            )


RULE = Rule(
    "QF701",
    "error",
    __doc__,
    scope="whole",
    needs=(Need("base", without="nothing"),),
    check_changes=check_changes,
)
