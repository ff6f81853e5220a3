"""Secret with a new version and the old ciphertext.

## Why is this bad?
The version says that the value is another one, and it is not: whoever rotates a secret believes that it is done. The
version is also part of what the file's MAC protects, so that the file can't be decrypted any more. `qafiles validate
--since` compares two states.

## Example
Before:
```yaml title=organizations/acme/projects/shop/secret_values/TOKEN.yaml (before)
id: ux5q1gpzr2kh0jmz8w3vcd7n
project_id: tz4a98xxat96iws9zmbrgj3b
secret_name: TOKEN
created_at: "2026-03-01T09:30:00Z"
updated_at: "2026-03-01T09:30:00Z"
version: 1
secret_value: ENC[AES256_GCM,data:aGVsbG8=,…]
sops: …
```

Now:
```yaml title=organizations/acme/projects/shop/secret_values/TOKEN.yaml
id: ux5q1gpzr2kh0jmz8w3vcd7n
project_id: tz4a98xxat96iws9zmbrgj3b
secret_name: TOKEN
created_at: "2026-03-01T09:30:00Z"
updated_at: "2026-03-01T09:30:00Z"
version: 2
secret_value: ENC[AES256_GCM,data:aGVsbG8=,…]
sops: …
```

## Use instead
Before:
```yaml title=organizations/acme/projects/shop/secret_values/TOKEN.yaml (before)
id: ux5q1gpzr2kh0jmz8w3vcd7n
project_id: tz4a98xxat96iws9zmbrgj3b
secret_name: TOKEN
created_at: "2026-03-01T09:30:00Z"
updated_at: "2026-03-01T09:30:00Z"
version: 1
secret_value: ENC[AES256_GCM,data:aGVsbG8=,…]
sops: …
```

Now:
```yaml title=organizations/acme/projects/shop/secret_values/TOKEN.yaml
id: ux5q1gpzr2kh0jmz8w3vcd7n
project_id: tz4a98xxat96iws9zmbrgj3b
secret_name: TOKEN
created_at: "2026-03-01T09:30:00Z"
updated_at: "2026-03-01T09:30:00Z"
version: 2
secret_value: ENC[AES256_GCM,data:d29ybGQ=,…]
sops: …
```
"""

from collections.abc import Iterator

from qafiles.diagnostics import Finding
from qafiles.diff.pairs import TwoStates
from qafiles.rules.rule import Need, Rule


def check_changes(states: TwoStates) -> Iterator[Finding]:
    """Yield a finding for each secret whose version went up while its ciphertext is that of before."""
    for old, new in states.changed_files:
        if old is None or new is None or not new.is_secret:
            continue
        was, now = old.get("version"), new.get("version")
        if not isinstance(was, int | float) or not isinstance(now, int | float) or now <= was:
            continue
        if new.get("secret_value") is not None and new.get("secret_value") == old.get("secret_value"):
            yield Finding(
                new.path,
                f"`version` went up from {int(was)} to {int(now)}, and the ciphertext is the same",
                ("version",),
                hint="write the secret again with its new value, which counts the version up",
            )


RULE = Rule(
    "QF704",
    "error",
    __doc__,
    scope="whole",
    needs=(Need("base", without="nothing"),),
    check_changes=check_changes,
)
