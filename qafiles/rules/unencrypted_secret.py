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
sops:
    encrypted_regex: ^secret_value$
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
secret_value: ENC[AES256_GCM,data:aGVsbG8=,iv:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=,tag:MDEyMzQ1Njc4OTAxMjM0NQ==,type:str]
sops:
    encrypted_regex: ^secret_value$
```
```yaml title=organizations/acme/projects/shop/test_cases/sign-in.yaml
id: q1w2e3r4t5y6u7i8o9p0a1s2
test_description: Sign in with {{ secret.ADMIN_PASSWORD }}
url_route: /login
```
"""

import re
from collections.abc import Iterator

from qafiles.diagnostics import Finding
from qafiles.rules.rule import Rule
from qafiles.snapshot import Snapshot

# SOPS writes a 32-byte initialization vector and a 16-byte tag: 44 and 24 characters of base64.
_ENCRYPTED = re.compile(
    r"ENC\[AES256_GCM,data:[A-Za-z0-9+/]+={0,2},iv:[A-Za-z0-9+/]{43}=,tag:[A-Za-z0-9+/]{22}==,type:str\]"
)
ENCRYPTED_REGEX = "^secret_value$"


def check(snapshot: Snapshot) -> Iterator[Finding]:
    """Yield a finding for each secret whose value is no ciphertext of SOPS; the value is never shown."""
    for file in snapshot.of_kind("secret_value"):
        value = file.data.get("secret_value")
        stanza = file.data.get("sops")
        hint = "change the value at its source, then encrypt the new one with `sops encrypt`"
        if isinstance(value, str) and not _ENCRYPTED.fullmatch(value):
            message = "`secret_value` is not encrypted by SOPS"
            yield Finding(file.path, message, ("secret_value",), "key", hint)
        elif isinstance(stanza, dict) and stanza.get("encrypted_regex") != ENCRYPTED_REGEX:
            message = f"`sops.encrypted_regex` must be `{ENCRYPTED_REGEX}`, or the next write stores the value in clear"
            yield Finding(file.path, message, ("sops", "encrypted_regex"), hint=hint)


RULE = Rule("QF501", "error", __doc__, check)
