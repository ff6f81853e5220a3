"""Route outside the allowed domains.

## Why is this bad?
The test begins at a host that its own `allowed_domains` refuse, so that a run ends before its first step.

A `url_route` that is a path begins at the host of the project's `default_url_route`, and in an environment at that of
the URL which qafiles.yaml gives the project there: the list has to cover each. An entry covers a URL by its
host, and by its scheme and port where it has them: `shop.example.com` covers that host alone, on http and https and
on every port, and `'*.example.com'` covers `example.com` and its subdomains. Without `allowed_domains`, the host of
the route alone is allowed.

## Example
```yaml title=organizations/acme/projects/shop/test_cases/pay.yaml
id: unz8v5fonpddjysqc3zzjllx
test_description: Pay by card
url_route: /checkout
allowed_domains:
  - payments.example.org
```

## Use instead
```yaml title=organizations/acme/projects/shop/test_cases/pay.yaml
id: unz8v5fonpddjysqc3zzjllx
test_description: Pay by card
url_route: /checkout
allowed_domains:
  - shop.example.com
  - payments.example.org
```
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from qafiles.diagnostics import Finding
from qafiles.domains import Origin, Problem, allows, covered_by, parse, shown
from qafiles.layout import nearest
from qafiles.rules.allowed_domains import Start, of_test_case, start_of
from qafiles.rules.browser_groups import MAX_FINDINGS
from qafiles.rules.rule import Rule
from qafiles.snapshot import EntityFile, Snapshot

if TYPE_CHECKING:
    from qafiles.models.environments import Environment

_COMPARED: Final = 20
"""Entries among which a misspelled one is looked for."""


def check(snapshot: Snapshot) -> Iterator[Finding]:
    """Yield a finding for each test case whose first URL no entry covers; a mend of an invalid entry counts.

    An environment in which the test begins elsewhere has a finding of its own.
    """
    environments = [None, *(each for each in snapshot.settings.environments.values() if each.routes)]
    starts: dict[tuple[int, str | None], Start | None] = {}
    covered: set[tuple[tuple[str, ...], Origin | None]] = set()
    fine: set[tuple[str | None, tuple[str, ...]]] = set()
    for file in snapshot.looked_at("test_case"):
        entries = of_test_case(file)
        route = file.get("url_route") if entries else None
        if not entries or not isinstance(route, str):
            continue
        # All paths of one project begin at the same place.
        where = file.project if route.startswith("/") else route
        # Most lists are the same as those of other test cases.
        own = where, tuple(entries)
        if own in fine:
            continue
        is_fine = True
        for number, environment in enumerate(environments):
            if (number, where) not in starts:
                starts[number, where] = start_of(snapshot, file, environment)
            start = starts[number, where]
            if start is None:
                continue
            case = own[1], start.origin
            if case in covered:
                continue
            finding = _finding(file, start, entries, environment)
            if finding is not None:
                is_fine = False
                yield finding
            else:
                covered.add(case)
        if is_fine:
            fine.add(own)


def _finding(
    file: EntityFile, start: Start, entries: Sequence[str], environment: "Environment | None"
) -> Finding | None:
    place, related = start
    if place is None or _is_covered(entries, place):
        return None
    in_environment = f"in environment `{environment.name}`, " if environment is not None else ""
    message = f"{in_environment}the test begins at `{place}`, which {_subject(entries)}"
    hint = _hint(entries[:_COMPARED], place)
    subject = str(place) if environment is None else f"{environment.name} {place}"
    return Finding(file.path, message, ("url_route",), hint=hint, related=related, subject=subject)


def _is_covered(entries: Sequence[str], place: Origin) -> bool:
    problems = 0
    for entry in entries:
        parsed = parse(entry)
        if isinstance(parsed, Problem):
            problems += 1
            # In a list of hardly anything but mistakes, they come first.
            if problems == MAX_FINDINGS or (parsed.meant is not None and allows(parsed.meant, place)):
                return True
        elif allows(parsed, place):
            return True
    return False


def _subject(entries: Sequence[str]) -> str:
    if len(entries) == 1:
        return f"`{shown(entries[0])}` in `allowed_domains` does not cover"
    return f"none of the {len(entries)} `allowed_domains` covers"


def _hint(entries: Sequence[str], place: Origin) -> str:
    """Return what to write; an entry that nearly covers the URL is named."""
    for domain in map(covered_by, entries):
        if domain is None:
            continue
        if allows(domain._replace(scheme=None, port=None), place):
            return f"`{domain}` has another scheme or port; `{domain._replace(scheme=None, port=None)}` allows all"
        if "." in domain.host and place.host.endswith("." + domain.host):
            return f"add `{place.host}`: `{domain}` does not include its subdomains"
    near = nearest(place.host, [*entries])
    return f"did you mean `{place.host}` by `{near}`?" if near else f"add `{place.host}` to `allowed_domains`"


RULE = Rule("QF601", "error", __doc__, check=check, scope="neighbours", needs=())
