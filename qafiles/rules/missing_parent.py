"""Folder of an organization or a project without the file that makes it one.

## Why is this bad?
The entities below it belong to a project or an organization that does not exist. Usually the file was deleted or
forgotten in a commit, or the folder's name is misspelled.

## Example
```yaml title=organizations/acme/projects/blog/tags/slow.yaml
id: ux5q1gpzr2kh0jmz8w3vcd7n
name: slow
color: navy
```

## Use instead
```yaml title=organizations/acme/projects/blog/tags/slow.yaml
id: ux5q1gpzr2kh0jmz8w3vcd7n
name: slow
color: navy
```
```yaml title=organizations/acme/projects/blog/project.yaml
id: k2v9w1hx8rj0qz4mtb7nc5ap
name: Blog
default_url_route: https://blog.example.com
```
"""

from collections.abc import Iterator

from qafiles.diagnostics import Finding
from qafiles.layout import nearest
from qafiles.rules.rule import Rule
from qafiles.snapshot import Snapshot


def check(snapshot: Snapshot) -> Iterator[Finding]:
    """Yield a finding for each such folder, at its first file."""
    reported: set[str] = set()
    seen: set[str | None] = set()
    by_handle = snapshot.by_handle
    for path, file in snapshot.files.items():
        project = file.project if file.kind != "project" else None
        if project in seen and project is not None:
            continue  # its folders have been looked at
        seen.add(project)
        organization = file.organization if file.kind != "organization" else None
        for kind, handle in (("project", project), ("organization", organization)):
            if handle is None or handle in reported or (kind, handle) in by_handle:
                continue
            reported.add(handle)
            folder, name = path.split("/")[:2], "organization.yaml"
            if kind == "project":
                folder, name = path.split("/")[:4], "project.yaml"
            near = nearest(handle, [h for k, h in by_handle if k == kind])
            hint = f"create `{'/'.join(folder)}/{name}` (`qafiles new {kind} {handle} …`)" + (
                f", or move the files to `{near}`" if near else ""
            )
            yield Finding(path, f"the folder `{'/'.join(folder)}/` has no {name}", hint=hint, subject=handle)


RULE = Rule("QF305", "error", __doc__, check=check, scope="whole", needs=())
