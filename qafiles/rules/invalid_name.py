"""File or folder name that can't be part of a handle.

## Why is this bad?
Handles stand in references, in URLs of reports and on command lines, and every colleague must be able to check the
file out: spaces, accents, Windows device names and very long names break one of them. A name shaped like an id, with a
digit among its 24 characters, would be taken for that id in every reference.

## Example
```yaml title=organizations/acme/projects/shop/tags/very slow.yaml
id: ux5q1gpzr2kh0jmz8w3vcd7n
name: very slow
color: navy
```

## Use instead
```yaml title=organizations/acme/projects/shop/tags/very-slow.yaml
id: ux5q1gpzr2kh0jmz8w3vcd7n
name: very slow
color: navy
```
"""

import re
from collections.abc import Iterator

from qafiles.diagnostics import Finding
from qafiles.layout import looks_like_id, name_problem
from qafiles.rules.rule import Rule
from qafiles.snapshot import Snapshot

# Longer than the name of any device, without a dot, and no id: nearly all names.
_is_plain = re.compile(r"(?![a-z0-9]{24,25}\Z)[A-Za-z0-9][A-Za-z0-9_-]{7,99}\Z").match


def check(snapshot: Snapshot) -> Iterator[Finding]:
    """Yield a finding for each bad part of a path, once for each file or folder."""
    parts = {*"/".join([file.handle for file in snapshot.files.values()]).split("/")}
    doubtful = {part for part in parts if _is_plain(part) is None}
    suspects = {part for part in doubtful if name_problem(part) is not None or looks_like_id(part)}
    reported: set[tuple[str, str]] = set()
    for path, file in snapshot.files.items() if suspects else ():
        for part in file.handle.split("/"):
            if part not in suspects:
                continue
            problem = name_problem(part)
            if problem is None and part == file.id:
                continue
            folder = path[: path.index(part)]
            if (folder, part) in reported:
                continue
            reported.add((folder, part))
            if problem is None:
                problem = f"`{part}` is shaped like an id, and references would take it for one"
            suggestion = re.sub(r"[^A-Za-z0-9._-]+", "-", part).strip("-._")[:100]
            hint = (
                f"rename it, for example to `{suggestion}`" if suggestion not in {"", part} else "rename it"
            )
            yield Finding(path, f"bad name: {problem}", hint=hint, subject=part)


RULE = Rule("QF303", "error", __doc__, check=check, scope="group", group="folder", needs=())
