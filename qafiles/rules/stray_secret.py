"""File among the secrets that is none.

## Why is this bad?
In `secret_values/` lie the files that SOPS has encrypted, one for each secret, and nothing else: a copy that an editor made, a `.env`,
a file of keys, a link or another repository there is looked at by nobody, and may hold a value in clear text, or one that
somebody still reads who was taken out. It makes no difference how the folder is spelled, or how the file is called.

## Example
```yaml title=organizations/acme/projects/shop/project.yaml
id: tz4a98xxat96iws9zmbrgj3b
name: Shop
default_url_route: https://shop.example.com
```
```yaml title=organizations/acme/projects/shop/secret_values/ADMIN_PASSWORD.yaml.bak
secret_value: correct horse battery staple
```

## Use instead
Delete it, or move it out of the folder; `qafiles secret set` makes a secret of a value. A value that was committed must be
changed at its source.

```yaml title=organizations/acme/projects/shop/project.yaml
id: tz4a98xxat96iws9zmbrgj3b
name: Shop
default_url_route: https://shop.example.com
```
"""

from collections.abc import Iterator

from qafiles.diagnostics import Finding
from qafiles.kinds import SECRET
from qafiles.layout import Misplaced, Place, classify
from qafiles.rules.rule import Rule
from qafiles.snapshot import Snapshot
from qafiles.snapshot.secret_places import lies_among_secrets
from qafiles.sources import NESTED, SYMLINK

_HINT = "delete it or move it away; if it holds a value, change that at its source"


def check(snapshot: Snapshot) -> Iterator[Finding]:
    """Yield a finding for each path among the secrets that is no file of a secret; its content is not looked at."""
    for path, entry in snapshot.entries.items():
        if not lies_among_secrets(path):
            continue
        place = classify(path)
        if entry.refused == NESTED:
            message = "another git repository lies among the secrets, where nobody looks at it"
            yield Finding(path.rstrip("/"), message, hint=_HINT)
        elif isinstance(place, Place) and place.kind != SECRET:
            continue  # a suite may have any name
        elif isinstance(place, Place | Misplaced):
            if entry.refused == SYMLINK:
                continue  # which has a finding of its own
            if isinstance(place, Misplaced) and snapshot.exists(path):
                yield Finding(path, "this lies among the secrets, at the place of none", hint=_HINT)
        elif entry.refused is None and snapshot.exists(path):
            yield Finding(path, "this lies among the secrets and is none", hint=_HINT)


RULE = Rule("QF507", "error", __doc__, check=check, scope="file", needs=())
