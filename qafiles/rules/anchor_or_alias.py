"""Anchor, alias or merge key.

## Why is this bad?
They hide what a file says from a reviewer, and nested ones can grow a few lines into gigabytes.

## Example
```yaml title=organizations/acme/projects/shop/tags/smoke.yaml
id: tz4a98xxat96iws9zmbrgj3a
name: &label smoke
color: teal
```

## Use instead
```yaml title=organizations/acme/projects/shop/tags/smoke.yaml
id: tz4a98xxat96iws9zmbrgj3a
name: smoke
color: teal
```
"""

from qafiles.rules.rule import Rule

RULE = Rule("QF111", "error", __doc__, scope="file", needs=())
