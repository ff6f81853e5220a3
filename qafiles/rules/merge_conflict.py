"""Unresolved merge conflict.

## Why is this bad?
Both sides of the conflict stand in the file, or git's index still holds them, and neither is what
the file means.

## Example
```yaml title=organizations/acme/projects/shop/tags/smoke.yaml
id: tz4a98xxat96iws9zmbrgj3a
name: smoke
<<<<<<< HEAD
color: teal
=======
color: navy
>>>>>>> feature
```

## Use instead
```yaml title=organizations/acme/projects/shop/tags/smoke.yaml
id: tz4a98xxat96iws9zmbrgj3a
name: smoke
color: teal
```
"""

from qafiles.rules.rule import Rule

RULE = Rule("QF107", "error", __doc__, scope="file", needs=())
