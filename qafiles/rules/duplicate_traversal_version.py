"""Version that more than one traversal of a test case has.

## Why is this bad?
A written version tells the traversals of a test case apart.

## Example
```yaml title=organizations/acme/projects/shop/test_cases/pay.yaml
id: q1w2e3r4t5y6u7i8o9p0a1s2
test_description: Pay by card
url_route: /checkout
```
```yaml title=organizations/acme/projects/shop/test_traversals/pay/first.yaml
id: ux5q1gpzr2kh0jmz8w3vcd7n
test_case_id: pay
version: 1
```
```yaml title=organizations/acme/projects/shop/test_traversals/pay/second.yaml
id: k2v9w1hx8rj0qz4mtb7nc5ap
test_case_id: pay
version: 1
```

## Use instead
```yaml title=organizations/acme/projects/shop/test_cases/pay.yaml
id: q1w2e3r4t5y6u7i8o9p0a1s2
test_description: Pay by card
url_route: /checkout
```
```yaml title=organizations/acme/projects/shop/test_traversals/pay/first.yaml
id: ux5q1gpzr2kh0jmz8w3vcd7n
test_case_id: pay
version: 1
```
```yaml title=organizations/acme/projects/shop/test_traversals/pay/second.yaml
id: k2v9w1hx8rj0qz4mtb7nc5ap
test_case_id: pay
version: 2
```
"""

from collections.abc import Iterator

from qafiles.diagnostics import Finding
from qafiles.rules.duplicates import duplicates
from qafiles.rules.rule import Rule
from qafiles.snapshot import Snapshot


def check(snapshot: Snapshot) -> Iterator[Finding]:
    """Yield a finding for each traversal whose written version an earlier one of its test case has."""
    keyed = (
        ((link.target.path, file.data["version"]), file)
        for file in snapshot.looked_at("test_traversal")
        if file.get("version") is not None
        for link in snapshot.outgoing(file)
        if link.target is not None and link.reference.field == "test_case_id"
    )
    yield from duplicates(
        keyed,
        "version",
        "the test case has a traversal with version {value} already, {path}",
        "write the next free version, or delete the key",
    )


RULE = Rule("QF312", "error", __doc__, check=check, scope="group", group="neighbourhood", needs=())
