"""Browser config that nothing uses.

## Why is this bad?
It is a leftover, or the test cases that should run with it were forgotten.

## Example
```yaml title=browser_configs/tablet.yaml
id: ux5q1gpzr2kh0jmz8w3vcd7n
browser_config:
  browserName: chromium
  viewport: {width: 800, height: 1200}
```

## Use instead
```yaml title=browser_configs/tablet.yaml
id: ux5q1gpzr2kh0jmz8w3vcd7n
browser_config:
  browserName: chromium
  viewport: {width: 800, height: 1200}
```
```yaml title=organizations/acme/projects/shop/test_cases/pay.yaml
id: q1w2e3r4t5y6u7i8o9p0a1s2
test_description: Pay by card
url_route: /checkout
browser_configs: [tablet]
```
"""

from collections.abc import Iterator

from qafiles.diagnostics import Finding
from qafiles.rules.rule import Need, Rule
from qafiles.snapshot import Snapshot


def check(snapshot: Snapshot) -> Iterator[Finding]:
    """Yield a finding for each browser config that no reference names."""
    for file in snapshot.of_kind("browser_config"):
        if not snapshot.is_named(file) and not snapshot.may_be_used(file):
            hint = (
                f"give it to a test case: `qafiles set TEST_CASE browser_configs+={file.handle}`; "
                f"or `qafiles rm browser_config:{file.handle}`"
            )
            yield Finding(file.path, "no test case and no traversal uses this browser config", hint=hint)


RULE = Rule("QF409", "info", __doc__, check=check, scope="whole", needs=(Need("files", without="nothing"),))
