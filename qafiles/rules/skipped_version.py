"""Secret whose version went up by more than one.

## Why is this bad?
A version counts the changes of a value, one by one, and ends at 999999. Anybody who has the public keys can write a file with a
high one, after which the value can't be changed any more. `qafiles validate --since` compares two states; versions that commits
in between had count as well.

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
version: 999999
secret_value: ENC[AES256_GCM,data:d29ybGQ=,…]
sops: …
```

## Use instead
Take the file as it was, and set the value again with `qafiles secret set`.

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
from qafiles.parsing import MAX_SECRET_SIZE, parse
from qafiles.rules.commits_between import contents_of, tips_of
from qafiles.rules.rule import Need, Rule
from qafiles.snapshot import Snapshot


def check_changes(states: TwoStates) -> Iterator[Finding]:
    """Yield a finding for each secret whose version grew by more than one, where no commit in between had the others."""
    for old, new in states.changed_files:
        if old is None or new is None or not new.is_secret:
            continue
        was, now = old.get("version"), new.get("version")
        if not isinstance(was, int) or not isinstance(now, int) or now <= was + 1:
            continue
        between = _versions(states.before, states.after, {old.path, new.path})
        if now - was > len(between) + 1 or not {*range(was + 1, now)} <= between:
            message = f"`version` was {was} before, and is {now}: more than one higher"
            hint = f"take the file as it was, then `qafiles secret set` makes version {was + 1}"
            yield Finding(new.path, message, ("version",), hint=hint)


def _versions(before: Snapshot, after: Snapshot, paths: set[str]) -> set[int]:
    """Return the versions that a secret's file had in the commits in between."""
    tips, since = tips_of(after.source), before.source.revision
    if tips is None or since is None or not tips.repository.has_commit(since):
        return set()
    blobs = {str(change.after) for _, change in tips.added(since, paths.__contains__) if change.after}
    versions = set()
    for content in contents_of(tips.repository, [*blobs], MAX_SECRET_SIZE + 1):
        data = parse(content, MAX_SECRET_SIZE).data if content is not None else None
        version = data.get("version") if isinstance(data, dict) else None
        if isinstance(version, int):
            versions.add(version)
    return versions


RULE = Rule(
    "QF708",
    "error",
    __doc__,
    scope="whole",
    needs=(Need("base", without="nothing"),),
    optional=True,
    check_changes=check_changes,
)
