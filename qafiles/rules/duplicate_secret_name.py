"""Secret name that more than one secret has.

## Why is this bad?
A secret is known by its name, in `{{ secret.NAME }}` and in the environment of a run. Names are unique in the whole
data root, or in a project where qafiles.yaml says `unique_secret_names: project`.

## Example
```yaml title=organizations/acme/projects/blog/project.yaml
id: m8s3vhn2k6y0qf4zpw7rjc1x
name: Blog
default_url_route: https://blog.example.com
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
```yaml title=organizations/acme/projects/blog/secret_values/ADMIN_PASSWORD.yaml
id: k2v9w1hx8rj0qz4mtb7nc5ap
project_id: m8s3vhn2k6y0qf4zpw7rjc1x
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
```yaml title=organizations/acme/projects/blog/test_cases/sign-in.yaml
id: z1w2e3r4t5y6u7i8o9p0a1s2
test_description: Sign in with {{ secret.ADMIN_PASSWORD }}
url_route: /login
```

## Use instead
```yaml title=qafiles.yaml
version: 1
unique_secret_names: project
```
```yaml title=organizations/acme/projects/blog/project.yaml
id: m8s3vhn2k6y0qf4zpw7rjc1x
name: Blog
default_url_route: https://blog.example.com
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
```yaml title=organizations/acme/projects/blog/secret_values/ADMIN_PASSWORD.yaml
id: k2v9w1hx8rj0qz4mtb7nc5ap
project_id: m8s3vhn2k6y0qf4zpw7rjc1x
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
```yaml title=organizations/acme/projects/blog/test_cases/sign-in.yaml
id: z1w2e3r4t5y6u7i8o9p0a1s2
test_description: Sign in with {{ secret.ADMIN_PASSWORD }}
url_route: /login
```
"""

from collections.abc import Iterator

from qafiles.diagnostics import Finding
from qafiles.kinds import SECRET
from qafiles.rules.duplicates import duplicates
from qafiles.rules.rule import Rule
from qafiles.snapshot import Snapshot


def check(snapshot: Snapshot) -> Iterator[Finding]:
    """Yield a finding for each secret whose name an earlier one has, in the scope that the settings choose."""
    everywhere = snapshot.settings.unique_secret_names == "repository"  # noqa: S105  # a scope, no secret
    keyed = (
        ((file.data["secret_name"], None if everywhere else file.project), file)
        for file in snapshot.of_kind(SECRET)
        if file.get("secret_name") is not None
    )
    hint = "rename one of them" + (
        ", or set `unique_secret_names: project` in qafiles.yaml" if everywhere else ""
    )
    yield from duplicates(keyed, "secret_name", "the secret name `{value}` is taken by {path}", hint)


RULE = Rule("QF307", "error", __doc__, check=check, scope="group", group="kind", needs=())
