"""User who is a member of an organization twice.

## Why is this bad?
The two memberships may have different roles, and which one counts would be chance.

## Example
```yaml title=organizations/acme/members/ada.yaml
id: ux5q1gpzr2kh0jmz8w3vcd7n
user_id: ada
role: member
```
```yaml title=organizations/acme/members/ada-admin.yaml
id: k2v9w1hx8rj0qz4mtb7nc5ap
user_id: ada
role: admin
```

## Use instead
```yaml title=organizations/acme/members/ada.yaml
id: ux5q1gpzr2kh0jmz8w3vcd7n
user_id: ada
role: member
```
"""

from collections.abc import Iterator

from qafiles.diagnostics import Finding
from qafiles.rules.duplicates import duplicates
from qafiles.rules.rule import Rule
from qafiles.snapshot import Snapshot


def check(snapshot: Snapshot) -> Iterator[Finding]:
    """Yield a finding for each member whose user has an earlier membership in the organization."""
    keyed = (
        ((link.source.organization, link.target.path), link.source)
        for file in snapshot.of_kind("member")
        for link in snapshot.outgoing(file)
        if link.target is not None and link.target.kind == "user" and link.reference.field == "user_id"
    )
    yield from duplicates(
        keyed,
        "user_id",
        "the user `{value}` is a member already, by {path}",
        "delete one of the two memberships",
    )


RULE = Rule("QF309", "error", __doc__, check=check, scope="group", group="neighbourhood", needs=())
