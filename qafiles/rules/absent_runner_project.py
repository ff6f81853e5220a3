"""Browser config that no project of the test runner has.

## Why is this bad?
Test cases list it, tests of theirs exist, and no run will ever cover it: the report will show it as not run, release after
release. Or a test asks for a browser config that there is not. Files that name no project of the runner (JUnit, pytest) are not
judged.

## Example
```text
$ qafiles validate --tests tests.json
browser_configs/iphone-13.yaml:1:1: warning[QF905] no project of the test runner is called `iphone-13`, which 3 test cases with tests list
```

## Use instead
Give the runner a project of this name: `qafiles export playwright` writes them. Or take the browser config from the test cases.
"""

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from qafiles.diagnostics import Finding, Undecided
from qafiles.rules.rule import Rule
from qafiles.snapshot import EntityFile, Snapshot

if TYPE_CHECKING:
    from qafiles.results.linked_tests import LinkedTests


def check(snapshot: Snapshot, tests: "LinkedTests") -> Iterator[Finding | Undecided]:
    """Yield a finding for each browser config without a project, and for each test that asks for one that there is not."""
    from qafiles.results.asked import configs_of  # noqa: PLC0415  # only where tests are given
    from qafiles.results.configs import ConfigNames  # noqa: PLC0415  # only where tests are given
    from qafiles.rules.of_tests import named, printable, unread  # noqa: PLC0415  # only where tests are given

    yield from unread(tests, "QF905")
    names = ConfigNames(snapshot)
    for item in tests.tests:
        name = item.test.config
        if name is not None and item.test.config_by != "project" and names.named(name) is None:
            yield Finding(
                item.path,
                f"the test {named(item)} asks for the browser config `{printable(name[:120])}`, which there is not",
                hint="`qafiles list browser_config` lists them",
                subject=f"{name}\0{item.test.name}",
                span=item.span,
            )
    if tests.projects is None:
        return
    present = {known.path for name in tests.projects if (known := names.named(name)) is not None}
    cases = {case.path: case for item in tests.tests for case in item.linked.cases}
    asked: Counter[str] = Counter()
    configs: dict[str, EntityFile] = {}
    for case in cases.values():
        for asked_config in configs_of(snapshot, case):
            asked[asked_config.path] += 1
            configs[asked_config.path] = asked_config
    for path in sorted(asked.keys() - present):
        number = asked[path]
        with_tests = "a test case with tests lists" if number == 1 else f"{number} test cases with tests list"
        yield Finding(
            path,
            f"no project of the test runner is called `{configs[path].handle}`, which {with_tests}",
            hint="`qafiles export playwright` writes a project for each browser config",
        )


RULE = Rule("QF905", "warning", __doc__, check_tests=check, optional=True, scope="whole", needs=())
