"""Placeholder that looks like a secret's and is none.

## Why is this bad?
Only `{{ secret.NAME }}` with a name in capital letters is replaced. Everything else, such as the form of another
tool, is typed into the page as it stands.

## Example
```yaml title=organizations/acme/projects/shop/test_cases/sign-in.yaml
id: q1w2e3r4t5y6u7i8o9p0a1s2
test_description: Sign in with {{ secrets.ADMIN_PASSWORD }}
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

import re
from collections import Counter
from collections.abc import Iterator

from qafiles.diagnostics import Finding
from qafiles.references import PLACEHOLDER, PLACEHOLDER_FIELDS, texts_in
from qafiles.rules.rule import Rule
from qafiles.snapshot import Snapshot

_SUSPECT = re.compile(
    r"(?i:\{\{[ \t]{0,9}(?:secrets?|seceret|sercet|env)[ \t]{0,9}[.:\[ ][^{}\n]{0,80}\}\}?)"
    r"|<secret>[^<>\n]{1,80}</secret>|\$\{[A-Z][A-Z0-9_]{2,60}\}|(?<![\w%])%[A-Z][A-Z0-9_]{2,60}%(?![\w%])"
)
_MARKS = ("{{", "<secret>", "${", "%")
# The name behind `secret`, or alone between foreign marks.
_NAME = re.compile(
    r"(?i:secrets?|seceret|sercet|env)[^A-Za-z0-9_]{1,9}([A-Za-z][A-Za-z0-9_]*)(?![.A-Za-z0-9_-])|[>{%]([A-Za-z][A-Za-z0-9_]*)[<}%]"
)


def check(snapshot: Snapshot) -> Iterator[Finding]:
    """Yield a finding for each placeholder of a form that is not replaced."""
    for kind, fields in PLACEHOLDER_FIELDS.items():
        for file in snapshot.of_kind(kind):
            for field in fields:
                for pointer, text in texts_in(file.data.get(field), (field,), _MARKS):
                    seen: Counter[str] = Counter()
                    for match in _SUSPECT.finditer(text):
                        if PLACEHOLDER.fullmatch(match.group()):
                            continue
                        message = f"`{match.group()}` is no placeholder, and stays as it is"
                        named = _NAME.search(match.group())
                        name = (named[1] or named[2]).upper() if named else "NAME"
                        hint = f"write `{{{{ secret.{name} }}}}`"
                        yield Finding(
                            file.path,
                            message,
                            pointer,
                            hint=hint,
                            subject=match.group(),
                            within=match.group(),
                            occurrence=seen[match.group()],
                        )
                        seen[match.group()] += 1


RULE = Rule("QF410", "warning", __doc__, check, scope="file", needs=())
