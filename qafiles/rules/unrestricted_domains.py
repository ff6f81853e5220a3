"""Empty list of allowed domains.

## Why is this bad?
It reads as "nowhere", but common runners take an empty list as no restriction at all: the test may go anywhere.
Without `allowed_domains`, a test case is kept to the host of its route.

## Example
```yaml title=organizations/acme/projects/shop/test_cases/pay.yaml
id: bovczbz3oshf9ee7ijdoa3k5
test_description: Pay by card
url_route: /checkout
allowed_domains: []
```

## Use instead
```yaml title=organizations/acme/projects/shop/test_cases/pay.yaml
id: bovczbz3oshf9ee7ijdoa3k5
test_description: Pay by card
url_route: /checkout
```
"""

from collections.abc import Iterator

from qafiles.diagnostics import Finding, Pointer
from qafiles.rules.allowed_domains import of_browser_configs
from qafiles.rules.rule import Rule
from qafiles.snapshot import EntityFile, FilesByKind


def check_files(files: FilesByKind) -> Iterator[Finding]:
    """Yield a finding for each empty list of allowed domains, in test cases and in browser configs."""
    for file in files["test_case"]:
        if file.get("allowed_domains") == []:
            yield _finding(file, ("allowed_domains",), "the host of the route")
    for file, pointer, entries in of_browser_configs(files):
        if not entries:
            yield _finding(file, pointer, "what the test cases allow")


def _finding(file: EntityFile, pointer: Pointer, default: str) -> Finding:
    message = f"`{pointer[-1]}` is empty, which common runners take for no restriction"
    return Finding(
        file.path, message, pointer, hint=f"list the hosts, or delete the key: then {default} counts"
    )


RULE = Rule("QF604", "warning", __doc__, check_files=check_files, scope="file", needs=())
