"""Tag that no test case has.

## Why is this bad?
It is a leftover, or the test cases that should have it were forgotten.

## Example
```yaml title=organizations/acme/projects/shop/tags/slow.yaml
id: ux5q1gpzr2kh0jmz8w3vcd7n
name: slow
color: navy
```

## Use instead
```yaml title=organizations/acme/projects/shop/tags/slow.yaml
id: ux5q1gpzr2kh0jmz8w3vcd7n
name: slow
color: navy
```
```yaml title=organizations/acme/projects/shop/test_cases/pay.yaml
id: q1w2e3r4t5y6u7i8o9p0a1s2
test_description: Pay by card
url_route: /checkout
tags: [slow]
```
"""

from collections.abc import Iterator

from qafiles.diagnostics import Finding
from qafiles.rules.rule import Need, Rule
from qafiles.snapshot import Snapshot


def check(snapshot: Snapshot) -> Iterator[Finding]:
    """Yield a finding for each tag that no reference names."""
    for file in snapshot.of_kind("tag"):
        if not snapshot.is_named(file) and not snapshot.may_be_used(file):
            name = file.name_part
            hint = f"give it to a test case: `qafiles set TEST_CASE tags+={name}`; or `qafiles rm tag:{file.handle}`"
            yield Finding(file.path, "no test case has this tag", hint=hint)


RULE = Rule(
    "QF407",
    "info",
    __doc__,
    check=check,
    scope="group",
    group="project",
    needs=(Need("files", without="nothing"),),
)
