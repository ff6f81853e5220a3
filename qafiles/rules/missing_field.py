"""Required field that is not there.

## Why is this bad?
The entity can't be used without it.

## Example
```yaml title=organizations/acme/projects/shop/tags/smoke.yaml
id: tz4a98xxat96iws9zmbrgj3a
name: smoke
```

## Use instead
```yaml title=organizations/acme/projects/shop/tags/smoke.yaml
id: tz4a98xxat96iws9zmbrgj3a
name: smoke
color: teal
```
"""

from qafiles.rules.rule import Rule

RULE = Rule("QF201", "error", __doc__, scope="file", needs=())
