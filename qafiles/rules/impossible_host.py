"""URL whose host or port can't exist.

## Why is this bad?
No browser opens it: an address has four numbers up to 255 or is IPv6 in brackets, a name has no empty part and no `*`, and
ports end at 65535. Every test that begins there fails, and no `allowed_domains` can cover it.

## Example
```yaml title=organizations/acme/projects/shop/test_cases/pay.yaml
id: q1w2e3r4t5y6u7i8o9p0a1s2
test_description: Pay with a card
url_route: https://256.1.1.1/pay
```

## Use instead
```yaml title=organizations/acme/projects/shop/test_cases/pay.yaml
id: q1w2e3r4t5y6u7i8o9p0a1s2
test_description: Pay with a card
url_route: https://shop.example.com/pay
```
"""

from collections.abc import Iterator
from typing import Final

from qafiles.diagnostics import Finding
from qafiles.domains import origin
from qafiles.kinds import Kind
from qafiles.layout import SETTINGS_FILE
from qafiles.rules.rule import Rule
from qafiles.snapshot import FilesByKind, Snapshot

_FIELDS: tuple[tuple[Kind, str], ...] = (("project", "default_url_route"), ("test_case", "url_route"))
_HINT: Final = "write a host such as shop.example.com, and a port from 1 to 65535 or none"


def check_files(files: FilesByKind) -> Iterator[Finding]:
    """Yield a finding for each absolute URL in a file that no browser can open."""
    for kind, field in _FIELDS:
        for file in files[kind]:
            url = file.get(field)
            if isinstance(url, str) and not url.startswith("/") and origin(url) is None:
                yield Finding(file.path, _message(field), (field,), hint=_HINT)


def check(snapshot: Snapshot) -> Iterator[Finding]:
    """Yield a finding for each URL of an environment that no browser can open."""
    for environment in snapshot.settings.environments.values():
        for project, url in environment.routes.items():
            if origin(url) is None:
                pointer = ("environments", environment.name, "default_url_route", project)
                yield Finding(SETTINGS_FILE, _message("default_url_route"), pointer, hint=_HINT)


def _message(field: str) -> str:
    return f"no browser can open the URL in `{field}`: its host or port can't exist"


RULE = Rule("QF612", "error", __doc__, check=check, check_files=check_files, scope="file", needs=())
