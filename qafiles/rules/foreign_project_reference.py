"""Reference to an entity of another project.

## Why is this bad?
Tags, documents, test cases and secrets belong to one project; a test that uses another project's would break when
that project changes, and could read its secrets.

## Example
```yaml title=organizations/acme/projects/blog/project.yaml
id: m8s3vhn2k6y0qf4zpw7rjc1x
name: Blog
default_url_route: https://blog.example.com
```
```yaml title=organizations/acme/projects/blog/test_cases/post.yaml
id: q1w2e3r4t5y6u7i8o9p0a1s2
test_description: Write a post
url_route: /new
tags: [acme/shop/smoke]
```

## Use instead
```yaml title=organizations/acme/projects/blog/project.yaml
id: m8s3vhn2k6y0qf4zpw7rjc1x
name: Blog
default_url_route: https://blog.example.com
```
```yaml title=organizations/acme/projects/blog/test_cases/post.yaml
id: q1w2e3r4t5y6u7i8o9p0a1s2
test_description: Write a post
url_route: /new
tags: [smoke]
```
```yaml title=organizations/acme/projects/blog/tags/smoke.yaml
id: z1w2e3r4t5y6u7i8o9p0a1s2
name: smoke
color: teal
```
"""

from collections.abc import Iterator

from qafiles.diagnostics import Finding, Related
from qafiles.layout import LABELS, PROJECT_KINDS
from qafiles.rules.rule import Rule
from qafiles.snapshot import Snapshot


def check(snapshot: Snapshot) -> Iterator[Finding]:
    """Yield a finding for each reference that leaves its project."""
    for link in snapshot.odd_links:
        target = link.target
        if (
            target is not None
            and target.project != link.source.project
            and link.source.project is not None
            and target.kind in PROJECT_KINDS
            and target.kind == link.reference.target
        ):
            label = LABELS[target.kind]
            yield Finding(
                link.reference.path,
                f"the {label} `{target.handle}` belongs to project `{target.project}`, this file to `{link.source.project}`",
                link.reference.pointer,
                hint=f"use a {label} of `{link.source.project}`",
                related=(Related(target.path, f"the {label}"),),
                subject=link.reference.value,
            )


RULE = Rule("QF403", "error", __doc__, check=check, scope="neighbours", needs=())
