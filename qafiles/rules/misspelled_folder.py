"""Folder whose name is nearly one of the tree's.

## Why is this bad?
Files outside `users/`, `browser_configs/` and `organizations/` are not read, so that everything in a misspelled folder
goes unchecked without a word.

## Example
```yaml title=user/grace.yaml
id: ux5q1gpzr2kh0jmz8w3vcd7n
name: Grace
```

## Use instead
```yaml title=users/grace.yaml
id: ux5q1gpzr2kh0jmz8w3vcd7n
name: Grace
```
"""

from collections.abc import Iterator

from qafiles.diagnostics import Finding
from qafiles.layout import misspelled_folder
from qafiles.rules.rule import Rule
from qafiles.snapshot import Snapshot


def check(snapshot: Snapshot) -> Iterator[Finding]:
    """Yield a finding for each misspelled folder, at its first file."""
    settled: set[str] = set()
    for path in snapshot.other_paths:
        top = path.partition("/")[0]
        if top in settled:
            continue
        misspelling = misspelled_folder(path)
        there = misspelling is None or snapshot.exists(path)
        if there:
            settled.add(top)
        if misspelling and there:
            message = f"the folder `{misspelling[0]}/` is not read: its name is nearly `{misspelling[1]}/`"
            yield Finding(path, message, hint=f"rename it to `{misspelling[1]}/`", subject=misspelling[0])


RULE = Rule("QF310", "warning", __doc__, check=check, scope="group", group="folder", needs=(), optional=True)
