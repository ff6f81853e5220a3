"""Date that no calendar has.

## Why is this bad?
The form is right, but there is no such day, so that databases and spreadsheets refuse the value or turn it into
another day.

## Example
```yaml title=organizations/acme/projects/shop/test_cases/pay.yaml
id: nx1vec2scntizlm1wm25ax7x
created_at: '2026-02-30T09:00:00Z'
test_description: Pay by card
url_route: /checkout
```

## Use instead
```yaml title=organizations/acme/projects/shop/test_cases/pay.yaml
id: nx1vec2scntizlm1wm25ax7x
created_at: '2026-02-28T09:00:00Z'
test_description: Pay by card
url_route: /checkout
```
"""

from collections.abc import Iterator
from itertools import chain

from qafiles.diagnostics import Finding
from qafiles.kinds import KIND_FACTS
from qafiles.rules.rule import Rule
from qafiles.snapshot import FilesByKind


def check_files(files: FilesByKind) -> Iterator[Finding]:
    """Yield a finding for each timestamp whose day does not exist."""
    for file in chain.from_iterable(files.values()):
        for field in KIND_FACTS[file.kind].dates:
            value = file.get(field)
            # Every month has a 28th, which spares nearly all files the calendar.
            if isinstance(value, str) and (value[8:10] > "28" or value[:4] == "0000"):
                problem = _problem(value[:10])
                if problem is not None:
                    message, hint = problem
                    yield Finding(
                        file.path,
                        f"`{field}` is `{value[:35]}`, but {message}",
                        (field,),
                        hint=hint,
                        subject=value,
                    )


def _problem(date: str) -> tuple[str, str] | None:
    """Return what is wrong with a date of the form YYYY-MM-DD and what to write, or None when it exists."""
    from calendar import monthrange  # noqa: PLC0415  # few dates are at the end of a month

    try:
        year, month, day = map(int, date.split("-"))
        if year == 0:
            return "there is no year 0", "write a year from 0001 on"
        last = monthrange(year, month)[1]
    except ValueError:
        return None
    if day <= last:
        return None
    return f"that month has {last} days", f"write a day that exists, up to {date[:8]}{last}"


RULE = Rule("QF609", "error", __doc__, check_files=check_files, scope="file", needs=())
