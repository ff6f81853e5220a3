"""Reference by id to an entity of another kind.

## Why is this bad?
The id exists, but the field means something else: a tag where a document belongs is usually a pasted line.

## Example
```yaml title=organizations/acme/projects/shop/test_cases/pay.yaml
id: q1w2e3r4t5y6u7i8o9p0a1s2
test_description: Pay by card
url_route: /checkout
tags: [z1w2e3r4t5y6u7i8o9p0a1s2]
```
```yaml title=organizations/acme/projects/shop/documents/payment.yaml
id: z1w2e3r4t5y6u7i8o9p0a1s2
name: Payment
content: Cards and vouchers.
```

## Use instead
```yaml title=organizations/acme/projects/shop/test_cases/pay.yaml
id: q1w2e3r4t5y6u7i8o9p0a1s2
test_description: Pay by card
url_route: /checkout
document_id: z1w2e3r4t5y6u7i8o9p0a1s2
```
```yaml title=organizations/acme/projects/shop/documents/payment.yaml
id: z1w2e3r4t5y6u7i8o9p0a1s2
name: Payment
content: Cards and vouchers.
```
"""

from collections.abc import Iterator

from qafiles.diagnostics import Finding, Related
from qafiles.layout import LABELS
from qafiles.rules.rule import Rule
from qafiles.snapshot import Snapshot


def check(snapshot: Snapshot) -> Iterator[Finding]:
    """Yield a finding for each reference whose id belongs to an entity of another kind."""
    for link in snapshot.odd_links:
        reference, target = link.reference, link.target
        if target is not None and target.kind != reference.target:
            field = reference.field
            yield Finding(
                reference.path,
                f"`{field}` names a {LABELS[reference.target]}, but this id belongs to the {LABELS[target.kind]} `{target.handle}`",
                reference.pointer,
                hint=f"write the id or handle of a {LABELS[reference.target]}",
                related=(Related(target.path, f"the {LABELS[target.kind]} with this id", ("id",)),),
                subject=reference.value,
            )


RULE = Rule("QF402", "error", __doc__, check=check, scope="neighbours", needs=())
