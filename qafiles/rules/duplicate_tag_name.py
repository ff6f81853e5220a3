"""Tag name that more than one tag of a project has.

## Why is this bad?
In every table and filter the two tags look like one.

## Example
```yaml title=organizations/acme/projects/shop/tags/slow.yaml
id: ux5q1gpzr2kh0jmz8w3vcd7n
name: slow
color: navy
```
```yaml title=organizations/acme/projects/shop/tags/sluggish.yaml
id: k2v9w1hx8rj0qz4mtb7nc5ap
name: slow
color: teal
```

## Use instead
```yaml title=organizations/acme/projects/shop/tags/slow.yaml
id: ux5q1gpzr2kh0jmz8w3vcd7n
name: slow
color: navy
```
```yaml title=organizations/acme/projects/shop/tags/sluggish.yaml
id: k2v9w1hx8rj0qz4mtb7nc5ap
name: sluggish
color: teal
```
"""

from collections.abc import Iterator

from qafiles.diagnostics import Finding
from qafiles.rules.duplicates import duplicates
from qafiles.rules.rule import Rule
from qafiles.snapshot import Snapshot


def check(snapshot: Snapshot) -> Iterator[Finding]:
    """Yield a finding for each tag whose name an earlier tag of the project has."""
    keyed = (
        ((file.project, file.data["name"]), file) for file in snapshot.of_kind("tag") if file.get("name")
    )
    yield from duplicates(
        keyed,
        "name",
        "the project has a tag with the name `{value}` already, {path}",
        "rename one of them, or use a single tag",
    )


RULE = Rule("QF308", "error", __doc__, check=check, scope="group", group="project", needs=())
