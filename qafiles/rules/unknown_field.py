"""Field that the kind does not have.

## Why is this bad?
It is nearly always a misspelling, and what was written has no effect. Keys that begin with `x-` are
free.

## Example
```yaml title=organizations/acme/projects/shop/tags/smoke.yaml
id: tz4a98xxat96iws9zmbrgj3a
name: smoke
colour: teal
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

RULE = Rule("QF202", "error", __doc__, scope="file", needs=())
