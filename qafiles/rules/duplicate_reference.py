"""Entity that a list names more than once.

## Why is this bad?
A list of references is a set, an association table in a database: the second entry has no effect. It is easily
overlooked where one entry is an id and the other a handle.

## Example
```yaml title=organizations/acme/projects/shop/test_cases/pay.yaml
id: q1w2e3r4t5y6u7i8o9p0a1s2
test_description: Pay by card
url_route: /checkout
tags: [smoke, acme/shop/smoke]
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

from qafiles.diagnostics import Finding, Pointer, Related
from qafiles.layout import LABELS
from qafiles.rules.rule import Rule
from qafiles.snapshot import Link, Snapshot


def check(snapshot: Snapshot) -> Iterator[Finding]:
    """Yield a finding for each further entry of a list that resolves to the same entity."""
    for file in snapshot.repeating:
        lists = {field.name for field in file.reference_fields if field.many}
        links = snapshot.outgoing(file)
        yield from _repeated(snapshot, [link for link in links if link.reference.field in lists])


def _repeated(snapshot: Snapshot, links: list[Link]) -> Iterator[Finding]:
    first: dict[tuple[str, str], Pointer] = {}
    for reference, source, target in links:
        if target is None or reference.within:
            continue
        pointer = first.setdefault((reference.field, target.path), reference.pointer)
        if pointer != reference.pointer:
            yield Finding(
                source.path,
                f"`{reference.field}` names the {LABELS[target.kind]} `{target.handle}` twice",
                reference.pointer,
                hint="delete one of the two entries",
                related=(Related(source.path, "the first entry", pointer),),
                fixable=snapshot.is_legible(source),
                subject=reference.value,
            )


RULE = Rule("QF405", "error", __doc__, check=check, scope="neighbours", needs=())
