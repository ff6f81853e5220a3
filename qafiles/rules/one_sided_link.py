"""Document and test case that do not name each other.

## Why is this bad?
A document may serve many test cases, but where it names one, and that one names a document, the two are a pair. When
the test case names another document, one of the two files is out of date.

## Example
```yaml title=organizations/acme/projects/shop/documents/payment.yaml
id: z1w2e3r4t5y6u7i8o9p0a1s2
name: Payment
test_case_id: pay
content: Cards and vouchers.
```
```yaml title=organizations/acme/projects/shop/documents/refunds.yaml
id: k2v9w1hx8rj0qz4mtb7nc5ap
name: Refunds
content: Within 14 days.
```
```yaml title=organizations/acme/projects/shop/test_cases/pay.yaml
id: q1w2e3r4t5y6u7i8o9p0a1s2
document_id: refunds
test_description: Pay by card
url_route: /checkout
```

## Use instead
```yaml title=organizations/acme/projects/shop/documents/payment.yaml
id: z1w2e3r4t5y6u7i8o9p0a1s2
name: Payment
test_case_id: pay
content: Cards and vouchers.
```
```yaml title=organizations/acme/projects/shop/test_cases/pay.yaml
id: q1w2e3r4t5y6u7i8o9p0a1s2
document_id: payment
test_description: Pay by card
url_route: /checkout
```
"""

from collections.abc import Iterator

from qafiles.diagnostics import Finding, Related
from qafiles.rules.rule import Rule
from qafiles.snapshot import EntityFile, Snapshot


def check(snapshot: Snapshot) -> Iterator[Finding]:
    """Yield a finding at each document whose test case names another document."""
    for document in snapshot.looked_at("document"):
        test_case = _target(snapshot, document, "test_case_id")
        if test_case is None or test_case.kind != "test_case":
            continue
        named = _target(snapshot, test_case, "document_id")
        if named is not None and named is not document:
            yield Finding(
                document.path,
                f"the test case `{test_case.handle}` names another document, `{named.handle}`",
                ("test_case_id",),
                hint="let the two name each other, or delete `test_case_id` here",
                related=(Related(test_case.path, f"names `{named.handle}`", ("document_id",)),),
                subject=str(document.data["test_case_id"]),
            )


def _target(snapshot: Snapshot, file: EntityFile, field: str) -> EntityFile | None:
    if field not in file.data:
        return None
    return next((link.target for link in snapshot.outgoing(file) if link.reference.field == field), None)


RULE = Rule("QF404", "error", __doc__, check=check, scope="group", group="neighbourhood", needs=())
