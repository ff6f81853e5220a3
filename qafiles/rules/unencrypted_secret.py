"""Secret that is not encrypted.

## Why is this bad?
Whoever can read the repository, now or in its history, reads the value. Encrypting it afterwards is not enough: once
committed, it must be changed where it is used.

## Example
```yaml title=organizations/acme/projects/shop/secret_values/ADMIN_PASSWORD.yaml
id: ux5q1gpzr2kh0jmz8w3vcd7n
project_id: tz4a98xxat96iws9zmbrgj3b
secret_name: ADMIN_PASSWORD
created_at: "2026-03-01T09:30:00Z"
updated_at: "2026-03-01T09:30:00Z"
version: 1
secret_value: correct horse battery staple
sops: …
```
```yaml title=organizations/acme/projects/shop/test_cases/sign-in.yaml
id: q1w2e3r4t5y6u7i8o9p0a1s2
test_description: Sign in with {{ secret.ADMIN_PASSWORD }}
url_route: /login
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
from qafiles.rules.rule import Rule
from qafiles.snapshot import Snapshot


def check(snapshot: Snapshot) -> Iterator[Finding]:
    """Yield a finding for each secret whose value is no ciphertext of SOPS; the value is never shown."""
    files = snapshot.of_kind(SECRET)
    if not files:
        return
    from qafiles.sops_files.secret_file import is_sealed  # noqa: PLC0415  # a data root without secrets needs none of it

    for file in files:
        value = file.data.get("secret_value")
        if isinstance(value, str) and not is_sealed(value):
            message = "`secret_value` is not encrypted by SOPS"
            hint = "change the value at its source, then set the new one with `qafiles secret set`"
            yield Finding(file.path, message, ("secret_value",), "key", hint)


RULE = Rule("QF501", "error", __doc__, check=check, scope="file", needs=())
