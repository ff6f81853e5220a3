r"""`.sops.yaml` that does not protect the secrets.

## Why is this bad?
SOPS overlooks keys that it does not know, and encrypts nothing where an expression is broken: after a slip of the pen,
the next value is stored in clear text, or with a MAC that does not protect its name. So `.sops.yaml`, which lies beside
`qafiles.yaml`, is read more strictly here than SOPS reads it: without anchors, with known keys only, with recipients that
name a key, and with a rule for each secret that has `encrypted_regex: ^secret_value$`. Where there are no secrets, the
file is not looked at.

## Example
```yaml title=.sops.yaml
creation_rules:
  - path_regex: secret_values/[^/]+\.yaml$
    encryptd_regex: ^secret_value$
    age: age195j3pxz5zk8xk08r85lswssezn4tkuerx47thm7n99wjsyr6xptqql7q8n
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
```yaml title=.sops.yaml
creation_rules:
  - path_regex: secret_values/[^/]+\.yaml$
    encrypted_regex: ^secret_value$
    age: age195j3pxz5zk8xk08r85lswssezn4tkuerx47thm7n99wjsyr6xptqql7q8n
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
from qafiles.kinds import SECRET
from qafiles.layout import SETTINGS_FILE
from qafiles.parsing import parse
from qafiles.rules.rule import Rule
from qafiles.rules.sops_config import CONFIG_FILE, finding, sops_config
from qafiles.snapshot import Snapshot
from qafiles.sources import Unreadable


def check(snapshot: Snapshot) -> Iterator[Finding]:
    """Yield a finding for each fault of `.sops.yaml`, where there are secrets."""
    count = len(snapshot.of_kind(SECRET))
    if not count:
        return
    content = snapshot.content(CONFIG_FILE)
    if content is None:
        secrets = "1 secret" if count == 1 else f"{count} secrets"
        message = f"there is no {CONFIG_FILE} beside {SETTINGS_FILE} to say who can decrypt {secrets}"
        hint = "write one, as `qafiles explain QF505` shows, or take it from an earlier commit"
        yield Finding(CONFIG_FILE, message, hint=hint)
    elif isinstance(content, Unreadable):
        yield Finding(CONFIG_FILE, content.message, hint=content.hint)
    elif (config := sops_config(snapshot)) is not None:
        yield from (finding(CONFIG_FILE, flaw) for flaw in config.flaws)
    else:
        for refusal in parse(content).refusals:
            advice = "write each recipient out" if refusal.code == "QF111" else refusal.hint
            yield Finding(CONFIG_FILE, refusal.message, hint=advice, subject=refusal.code, span=refusal.span)


RULE = Rule("QF505", "error", __doc__, check=check, scope="whole", needs=())
