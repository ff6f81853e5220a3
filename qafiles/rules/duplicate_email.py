"""E-mail address that more than one user has.

## Why is this bad?
The address maps the author of a commit to a user, which would then be ambiguous.

## Example
```yaml title=users/grace.yaml
id: ux5q1gpzr2kh0jmz8w3vcd7n
name: Grace
email: grace@example.com
```
```yaml title=users/g-hopper.yaml
id: k2v9w1hx8rj0qz4mtb7nc5ap
name: Grace Hopper
email: Grace@example.com
```

## Use instead
```yaml title=users/grace.yaml
id: ux5q1gpzr2kh0jmz8w3vcd7n
name: Grace
email: grace@example.com
```
"""

from collections.abc import Iterator

from qafiles.diagnostics import Finding
from qafiles.rules.duplicates import duplicates
from qafiles.rules.rule import Rule
from qafiles.snapshot import Snapshot


def check(snapshot: Snapshot) -> Iterator[Finding]:
    """Yield a finding for each user whose e-mail address an earlier one has, in whatever case."""
    keyed = ((file.data["email"].casefold(), file) for file in snapshot.of_kind("user") if file.get("email"))
    yield from duplicates(
        keyed,
        "email",
        "the e-mail address `{value}` is that of {path}, too",
        "delete one of the two, or merge the users",
    )


RULE = Rule("QF314", "error", __doc__, check=check, scope="group", group="kind", needs=())
