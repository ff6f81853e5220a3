r"""Secret for other recipients than `.sops.yaml` names.

## Why is this bad?
`.sops.yaml` says who can decrypt, and the list in a secret's file says for whom it was encrypted. A recipient that only
the file has may be somebody who was removed, or a stranger who would read the value after the next `sops rotate`; a key
of a type that is not declared may send the credentials of whoever decrypts to a server of that stranger's. A recipient that the file
lacks can't read it. With `key_groups`, the groups and how many of them are needed must be the same, too. Encrypting anew does not take back what somebody could read: change such values at their source.

## Example
`.sops.yaml`, to which a colleague was added after the secret was encrypted:

```yaml title=.sops.yaml
creation_rules:
  - path_regex: secret_values/[^/]+\.yaml$
    encrypted_regex: ^secret_value$
    age:
      - age195j3pxz5zk8xk08r85lswssezn4tkuerx47thm7n99wjsyr6xptqql7q8n
      - age19lckg4twhkrvqamvcyvlr5g67rk4msdyu5n04e3h0ap0k22hk54sdpl7lm
```
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

## Use instead
`qafiles secret sync`, which encrypts anew what has other recipients, or the list as it was:

```yaml title=.sops.yaml
creation_rules:
  - path_regex: secret_values/[^/]+\.yaml$
    encrypted_regex: ^secret_value$
    age:
      - age195j3pxz5zk8xk08r85lswssezn4tkuerx47thm7n99wjsyr6xptqql7q8n
```
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
from qafiles.rules.sops_config import finding, sealed_secrets, sops_config
from qafiles.snapshot import Snapshot


def check(snapshot: Snapshot) -> Iterator[Finding]:
    """Yield a finding for each recipient that only a secret's file has, and for those that it lacks."""
    files = [*sealed_secrets(snapshot)]
    config = sops_config(snapshot) if files else None
    if config is None:
        return
    from qafiles.sops_files.secret_file import wrong_recipients  # noqa: PLC0415  # a data root without secrets needs none of it

    for file in files:
        rule = config.rule_for(file.path)
        if rule is None:
            continue  # that `.sops.yaml` has none is said there
        yield from (finding(file.path, flaw) for flaw in wrong_recipients(file.data, rule))


RULE = Rule("QF504", "error", __doc__, check=check, scope="whole", needs=())
