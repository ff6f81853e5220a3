"""YAML file at a place that belongs to no entity.

## Why is this bad?
The path says which kind of entity a file is, so that a file elsewhere inside `users/`, `browser_configs/` and
`organizations/` is silently nothing. It is nearly always a slip in a folder's name.

## Example
```yaml title=organizations/acme/projects/shop/test_case/pay.yaml
id: tz4a98xxat96iws9zmbrgj3a
test_description: Pay by card
url_route: /checkout
```

## Use instead
```yaml title=organizations/acme/projects/shop/test_cases/pay.yaml
id: tz4a98xxat96iws9zmbrgj3a
test_description: Pay by card
url_route: /checkout
```
"""

from collections.abc import Iterator

from qafiles.diagnostics import Finding
from qafiles.layout import Misplaced, classify
from qafiles.rules.rule import Rule
from qafiles.snapshot import Snapshot


def check(snapshot: Snapshot) -> Iterator[Finding]:
    """Yield a finding for each YAML file in the tree that is no entity, with the nearest legal place."""
    for path in snapshot.other_paths:
        place = classify(path)
        if isinstance(place, Misplaced) and snapshot.exists(path):
            yield Finding(path, "no entity belongs at this place", hint=place.hint)


RULE = Rule("QF302", "error", __doc__, check=check, scope="file", needs=())
