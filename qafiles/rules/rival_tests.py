"""Two tests of which one claims to be the only one of its test case.

## Why is this bad?
With an annotation or property `qafiles_only` a test says that the test case is proven by it alone. A copy that was left behind,
or a second test that somebody wrote without knowing, makes the outcome depend on both: a test that fails for a reason of its own
hides that the other passed.

## Example
```text
$ qafiles validate --tests tests.json
tests/cart.spec.ts:12:5: error[QF904] the test `adds two products` claims to be the only one of `acme/shop/cart/add-two`, which another test names, too
```

## Use instead
Delete one of the two, or write `qafiles` in place of `qafiles_only` where several tests belong to the test case.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from qafiles.diagnostics import Finding, Related, Undecided
from qafiles.rules.rule import Rule
from qafiles.snapshot import Snapshot

if TYPE_CHECKING:
    from qafiles.results.linked_tests import LinkedTest, LinkedTests


def check(snapshot: Snapshot, tests: "LinkedTests") -> Iterator[Finding | Undecided]:
    """Yield a finding for each test that claims a test case alone which another test names, too."""
    from qafiles.results.formats.links import ONLY_NAME  # noqa: PLC0415  # only where tests are given
    from qafiles.rules.of_tests import named, unread  # noqa: PLC0415  # only where tests are given

    yield from unread(tests, "QF904")
    del snapshot
    by_case: dict[str, list[LinkedTest]] = {}
    for item in tests.tests:
        for case in item.linked.cases:
            by_case.setdefault(case.path, []).append(item)
    for rivals in by_case.values():
        if len(rivals) < 2:
            continue
        for item in rivals:
            if not any(link.key == ONLY_NAME for link in item.test.links):
                continue
            other = next(rival for rival in rivals if rival is not item)
            case = next(case for case in item.linked.cases if by_case[case.path] is rivals)
            place = f"{other.path}:{other.span.line}:{other.span.column}"
            yield Finding(
                item.path,
                f"the test {named(item)} claims to be the only one of `{case.handle}`, which {named(other)} ({place}) names, too",
                hint=f"delete one of the two, or write `qafiles` in place of `{ONLY_NAME}`",
                subject=f"{case.id}\0{item.test.name}",
                related=(Related(case.path, "the test case"),),
                span=item.span,
            )


RULE = Rule("QF904", "error", __doc__, check_tests=check, scope="whole", needs=())
