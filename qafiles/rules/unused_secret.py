"""Secret that nothing uses.

## Why is this bad?
A secret that is no longer needed is still one that can leak. One that an environment means by a name, such as
`ADMIN_PASSWORD_STAGING` by `ADMIN_PASSWORD`, is used where that is named.

## Example
```yaml title=organizations/acme/projects/shop/secret_values/ADMIN_PASSWORD.yaml
id: ux5q1gpzr2kh0jmz8w3vcd7n
project_id: tz4a98xxat96iws9zmbrgj3b
secret_name: ADMIN_PASSWORD
created_at: "2026-03-01T09:30:00Z"
updated_at: "2026-03-01T09:30:00Z"
version: 1
secret_value: ENC[AES256_GCM,data:aGVsbG8=,…]
sops: …
```

## Use instead
```yaml title=organizations/acme/projects/shop/secret_values/ADMIN_PASSWORD.yaml
id: ux5q1gpzr2kh0jmz8w3vcd7n
project_id: tz4a98xxat96iws9zmbrgj3b
secret_name: ADMIN_PASSWORD
created_at: "2026-03-01T09:30:00Z"
updated_at: "2026-03-01T09:30:00Z"
version: 1
secret_value: ENC[AES256_GCM,data:aGVsbG8=,…]
sops: …
```
```yaml title=organizations/acme/projects/shop/test_cases/sign-in.yaml
id: q1w2e3r4t5y6u7i8o9p0a1s2
test_description: Sign in with {{ secret.ADMIN_PASSWORD }}
url_route: /login
```
"""

from collections.abc import Iterator

from qafiles.diagnostics import Finding
from qafiles.kinds import SECRET
from qafiles.rules.rule import Need, Rule
from qafiles.snapshot import Snapshot
from qafiles.snapshot.environments import environments_unread, users_of_secrets


def check(snapshot: Snapshot) -> Iterator[Finding]:
    """Yield a finding for each secret value that no reference names, and that no environment means by one that is named."""
    files = snapshot.of_kind(SECRET)
    # A suffix that can't be read might say what a secret is for.
    used = users_of_secrets(snapshot) if files and not environments_unread(snapshot) else None
    if used is None:
        return
    for file in files:
        if file.path not in used and not snapshot.may_be_used(file):
            name = file.name_part
            hint = (
                f"use it: write `{{{{ secret.{name} }}}}` in a text, or list it in `secret_values` of a traversal; "
                "if nothing needs it, delete the file, and change the value at its source"
            )
            yield Finding(file.path, "no traversal and no text uses this secret", hint=hint)


RULE = Rule("QF408", "info", __doc__, check=check, scope="whole", needs=(Need("files", without="nothing"),))
