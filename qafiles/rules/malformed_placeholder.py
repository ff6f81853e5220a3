"""Placeholder that looks like a secret's and is none.

## Why is this bad?
Only `{{ secret.NAME }}` with a name in capital letters is replaced. Everything else, such as the form of another
tool, is typed into the page as it stands. A form is told only where the project has a secret of that or nearly that
name: `${PATH}` and `%TEMP%` in a step are what they say.

## Example
```yaml title=organizations/acme/projects/shop/test_cases/sign-in.yaml
id: q1w2e3r4t5y6u7i8o9p0a1s2
test_description: Sign in with {{ secrets.ADMIN_PASSWORD }}
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

import re
from collections import Counter
from collections.abc import Iterator

from qafiles.diagnostics import Finding, Pointer
from qafiles.kinds import SECRET
from qafiles.layout import nearest
from qafiles.references import PLACEHOLDER, PLACEHOLDER_FIELDS
from qafiles.rules.rule import Rule
from qafiles.snapshot import EntityFile, Snapshot

_SUSPECT = re.compile(
    r"(?i:\{\{[ \t]{0,9}(?:secrets?|seceret|sercet|env)[ \t]{0,9}[.:\[ ][^{}\n]{0,80}\}\}?)"
    r"|<secret>[^<>\n]{1,80}</secret>|\$\{[A-Z][A-Z0-9_]{2,60}\}|(?<![\w%])%[A-Z][A-Z0-9_]{2,60}%(?![\w%])"
)
_NEARLY = 0.9
"""How alike two names are of which one is a slip of the other: one letter of ten."""
# The name behind `secret`, or alone between foreign marks.
_NAME = re.compile(
    r"(?i:secrets?|seceret|sercet|env)[^A-Za-z0-9_]{1,9}([A-Za-z][A-Za-z0-9_.-]*)|[>{%]([A-Za-z][A-Za-z0-9_]*)[<}%]"
)


def check(snapshot: Snapshot) -> Iterator[Finding]:
    """Yield a finding for each placeholder of a form that is not replaced, where a secret is meant by it."""
    names: dict[str | None, list[str]] = {}
    for secret in snapshot.of_kind(SECRET):
        names.setdefault(secret.project, []).append(secret.name_part)
    if not names:
        return
    for kind in PLACEHOLDER_FIELDS:
        for file in snapshot.looked_at(kind):
            in_reach: list[str] | None = None
            for pointer, text in file.marked_texts():
                if in_reach is None:
                    projects = (file.project,) if file.project is not None else snapshot.projects_using(file)
                    in_reach = [name for project in projects for name in names.get(project, ())]
                if in_reach:
                    yield from _in_text(file, pointer, text, in_reach)


def _in_text(file: EntityFile, pointer: Pointer, text: str, secrets: list[str]) -> Iterator[Finding]:
    seen: Counter[str] = Counter()
    for match in _SUSPECT.finditer(text):
        form = match.group()
        if PLACEHOLDER.fullmatch(form):
            continue
        name = _secret_meant(form, secrets)
        if name is not None:
            message = f"`{form}` is no placeholder, and stays as it is"
            hint = f"write `{{{{ secret.{name} }}}}`"
            yield Finding(
                file.path,
                message,
                pointer,
                hint=hint,
                subject=form,
                within=form,
                occurrence=seen[form],
            )
        seen[form] += 1


def _secret_meant(form: str, secrets: list[str]) -> str | None:
    """Return the secret that a form means: the one whose name it says, or nearly."""
    named = _NAME.search(form)
    if named is None:
        return None
    name = re.sub("[.-]", "_", (named[1] or named[2]).upper())
    if name in secrets:
        return name
    plain = {secret.replace("_", ""): secret for secret in secrets}
    return plain.get(name.replace("_", "")) or nearest(name, secrets, _NEARLY)


RULE = Rule("QF410", "warning", __doc__, check=check, scope="whole", needs=())
