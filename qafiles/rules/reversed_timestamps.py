"""Update before the creation.

## Why is this bad?
One of the two timestamps is wrong, and reports that count ages or sort by them are wrong with it. They are compared
as instants: `10:00:00+02:00` is before `09:00:00Z`.

## Example
```yaml title=organizations/acme/projects/shop/test_cases/pay.yaml
id: rvdoaidg67p4t9xv1oebowov
created_at: '2026-03-02T09:00:00Z'
updated_at: '2026-03-01T09:00:00Z'
test_description: Pay by card
url_route: /checkout
```

## Use instead
```yaml title=organizations/acme/projects/shop/test_cases/pay.yaml
id: rvdoaidg67p4t9xv1oebowov
created_at: '2026-03-01T09:00:00Z'
updated_at: '2026-03-02T09:00:00Z'
test_description: Pay by card
url_route: /checkout
```
"""

import re
from collections.abc import Iterator
from datetime import datetime
from itertools import chain

from qafiles.diagnostics import Finding, Related
from qafiles.rules.rule import Rule
from qafiles.snapshot import FilesByKind

_parts = re.compile(r"([0-9T:-]{19})(?:\.([0-9]{1,9}))?(?:Z|([+-])([0-9]{2}):([0-9]{2}))\Z").match


def check_files(files: FilesByKind) -> Iterator[Finding]:
    """Yield a finding for each `updated_at` that is earlier than the `created_at` of the same file."""
    for file in chain.from_iterable(files.values()):
        updated = file.get("updated_at")
        created = file.get("created_at") if updated else None
        if (
            not isinstance(created, str)
            or not isinstance(updated, str)
            or _is_plainly_ordered(created, updated)
        ):
            continue
        begin, end = instant(created), instant(updated)
        if begin is not None and end is not None and end < begin:
            message = f"`updated_at` ({updated[:35]}) is before `created_at` ({created[:35]})"
            related = (Related(file.path, "the creation", ("created_at",)),)
            hint = "correct one of them, or delete both: git knows when the file was made and changed"
            if file.is_secret:
                hint = "`updated_at` is the later of the two"
            yield Finding(file.path, message, ("updated_at",), hint=hint, related=related)


def _is_plainly_ordered(created: str, updated: str) -> bool:
    """Return whether two timestamps of the commonest form are in order, which is told without a calendar."""
    return len(created) == len(updated) == 20 and created <= updated


def instant(text: str) -> tuple[int, str] | None:
    """Return a timestamp as something that sorts by time, or None where its date does not exist."""
    match = _parts(text)
    if match is None:
        return None
    try:
        local = datetime.fromisoformat(match[1])
    except ValueError:
        return None
    offset = (int(match[4]) * 60 + int(match[5])) * (-60 if match[3] == "-" else 60) if match[3] else 0
    seconds = (local.toordinal() * 24 + local.hour) * 3600 + local.minute * 60 + local.second - offset
    return seconds, (match[2] or "").ljust(9, "0")


RULE = Rule("QF610", "warning", __doc__, check_files=check_files, scope="file", needs=())
