"""Secret that a text names and no secret has.

## Why is this bad?
`{{ secret.NAME }}` stands for the SecretValue of the project with that `secret_name` (in a browser config: of every
project that uses the config). Without it, the run types the placeholder itself into the page.

## Example
```yaml title=organizations/acme/projects/shop/test_cases/sign-in.yaml
id: q1w2e3r4t5y6u7i8o9p0a1s2
test_description: Sign in with {{ secret.ADMIN_PASSWORD }}
url_route: /login
```

## Use instead
```yaml title=organizations/acme/projects/shop/test_cases/sign-in.yaml
id: q1w2e3r4t5y6u7i8o9p0a1s2
test_description: Sign in with {{ secret.ADMIN_PASSWORD }}
url_route: /login
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
"""

from collections.abc import Iterator
from typing import Final

from qafiles.diagnostics import Finding
from qafiles.kinds import SECRET
from qafiles.layout import nearest
from qafiles.references import Reference
from qafiles.rules.rule import Need, Rule
from qafiles.snapshot import EntityFile, Snapshot

_MOST_GUESSES: Final = 200
"""Names whose nearest secret is looked for: each look goes through all secrets."""


def check(snapshot: Snapshot) -> Iterator[Finding]:
    """Yield a finding for each placeholder whose secret is missing, once for each project that lacks it."""
    names: dict[str, dict[str, None]] = {}
    for file in snapshot.of_kind(SECRET):
        name = file.get("secret_name") or file.name_part
        names.setdefault(str(file.project), {})[name] = None
    guesses = 0
    for link in snapshot.links:
        if not link.reference.placeholder:
            continue
        source = link.source
        projects = (source.project,) if source.project else snapshot.projects_using(source)
        for project in projects:
            known = names.get(str(project), {})
            if link.reference.value not in known:
                guesses += 1
                yield _finding(
                    link.reference, source, str(project), [*known] if guesses <= _MOST_GUESSES else []
                )


def _finding(reference: Reference, source: EntityFile, project: str, names: list[str]) -> Finding:
    name = reference.value[:80]
    near = nearest(name, names)
    hint = f"did you mean `{near}`?" if near else f"`qafiles secret set {name} --project {project}` makes it"
    where = f"project `{project}`" + ("" if source.project else ", which uses this config,")
    message = f"{where} has no secret called `{name}`"
    return Finding(
        reference.path,
        message,
        reference.pointer,
        hint=hint,
        subject=f"{project} {name}",
        within=reference.within,
        occurrence=reference.occurrence,
    )


RULE = Rule("QF406", "error", __doc__, check, scope="whole", needs=(Need("files", without="more"),))
