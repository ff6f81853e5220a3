"""Test case that is declared automated and has no test.

## Why is this bad?
People believe that a test looks after it, and none does: it was deleted, renamed without its link, or never written. Which test
cases are automated is said by a custom field: `x-automated: true`, or what `automated: [FIELD=VALUE]` in qafiles.yaml names, or
`--automated FIELD=VALUE` instead.

## Example
```text
$ qafiles validate --tests tests.json --automated x-automation=automated
organizations/acme/projects/shop/test_cases/cart/empty.yaml:4:1: warning[QF903] no test names this test case, which is declared automated (x-automation=automated)
```

## Use instead
Link a test to it (`qa:ID` as a tag, an annotation `qafiles`), or say in the field that it is not automated.
"""

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from qafiles.diagnostics import Finding, Undecided
from qafiles.layout import LABELS, SETTINGS_FILE
from qafiles.rules.rule import Rule
from qafiles.snapshot import Snapshot

_FIELD = "x-automated"

if TYPE_CHECKING:
    from qafiles.results.linked_tests import LinkedTests


def check(snapshot: Snapshot, tests: "LinkedTests") -> Iterator[Finding | Undecided]:
    """Yield a finding for each test case that meets the conditions and that no test names."""
    from qafiles.rules.of_tests import unread  # noqa: PLC0415  # only where tests are given
    from qafiles.snapshot.selection import problem_of, select  # noqa: PLC0415  # only where tests are given

    yield from unread(tests, "QF903")
    conditions = tests.automated or snapshot.settings.automated
    for problem in () if tests.automated else map(partial(problem_of, snapshot, "test_case"), conditions):
        if problem is not None:
            yield Undecided("QF903", f"`automated` in {SETTINGS_FILE} chooses nothing: {problem}")
            return
    if not conditions and _has_field(snapshot):
        conditions = (f"{_FIELD}=true",)
    if not conditions:
        return
    tested = {case.path for item in tests.tests for case in item.linked.cases}
    field = conditions[0].partition("=")[0].rstrip("!~")
    for case in select(snapshot, "test_case", where=conditions):
        if case.path not in tested:
            pointer = (field,) if field in case.data else ()
            yield Finding(
                case.path,
                f"no test names this {LABELS[case.kind]}, which is declared automated ({', '.join(conditions)})",
                pointer,
                "key",
                hint=f"tag a test with `qa:{case.id}`, or say in the field that it is not automated",
            )


def _has_field(snapshot: Snapshot) -> bool:
    return any(_FIELD in case.data for case in snapshot.of_kind("test_case"))


RULE = Rule("QF903", "warning", __doc__, check_tests=check, optional=True, scope="whole", needs=())
