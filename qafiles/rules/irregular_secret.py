"""Secret that is not written as SOPS writes it.

## Why is this bad?
SOPS' MAC protects the values of a file, and neither the names of its fields, nor where one value ends and the next one
begins, nor comments, nor what stands below `sops`. Somebody without a key can change those so that the file still
decrypts: as another secret, or so that the next write stores the value in clear text. A file with exactly the fields of a
secret, in their order and form, has no room for that. The file is not decrypted for this, and no key is needed.

## Example
```yaml title=organizations/acme/projects/shop/secret_values/ADMIN_PASSWORD.yaml
id: ux5q1gpzr2kh0jmz8w3vcd7n
project_id: tz4a98xxat96iws9zmbrgj3b
secret_name: ADMIN_PASSWORD
created_at: "2026-03-01T09:30:00Z"
updated_at: "2026-03-01T09:30:00Z"
version: 1 # the old one was correct-horse
secret_value: ENC[AES256_GCM,data:aGVsbG8=,…]
sops: …
```
```yaml title=organizations/acme/projects/shop/test_cases/sign-in.yaml
id: q1w2e3r4t5y6u7i8o9p0a1s2
test_description: Sign in with {{ secret.ADMIN_PASSWORD }}
url_route: /login
```

## Use instead
`qafiles secret set ADMIN_PASSWORD`, or the file of a commit in which it was whole:

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
from qafiles.rules.rule import Rule
from qafiles.rules.sops_config import finding, sealed_secrets
from qafiles.snapshot import Snapshot


def check(snapshot: Snapshot) -> Iterator[Finding]:
    """Yield a finding for each thing in the file of a secret that SOPS does not write there."""
    files = [file for file in sealed_secrets(snapshot) if snapshot.is_legible(file)]
    if not files:
        return
    from qafiles.sops_files.secret_file import irregularities  # noqa: PLC0415  # a data root without secrets needs none of it

    contents = snapshot.source.read([snapshot.entries[file.path] for file in files])
    for file, content in zip(files, contents, strict=True):
        if not isinstance(content, bytes):
            continue  # it was deleted during the run
        for flaw in irregularities(content, file.data):
            if not flaw.pointer or flaw.pointer[0] not in file.broken:
                yield finding(file.path, flaw)


RULE = Rule("QF503", "error", __doc__, check=check, scope="file", needs=())
