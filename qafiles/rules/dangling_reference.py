"""Reference to an entity that does not exist.

## Why is this bad?
The test runs without the tag's filter, the document or the browser it was meant for, and nobody notices before it
fails. A reference is an id, or a handle, which begins with `organization/project/` or leaves that out for the own
project.

## Example
```yaml title=organizations/acme/projects/shop/test_cases/pay.yaml
id: q1w2e3r4t5y6u7i8o9p0a1s2
test_description: Pay by card
url_route: /checkout
tags: [smoek]
```

## Use instead
```yaml title=organizations/acme/projects/shop/test_cases/pay.yaml
id: q1w2e3r4t5y6u7i8o9p0a1s2
test_description: Pay by card
url_route: /checkout
tags: [smoke]
```
"""

from collections.abc import Iterator

from qafiles.diagnostics import Finding
from qafiles.layout import LABELS, is_id, nearest
from qafiles.rules.rule import Rule
from qafiles.snapshot import Link, Snapshot


def check(snapshot: Snapshot) -> Iterator[Finding]:
    """Yield a finding for each reference that names nothing, with the nearest entity of the kind."""
    for link in snapshot.links:
        if link.target is None and not link.reference.placeholder:
            yield _finding(snapshot, link)


def _finding(snapshot: Snapshot, link: Link) -> Finding:
    reference = link.reference
    label = LABELS[reference.target]
    shown = reference.value if len(reference.value) <= 120 else reference.value[:117] + "…"
    if is_id(reference.value):
        message = f"no entity has the id `{shown}`"
        hint = f"name an existing {label}, or restore the file that had this id"
    else:
        message = f"no {label} is called `{shown}`"
        near = _nearest(snapshot, link)
        hint = f"did you mean `{near}`?" if near else f"`qafiles list {reference.target}` lists them"
    return Finding(reference.path, message, reference.pointer, hint=hint, subject=reference.value)


def _nearest(snapshot: Snapshot, link: Link) -> str | None:
    """Return the handle that was probably meant, short where it is in the same project."""
    prefix = f"{link.source.project}/" if link.source.project else ""
    handles = [file.handle for file in snapshot.of_kind(link.reference.target)]
    local = [handle.removeprefix(prefix) for handle in handles if prefix and handle.startswith(prefix)]
    value = link.reference.value
    for file in snapshot.of_kind(link.reference.target):
        # The name is right, and the file was renamed.
        if file.get("name") == value and file.handle.startswith(prefix):
            return file.handle.removeprefix(prefix)
    found = nearest(value, local) or nearest(value, handles)
    if found:
        return found
    # The last part is right, and the suite or the project is missing or wrong.
    last = value.rpartition("/")[2]
    same = [handle for handle in (local or handles) if handle.rpartition("/")[2] == last]
    return same[0] if len(same) == 1 else None


RULE = Rule("QF401", "error", __doc__, check)
