"""Organization or project in a file that contradicts its folder.

## Why is this bad?
The folder says where an entity belongs. `organization_id` and `project_id` may repeat it, but a different value
means that a file was moved by hand or copied.

## Example
```yaml title=organizations/acme/projects/shop/tags/slow.yaml
id: ux5q1gpzr2kh0jmz8w3vcd7n
name: slow
project_id: acme/blog
color: navy
```
```yaml title=organizations/acme/projects/blog/project.yaml
id: k2v9w1hx8rj0qz4mtb7nc5ap
name: Blog
default_url_route: https://blog.example.com
```

## Use instead
```yaml title=organizations/acme/projects/shop/tags/slow.yaml
id: ux5q1gpzr2kh0jmz8w3vcd7n
name: slow
color: navy
```
"""

from collections.abc import Iterator

from qafiles.diagnostics import Finding, Related
from qafiles.layout import LABELS
from qafiles.references import BY_PLACE
from qafiles.rules.rule import Rule
from qafiles.snapshot import Snapshot


def check(snapshot: Snapshot) -> Iterator[Finding]:
    """Yield a finding for each by-place field that names another entity than the folder does."""
    for link in snapshot.odd_links:
        field = link.reference.pointer[0]
        if field not in BY_PLACE or link.target is None or link.source.get(str(field)) is None:
            continue
        implied = snapshot.place_of(link.source).get(str(field))
        if implied is None or link.target is implied or link.target.kind != implied.kind:
            continue
        label = LABELS[implied.kind]
        yield Finding(
            link.source.path,
            f"`{field}` says {label} `{link.target.handle}`, but the folder belongs to `{implied.handle}`",
            link.reference.pointer,
            hint=f"delete `{field}`, or move the file to {label} `{link.target.handle}`",
            related=(
                Related(implied.path, f"the {label} of the folder"),
                Related(link.target.path, f"the {label} in the field"),
            ),
            subject=link.reference.value,
        )


RULE = Rule("QF306", "error", __doc__, check=check, scope="neighbours", needs=())
