"""Data root inside another data root.

## Why is this bad?
Which of the two a file belongs to would depend on the folder from which qafiles is called.

## Example
```yaml title=archive/qafiles.yaml
version: 1
```

## Use instead
One `qafiles.yaml` at the top; several data roots lie side by side.
"""

from collections.abc import Iterator

from qafiles.diagnostics import Finding
from qafiles.layout import SETTINGS_FILE
from qafiles.rules.rule import Rule
from qafiles.snapshot import Snapshot


def check(snapshot: Snapshot) -> Iterator[Finding]:
    """Yield a finding for each further qafiles.yaml."""
    tail = "/" + SETTINGS_FILE
    for path in snapshot.other_paths:
        in_dot_folder = any(part.startswith(".") for part in path.split("/"))
        if path.endswith(tail) and not in_dot_folder and snapshot.exists(path):
            hint = f"delete it, or move `{path[: -len(tail)]}/` out of this data root"
            yield Finding(path, "a data root inside a data root", hint=hint)


RULE = Rule("QF313", "error", __doc__, check=check, scope="file", needs=())
