"""Test that names a test case which is no more.

## Why is this bad?
Somebody renamed or deleted the test case, and the test did not follow: its outcome counts for nothing. Git knows what became of
it, and the message says it. A link by id outlives a rename.

## Example
```text
$ qafiles validate --tests tests.json
tests/cart.spec.ts:12:5: error[QF902] the test `adds two products` names a test case that is no more: no test case is called `cart/add-two`. Hint: ada renamed it to `cart/add-two-products` in 51b0e9c4aa
```

## Use instead
Write the new handle, or the id, which stays; or delete the test with the test case.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from qafiles.diagnostics import Finding, Undecided
from qafiles.rules.rule import Need, Rule
from qafiles.snapshot import Snapshot

if TYPE_CHECKING:
    from qafiles.results.linked_tests import LinkedTests


def check(snapshot: Snapshot, tests: "LinkedTests") -> Iterator[Finding | Undecided]:
    """Yield a finding for each link to a test case that git knows to have been there."""
    from qafiles.rules.of_tests import named, of_link, unread  # noqa: PLC0415  # only where tests are given

    yield from unread(tests, "QF902")
    del snapshot
    for item in tests.tests:
        for problem in item.linked.problems:
            if tests.faults.whereabouts(problem) is not None:
                yield of_link(
                    tests, item, problem, f"the test {named(item)} names a test case that is no more"
                )


RULE = Rule("QF902", "error", __doc__, check_tests=check, scope="whole", needs=(Need("history", "nothing"),))
