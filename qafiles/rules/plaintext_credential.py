"""Credential in clear text.

## Why is this bad?
Whoever can read the repository, now or in its history, can use it. Once committed, it must be changed where it is used.

## Example
```yaml title=browser_configs/staging.yaml
id: b1c2d3e4f5g6h7i8j9k0l1m2
browser_config:
  httpCredentials: {username: admin, password: correct-horse}
```

## Use instead
```yaml title=browser_configs/staging.yaml
id: b1c2d3e4f5g6h7i8j9k0l1m2
browser_config:
  httpCredentials: {username: admin, password: '{{ secret.STAGING_PASSWORD }}'}
```
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from qafiles.diagnostics import Finding, Pointer
from qafiles.problem_messages import dotted
from qafiles.references import PLACEHOLDER
from qafiles.rules.rule import Rule
from qafiles.snapshot import Snapshot

_MOST: Final = 20
_names_credential = re.compile(
    r"(?i)(?:\A|.*[_-])(?:password|passwd|passphrase|secret|token|api[_-]?key|access[_-]?key|(?:proxy-)?authorization)\Z"
).match
_in_url = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,20}://[^/\s:@]{0,200}:[^/\s@]{1,200}@").search


def check(snapshot: Snapshot) -> Iterator[Finding]:
    """Yield a finding for each credential in a browser config that is no `{{ secret.NAME }}`; its text is not shown."""
    for file in snapshot.of_kind("browser_config"):
        found = _credentials(file.get("browser_config"), ("browser_config",))
        for pointer, _ in zip(found, range(_MOST), strict=False):
            message = f"`{dotted(pointer)}` holds a credential in clear text"
            hint = "set it with `qafiles secret set NAME` and write '{{ secret.NAME }}'; if it was committed, change it at its source"
            yield Finding(file.path, message, pointer, "key", hint)


def _credentials(value: Any, pointer: Pointer) -> Iterator[Pointer]:
    pending: list[tuple[Any, Pointer]] = [(value, pointer)]
    while pending:
        value, pointer = pending.pop()
        if isinstance(value, Mapping):
            pending += [(item, (*pointer, str(key))) for key, item in reversed([*value.items()])]
        elif isinstance(value, list):
            pending += [(item, (*pointer, index)) for index, item in reversed([*enumerate(value)])]
        elif isinstance(value, str) and value.strip() and not PLACEHOLDER.search(value):
            name = next((part for part in reversed(pointer) if isinstance(part, str)), "")
            if _names_credential(name) or _in_url(value):
                yield pointer


RULE = Rule("QF502", "warning", __doc__, check)
