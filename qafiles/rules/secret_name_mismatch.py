"""Secret whose file is not named like the secret.

## Why is this bad?
`{{ secret.NAME }}` and references find a secret by its file; two names for one secret lead to the wrong value.

## Example
```yaml title=organizations/acme/projects/shop/secret_values/PASSWORD.yaml
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
The file `secret_values/ADMIN_PASSWORD.yaml`.
"""

from collections.abc import Iterator

from qafiles.diagnostics import Finding
from qafiles.kinds import SECRET
from qafiles.rules.rule import Rule
from qafiles.snapshot import Snapshot


def check(snapshot: Snapshot) -> Iterator[Finding]:
    """Yield a finding for each secret whose secret_name and file name differ."""
    for file in snapshot.of_kind(SECRET):
        name = file.get("secret_name")
        stem = file.name_part
        if isinstance(name, str) and name != stem:
            hint = f"rename the file to `{name}.yaml`"
            yield Finding(
                file.path,
                f"`secret_name` is `{name}`, but the file is `{stem}.yaml`",
                ("secret_name",),
                hint=hint,
            )


RULE = Rule("QF311", "error", __doc__, check=check, scope="file", needs=())
