"""Test that names a test case which there is not.

## Why is this bad?
The test runs, and its outcome counts for nothing: the report shows it among links that name nothing, and the test case as not
run. The name may be misspelled, may be that of another kind, or may fit several test cases, of which a handle without its
project or a key of another tool does not say which. `qafiles validate --tests FILE` looks before anything runs.

## Example
```text
$ npx playwright test --list --reporter=json > tests.json
$ qafiles validate --tests tests.json
tests/cart.spec.ts:12:5: error[QF901] the test `adds two products` names a test case that there is not: no test case is called `cart/ad-two-products`
```

## Use instead
Write the handle or the id that `qafiles list test_case` shows. The handle may leave out organization and project where one
project alone has it. With the module that `qafiles export playwright` writes, a wrong handle does not compile.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from qafiles.diagnostics import Finding, Undecided
from qafiles.rules.rule import Need, Rule
from qafiles.snapshot import Snapshot

if TYPE_CHECKING:
    from qafiles.results.linked_tests import LinkedTests


def check(snapshot: Snapshot, tests: "LinkedTests") -> Iterator[Finding | Undecided]:
    """Yield a finding for each link that names no test case, or not one; and what of the files can't be read."""
    from qafiles.rules.of_tests import named, of_link, unread  # noqa: PLC0415  # only where tests are given

    del snapshot
    for item in tests.tests:
        for problem in item.linked.problems:
            if tests.faults.whereabouts(problem) is None:
                what = (
                    "names two test cases"
                    if problem.fault == "disagreement"
                    else "names a test case that there is not"
                    if problem.fault == "unknown"
                    else "names no one test case"
                )
                yield of_link(tests, item, problem, f"the test {named(item)} {what}")
    yield from unread(tests, "QF901")


RULE = Rule("QF901", "error", __doc__, check_tests=check, scope="whole", needs=(Need("history", "more"),))
